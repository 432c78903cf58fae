package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import lethe.experiments.InfluenceResults.Agreement;
import lethe.experiments.InfluenceResults.ByHeart;
import lethe.experiments.InfluenceResults.Collateral;
import lethe.experiments.InfluenceResults.Course;
import lethe.experiments.InfluenceResults.Left;
import lethe.experiments.InfluenceResults.Ratio;
import lethe.experiments.InfluenceResults.Recited;
import lethe.experiments.InfluenceResults.Row;
import lethe.experiments.InfluenceResults.Trend;
import lethe.experiments.InfluenceResults.Truth;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Intervals;
import lethe.metrics.KolmogorovSmirnov;
import lethe.metrics.Residual;

/** One kind of model, in the worlds in which it can be measured: where the three kinds that give the scale are there too. */
final class InfluenceScale {
    private static final double FPR = 0.01;

    private final String model;
    private final boolean control;
    private final CrossedBootstrap bootstrap;
    private final List<InfluenceRecord> present = new ArrayList<>();
    private final List<InfluenceRecord> retrained = new ArrayList<>();
    private final List<InfluenceRecord> absent = new ArrayList<>();
    private final List<InfluenceRecord> own = new ArrayList<>();
    private final Map<String, ModelRatios> fitted = new HashMap<>(); // by what it is told from, the same for all groups

    InfluenceScale(
            String model, boolean control, Map<String, List<InfluenceRecord>> byModel, CrossedBootstrap bootstrap) {
        this.bootstrap = bootstrap;
        this.model = model;
        this.control = control;
        for (InfluenceRecord record : byModel.getOrDefault(model, List.of())) {
            Optional<InfluenceRecord> of0 =
                    in(record.world(), byModel.getOrDefault(InfluenceResults.ORIGINAL, List.of()));
            Optional<InfluenceRecord> ofR =
                    in(record.world(), byModel.getOrDefault(InfluenceResults.RETRAINED, List.of()));
            Optional<InfluenceRecord> ofC =
                    in(record.world(), byModel.getOrDefault(InfluenceResults.INFLUENCE_FREE, List.of()));
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

    boolean is(String kind) {
        return model.equals(kind);
    }

    boolean isMethod() {
        return InfluenceResults.isMethod(model);
    }

    Residual residual() {
        return new Residual(losses(present), losses(absent), bootstrap);
    }

    double[][] losses() {
        return losses(own);
    }

    Course course(int[] doses) {
        Residual.Course course = residual().course(losses(), doses);
        return new Course(model, control, course.slope(), course.half().orElse(-1));
    }

    /** @param steps level of each target, in units of the slope */
    Trend trend(double[] steps, int[] chosen) {
        return new Trend(model, control, residual().trend(losses(), steps, chosen));
    }

    double gapPValue(int[] chosen) {
        return residual().gapPValue(losses(), losses(retrained), chosen);
    }

    /**
     * A row over some targets.
     *
     * @param chosen their positions
     * @param adjusted p-value of the gap
     */
    Row row(int dose, int upTo, String stratum, int[] chosen, double adjusted) {
        Residual residual = residual();
        var confidence = new Residual(confidences(present), confidences(absent), bootstrap);
        List<Residual.Share> heldOut = own.get(0).heldOut().isEmpty()
                ? List.of()
                : List.of(new Residual(heldOut(present), heldOut(absent), bootstrap).share(heldOut(own), chosen));
        return new Row(
                model,
                control,
                dose,
                upTo,
                stratum,
                chosen.length,
                residual.influence(chosen),
                residual.share(losses(), chosen),
                confidence.share(confidences(own), chosen),
                heldOut,
                residual.gap(losses(), losses(retrained), chosen),
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
        others.put(InfluenceResults.INFLUENCE_FREE, absent);
        others.put(InfluenceResults.RETRAINED, retrained);
        others.remove(model);
        return others;
    }

    private Ratio ratio(String against, List<InfluenceRecord> others, int[] chosen) {
        ModelRatios ratios = fitted.computeIfAbsent(against, it -> ModelRatios.of(losses(), losses(others)));
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
                .map(targets -> new Recited(targets, byHeart(InfluenceRecord::heldOutRecitals, chosen), truth(chosen)));
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
                .mapToDouble(w ->
                        absent.get(w).losses().get(target) - own.get(w).losses().get(target))
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
                Intervals.ofMean(
                        own.stream().mapToDouble(InfluenceRecord::testAccuracy).toArray()),
                mean(own, it -> it.lookalikes().accuracy()),
                mean(own, it -> it.lookalikes().loss()),
                mean(own, it -> it.rest().accuracy()),
                mean(own, it -> it.lookalikes().with(it.rest()).loss()),
                mean(own, InfluenceRecord::found),
                mean(own, InfluenceRecord::forgotten),
                mean(own, InfluenceRecord::seconds));
    }

    // ---------------------------------------------------------------- tables

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
}
