package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import lethe.data.KnownLookalikes.Stratum;
import lethe.engine.Seed;
import lethe.experiments.InfluenceResults.Agreement;
import lethe.experiments.InfluenceResults.ByHeart;
import lethe.experiments.InfluenceResults.Choice;
import lethe.experiments.InfluenceResults.Collateral;
import lethe.experiments.InfluenceResults.Course;
import lethe.experiments.InfluenceResults.Left;
import lethe.experiments.InfluenceResults.Ratio;
import lethe.experiments.InfluenceResults.Recited;
import lethe.experiments.InfluenceResults.Row;
import lethe.experiments.InfluenceResults.Target;
import lethe.experiments.InfluenceResults.Trend;
import lethe.experiments.InfluenceResults.Truth;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Holm;
import lethe.metrics.Intervals;
import lethe.metrics.KolmogorovSmirnov;
import lethe.metrics.ParetoFront;
import lethe.metrics.Residual;

/** Makes the results of an influence study from what its models said. */
final class InfluenceAssembly {
    private static final double FPR = 0.01;
    private static final double LEVEL_STEP = 0.1;

    private final Plan plan;
    private final List<InfluenceRecord> records;
    private final List<Subject> subjects;
    private final CrossedBootstrap bootstrap;
    private final List<Row> rows = new ArrayList<>();
    private final List<Choice> frontier = new ArrayList<>();
    private final List<Course> courses = new ArrayList<>();
    private final List<Trend> trends = new ArrayList<>();
    private final List<Target> each = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int worlds;
    private double noise;

    /** A target and the stratum it was drawn from, if there are several. */
    record Subject(String id, Optional<Stratum> stratum) {
        String stratumName() {
            return stratum.map(Stratum::name).orElse(InfluenceResults.ALL);
        }
    }

    /** Some targets, by their positions. */
    private record Group(int dose, String stratum, int[] chosen) {}

    private InfluenceAssembly(Plan plan, List<InfluenceRecord> records, List<Subject> subjects) {
        this.plan = plan;
        this.records = records;
        this.subjects = subjects;
        this.bootstrap = new CrossedBootstrap(
                Math.max(20, plan.audit().bootstrap()),
                Seed.of(plan.seed()).derive("bootstrap").value());
    }

    /**
     * The results.
     *
     * @param subjects the targets, which are the same in both arms
     */
    static InfluenceResults of(Plan plan, List<InfluenceRecord> records, List<Subject> subjects) {
        var made = new InfluenceAssembly(plan, records, subjects);
        made.arm(false);
        made.arm(true);
        return new InfluenceResults(
                plan.title(),
                plan.digest(),
                made.worlds,
                subjects.size(),
                made.noise,
                made.rows,
                made.frontier,
                made.courses,
                made.trends,
                made.each,
                made.failures);
    }

    private void arm(boolean control) {
        Map<String, List<InfluenceRecord>> byModel = new LinkedHashMap<>();
        for (InfluenceRecord record : records) {
            if (record.control() == control && record.failed()) {
                failures.add(record.model() + (control ? " of the control" : "") + " in world " + (record.world() + 1)
                        + ": " + record.failure());
            } else if (record.control() == control) {
                byModel.computeIfAbsent(record.model(), model -> new ArrayList<>())
                        .add(record);
            }
        }
        Set<String> order = new LinkedHashSet<>(
                List.of(InfluenceStudy.INFLUENCE_FREE, InfluenceStudy.RETRAINED, InfluenceStudy.ORIGINAL));
        if (!byModel.keySet().containsAll(order)) {
            return;
        }
        order.addAll(byModel.keySet());
        List<Scale> scales = order.stream()
                .map(model -> new Scale(model, control, byModel))
                .filter(Scale::usable)
                .toList();
        int[] doses = byModel.getOrDefault(InfluenceStudy.ORIGINAL, List.of()).get(0).doses().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        groups(doses).forEach(group -> rows(scales, group));
        for (Scale scale : scales) {
            if (Arrays.stream(doses).distinct().count() > 1) {
                Residual.Course course = scale.residual().course(scale.losses(), doses);
                courses.add(new Course(
                        scale.model, control, course.slope(), course.half().orElse(-1)));
            }
            trend(scale, doses);
        }
        targets(scales, doses);
        if (!control) {
            frontier();
            worlds = scales.stream()
                    .filter(scale -> scale.model.equals(InfluenceStudy.ORIGINAL))
                    .mapToInt(Scale::count)
                    .findFirst()
                    .orElse(0);
            noise = scales.get(0).residual().noise();
        }
    }

    /** All targets with look-alikes, those with each dose, and those with look-alikes of each stratum. */
    private List<Group> groups(int[] doses) {
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(InfluenceResults.ANY, InfluenceResults.ALL, positions(f -> doses[f] > 0)));
        Arrays.stream(doses)
                .distinct()
                .sorted()
                .forEach(dose -> groups.add(new Group(dose, InfluenceResults.ALL, Residual.at(doses, dose))));
        List<String> strata = subjects.stream()
                .map(Subject::stratumName)
                .filter(name -> !name.equals(InfluenceResults.ALL))
                .distinct()
                .sorted()
                .toList();
        for (String stratum : strata) {
            groups.add(new Group(
                    InfluenceResults.ANY,
                    stratum,
                    positions(f -> doses[f] > 0 && subjects.get(f).stratumName().equals(stratum))));
        }
        return groups.stream().filter(group -> group.chosen.length > 0).toList();
    }

    private int[] positions(IntPredicate wanted) {
        return IntStream.range(0, subjects.size()).filter(wanted).toArray();
    }

    private void rows(List<Scale> scales, Group group) {
        List<Scale> tested = scales.stream().filter(Scale::isMethod).toList();
        double[] adjusted = Holm.adjusted(tested.stream()
                .mapToDouble(scale -> scale.gapPValue(group.chosen))
                .toArray());
        for (Scale scale : scales) {
            int at = tested.indexOf(scale);
            rows.add(scale.row(group, at < 0 ? 1 : adjusted[at]));
        }
    }

    private void frontier() {
        List<Row> pooled = rows.stream().filter(Row::pooled).toList();
        double[][] costs = pooled.stream()
                .map(row -> new double[] {
                    Math.abs(row.loss().pooled().value()),
                    row.collateral().thirdPartyLoss(),
                    -row.collateral().test().value(),
                    row.collateral().seconds()
                })
                .toArray(double[][]::new);
        int[] beatenBy = ParetoFront.beatenBy(costs);
        for (int i = 0; i < beatenBy.length; i++) {
            Row row = pooled.get(i);
            frontier.add(new Choice(
                    row.model(),
                    row.loss().pooled().value(),
                    row.collateral().thirdPartyLoss(),
                    row.collateral().test().value(),
                    row.collateral().seconds(),
                    beatenBy[i] == ParetoFront.NONE
                            ? ""
                            : pooled.get(beatenBy[i]).model()));
        }
    }

    private void trend(Scale scale, int[] doses) {
        double[] levels = subjects.stream()
                .mapToDouble(subject -> subject.stratum()
                        .map(stratum -> stratum.level().orElse(Double.NaN))
                        .orElse(Double.NaN))
                .map(level -> level / LEVEL_STEP)
                .toArray();
        int[] chosen = positions(f -> doses[f] > 0 && !Double.isNaN(levels[f]));
        if (Arrays.stream(chosen).mapToDouble(f -> levels[f]).distinct().count() > 1) {
            trends.add(new Trend(scale.model, scale.control, scale.residual().trend(scale.losses(), levels, chosen)));
        }
    }

    private void targets(List<Scale> scales, int[] doses) {
        Scale original = scales.stream()
                .filter(scale -> scale.model.equals(InfluenceStudy.ORIGINAL))
                .findFirst()
                .orElseThrow();
        for (int f = 0; f < subjects.size(); f++) {
            int target = f;
            each.add(new Target(
                    subjects.get(f).id(),
                    original.control,
                    doses[f],
                    subjects.get(f).stratumName(),
                    original.left(f).nats(),
                    scales.stream().map(scale -> scale.left(target)).toList()));
        }
    }

    private static double mean(List<InfluenceRecord> records, ToDoubleFunction<InfluenceRecord> number) {
        return Intervals.mean(records.stream().mapToDouble(number).toArray());
    }

    private static double[][] losses(List<InfluenceRecord> records) {
        return table(records, InfluenceRecord::losses, loss -> loss);
    }

    private static double[][] confidences(List<InfluenceRecord> records) {
        return table(records, InfluenceRecord::losses, loss -> Math.exp(-loss));
    }

    private static double[][] heldOut(List<InfluenceRecord> records) {
        return table(records, InfluenceRecord::heldOut, loss -> loss);
    }

    /** Something of each record, one row for each, (worlds × targets). */
    private static <T> double[][] table(
            List<InfluenceRecord> records, Function<InfluenceRecord, List<T>> all, ToDoubleFunction<T> number) {
        return records.stream()
                .map(record -> all.apply(record).stream().mapToDouble(number).toArray())
                .toArray(double[][]::new);
    }

    /** Those targets of which every world says a number. */
    private static int[] defined(double[][] numbers, int[] targets) {
        return Arrays.stream(targets)
                .filter(f -> Arrays.stream(numbers).noneMatch(world -> Double.isNaN(world[f])))
                .toArray();
    }

    /** The worlds in which one kind of model can be measured. */
    private final class Scale {
        private final String model;
        private final boolean control;
        private final List<InfluenceRecord> present = new ArrayList<>();
        private final List<InfluenceRecord> retrained = new ArrayList<>();
        private final List<InfluenceRecord> absent = new ArrayList<>();
        private final List<InfluenceRecord> own = new ArrayList<>();

        Scale(String model, boolean control, Map<String, List<InfluenceRecord>> byModel) {
            this.model = model;
            this.control = control;
            for (InfluenceRecord record : byModel.getOrDefault(model, List.of())) {
                Optional<InfluenceRecord> of0 = in(record.world(), byModel.get(InfluenceStudy.ORIGINAL));
                Optional<InfluenceRecord> ofR = in(record.world(), byModel.get(InfluenceStudy.RETRAINED));
                Optional<InfluenceRecord> ofC = in(record.world(), byModel.get(InfluenceStudy.INFLUENCE_FREE));
                if (of0.isPresent() && ofR.isPresent() && ofC.isPresent()) {
                    present.add(of0.get());
                    retrained.add(ofR.get());
                    absent.add(ofC.get());
                    own.add(record);
                }
            }
        }

        private static Optional<InfluenceRecord> in(int world, List<InfluenceRecord> records) {
            return records.stream().filter(it -> it.world() == world).findFirst();
        }

        boolean usable() {
            return !own.isEmpty();
        }

        int count() {
            return own.size();
        }

        /** Whether it claims to forget, so that it is tested against retraining. */
        boolean isMethod() {
            return !List.of(InfluenceStudy.INFLUENCE_FREE, InfluenceStudy.RETRAINED, InfluenceStudy.ORIGINAL)
                    .contains(model);
        }

        Residual residual() {
            return new Residual(InfluenceAssembly.losses(present), InfluenceAssembly.losses(absent), bootstrap);
        }

        double[][] losses() {
            return InfluenceAssembly.losses(own);
        }

        double gapPValue(int[] chosen) {
            return residual().gapPValue(losses(), InfluenceAssembly.losses(retrained), chosen);
        }

        Row row(Group group, double adjusted) {
            int[] chosen = group.chosen;
            Residual residual = residual();
            var confidence = new Residual(confidences(present), confidences(absent), bootstrap);
            List<Residual.Share> heldOut = own.get(0).heldOut().isEmpty()
                    ? List.of()
                    : List.of(new Residual(heldOut(present), heldOut(absent), bootstrap).share(heldOut(own), chosen));
            return new Row(
                    model,
                    control,
                    group.dose,
                    group.stratum,
                    chosen.length,
                    residual.influence(chosen),
                    residual.share(losses(), chosen),
                    confidence.share(confidences(own), chosen),
                    heldOut,
                    residual.gap(losses(), InfluenceAssembly.losses(retrained), chosen),
                    adjusted,
                    residual.distinguishability(losses(), chosen),
                    ratios(chosen),
                    recited(chosen),
                    collateral());
        }

        // ---------------------------------------------------------------- likelihood ratios

        private List<Ratio> ratios(int[] chosen) {
            if (count() < ModelRatios.FEWEST_WORLDS) {
                return List.of();
            }
            List<Ratio> ratios = new ArrayList<>();
            others().forEach((against, records) -> ratios.add(ratio(against, records, chosen)));
            return ratios;
        }

        /** What it is compared with. */
        private Map<String, List<InfluenceRecord>> others() {
            Map<String, List<InfluenceRecord>> others = new LinkedHashMap<>();
            others.put(InfluenceStudy.INFLUENCE_FREE, absent);
            others.put(InfluenceStudy.RETRAINED, retrained);
            others.remove(model);
            return others;
        }

        private Ratio ratio(String against, List<InfluenceRecord> others, int[] chosen) {
            ModelRatios ratios = ModelRatios.of(losses(), InfluenceAssembly.losses(others));
            Residual.Recognition found = ratios.recognition(residual(), chosen, FPR);
            double[] means = ratios.means();
            return new Ratio(
                    against,
                    found.auc(),
                    found.tpr(),
                    Arrays.stream(chosen).mapToObj(f -> means[f]).toList());
        }

        // ---------------------------------------------------------------- what is written

        private Optional<Recited> recited(int[] chosen) {
            return byHeart(InfluenceRecord::recitals, chosen)
                    .map(targets ->
                            new Recited(targets, byHeart(InfluenceRecord::heldOutRecitals, chosen), truth(chosen)));
        }

        /** Empty if a world's models were not let write, or none of the texts is long enough. */
        private Optional<ByHeart> byHeart(Function<InfluenceRecord, List<Recital>> recitals, int[] chosen) {
            if (own.stream().anyMatch(record -> recitals.apply(record).isEmpty())) {
                return Optional.empty();
            }
            double[][] extraction = table(own, recitals, Recital::extraction);
            int[] asked = defined(extraction, chosen);
            Residual means = residual();
            return asked.length == 0
                    ? Optional.empty()
                    : Optional.of(new ByHeart(
                            means.mean(extraction, asked),
                            means.mean(table(own, recitals, Recital::recall), asked),
                            means.mean(table(own, recitals, Recital::memorization), asked),
                            means.mean(table(own, recitals, Recital::strength), asked)));
        }

        private Optional<Truth> truth(int[] chosen) {
            if (own.stream().anyMatch(record -> record.truthRatios().isEmpty())) {
                return Optional.empty();
            }
            double[][] ratios = truthRatios(own);
            int[] asked = defined(ratios, chosen);
            if (asked.length == 0) {
                return Optional.empty();
            }
            List<Agreement> agreements = new ArrayList<>();
            others().forEach((against, records) -> {
                if (records.stream().noneMatch(record -> record.truthRatios().isEmpty())) {
                    double[][] theirs = truthRatios(records);
                    agreements.add(agreement(against, ratios, theirs, defined(theirs, asked)));
                }
            });
            double[][] closeness = table(own, InfluenceRecord::truthRatios, r -> Math.min(r, 1 / r));
            return Optional.of(new Truth(residual().mean(closeness, asked), asked.length, agreements));
        }

        private static double[][] truthRatios(List<InfluenceRecord> records) {
            return table(records, InfluenceRecord::truthRatios, ratio -> ratio);
        }

        private static Agreement agreement(String against, double[][] ratios, double[][] others, int[] asked) {
            List<KolmogorovSmirnov.Exact> tests = IntStream.range(0, ratios.length)
                    .mapToObj(w -> KolmogorovSmirnov.exact(at(asked, ratios[w]), at(asked, others[w])))
                    .toList();
            double[] pValues = tests.stream()
                    .mapToDouble(KolmogorovSmirnov.Exact::pValue)
                    .sorted()
                    .toArray();
            double median = pValues[(pValues.length - 1) / 2];
            return new Agreement(
                    against,
                    tests.stream()
                            .mapToDouble(KolmogorovSmirnov.Exact::statistic)
                            .average()
                            .orElseThrow(),
                    Math.min(1, 2 * median));
        }

        private static double[] at(int[] chosen, double[] numbers) {
            return Arrays.stream(chosen).mapToDouble(f -> numbers[f]).toArray();
        }

        // ---------------------------------------------------------------- one target

        Left left(int target) {
            double[] nats = IntStream.range(0, count())
                    .mapToDouble(w -> absent.get(w).losses().get(target)
                            - own.get(w).losses().get(target))
                    .toArray();
            return new Left(
                    model,
                    Intervals.ofMean(nats),
                    mean(
                            own,
                            record -> record.recitals().isEmpty()
                                    ? Double.NaN
                                    : record.recitals().get(target).extraction()),
                    Math.exp(mean(
                            own,
                            record -> record.truthRatios().isEmpty()
                                    ? Double.NaN
                                    : Math.log(record.truthRatios().get(target)))));
        }

        // ---------------------------------------------------------------- collateral

        private Collateral collateral() {
            return new Collateral(
                    Intervals.ofMean(own.stream()
                            .mapToDouble(InfluenceRecord::testAccuracy)
                            .toArray()),
                    mean(own, it -> it.lookalikes().accuracy()),
                    mean(own, it -> it.lookalikes().loss()),
                    mean(own, it -> it.rest().accuracy()),
                    mean(own, it -> it.lookalikes().with(it.rest()).loss()),
                    mean(own, InfluenceRecord::found),
                    mean(own, InfluenceRecord::forgotten),
                    mean(own, InfluenceRecord::seconds));
        }
    }
}
