package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import lethe.data.KnownLookalikes.Stratum;
import lethe.engine.Seed;
import lethe.experiments.InfluenceResults.Choice;
import lethe.experiments.InfluenceResults.Course;
import lethe.experiments.InfluenceResults.Row;
import lethe.experiments.InfluenceResults.Target;
import lethe.experiments.InfluenceResults.Trend;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Holm;
import lethe.metrics.ParetoFront;

/** Makes the results of an influence study from what its models said. */
final class InfluenceAssembly {
    private static final double LEVEL_STEP = 0.1;
    /** Numbers of look-alikes that are told apart, where there are no more. */
    private static final int MOST_DOSES = 5;

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
    private static final class Group {
        private final int dose;
        private final int upTo;
        private final String stratum;
        private final int[] chosen;

        Group(int dose, int upTo, String stratum, int[] chosen) {
            this.dose = dose;
            this.upTo = upTo;
            this.stratum = stratum;
            this.chosen = chosen;
        }
    }

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
                List.of(InfluenceResults.INFLUENCE_FREE, InfluenceResults.RETRAINED, InfluenceResults.ORIGINAL));
        if (!byModel.keySet().containsAll(order)) {
            return;
        }
        order.addAll(byModel.keySet());
        List<InfluenceScale> scales = order.stream()
                .map(model -> new InfluenceScale(model, control, byModel, bootstrap))
                .filter(InfluenceScale::usable)
                .toList();
        if (scales.isEmpty()) { // no world has all three kinds
            return;
        }
        int[] doses = byModel.getOrDefault(InfluenceResults.ORIGINAL, List.of()).get(0).doses().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        groups(doses).forEach(group -> rows(scales, group));
        for (InfluenceScale scale : scales) {
            int[] levels = levels(doses);
            if (Arrays.stream(levels).distinct().count() > 1) {
                courses.add(scale.course(levels));
            }
            trend(scale, doses);
        }
        targets(scales, control, doses);
        if (!control) {
            frontier();
            worlds = scales.stream()
                    .filter(scale -> scale.is(InfluenceResults.ORIGINAL))
                    .mapToInt(InfluenceScale::count)
                    .findFirst()
                    .orElse(0);
            noise = scales.get(0).residual().noise();
        }
    }

    /** All targets with look-alikes, those with each dose, and those with look-alikes of each stratum. */
    private List<Group> groups(int[] doses) {
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(
                InfluenceResults.ANY, InfluenceResults.ANY, InfluenceResults.ALL, positions(f -> doses[f] > 0)));
        for (int[] band : bands(doses)) {
            IntSummaryStatistics range = Arrays.stream(band).map(f -> doses[f]).summaryStatistics();
            groups.add(new Group(range.getMin(), range.getMax(), InfluenceResults.ALL, band));
        }
        List<String> strata = subjects.stream()
                .map(Subject::stratumName)
                .filter(name -> !name.equals(InfluenceResults.ALL))
                .distinct()
                .sorted()
                .toList();
        for (String stratum : strata) {
            groups.add(new Group(
                    InfluenceResults.ANY,
                    InfluenceResults.ANY,
                    stratum,
                    positions(f -> doses[f] > 0 && subjects.get(f).stratumName().equals(stratum))));
        }
        return groups.stream().filter(group -> group.chosen.length > 0).toList();
    }

    /** Targets by their number of look-alikes; where numbers differ much, by powers of two that they reach. */
    private static Collection<int[]> bands(int[] doses) {
        boolean many = Arrays.stream(doses).distinct().count() > MOST_DOSES;
        SortedMap<Integer, int[]> bands = new TreeMap<>();
        for (int dose : doses) {
            bands.computeIfAbsent(
                    many ? Integer.highestOneBit(dose) : dose,
                    from -> IntStream.range(0, doses.length)
                            .filter(f -> (many ? Integer.highestOneBit(doses[f]) : doses[f]) == from)
                            .toArray());
        }
        return bands.values();
    }

    /** The number of look-alikes that stands for each target's band, their mean. */
    private static int[] levels(int[] doses) {
        int[] levels = new int[doses.length];
        for (int[] band : bands(doses)) {
            double mean = Arrays.stream(band).map(f -> doses[f]).average().orElseThrow();
            for (int f : band) {
                levels[f] = (int) Math.round(mean);
            }
        }
        return levels;
    }

    private int[] positions(IntPredicate wanted) {
        return IntStream.range(0, subjects.size()).filter(wanted).toArray();
    }

    private void rows(List<InfluenceScale> scales, Group group) {
        List<InfluenceScale> tested =
                scales.stream().filter(InfluenceScale::isMethod).toList();
        double[] adjusted = Holm.adjusted(tested.stream()
                .mapToDouble(scale -> scale.gapPValue(group.chosen))
                .toArray());
        for (InfluenceScale scale : scales) {
            int at = tested.indexOf(scale);
            rows.add(scale.row(group.dose, group.upTo, group.stratum, group.chosen, at < 0 ? 1 : adjusted[at]));
        }
    }

    private void frontier() {
        List<Row> pooled = rows.stream().filter(Row::pooled).toList();
        boolean anyTold = pooled.stream()
                .anyMatch(row -> !row.model().equals(InfluenceResults.INFLUENCE_FREE) && !Double.isNaN(told(row)));
        double[][] costs = pooled.stream()
                .map(row -> new double[] {
                    Math.abs(row.loss().pooled().value()),
                    anyTold ? Math.abs(told(row) - 0.5) : 0,
                    row.collateral().thirdPartyLoss(),
                    -row.collateral().test().value(),
                    seconds(row)
                })
                .toArray(double[][]::new);
        int[] beatenBy = ParetoFront.beatenBy(costs);
        for (int i = 0; i < beatenBy.length; i++) {
            Row row = pooled.get(i);
            frontier.add(new Choice(
                    row.model(),
                    row.loss().pooled().value(),
                    told(row),
                    row.collateral().thirdPartyLoss(),
                    row.collateral().test().value(),
                    seconds(row),
                    beatenBy[i] == ParetoFront.NONE
                            ? ""
                            : pooled.get(beatenBy[i]).model()));
        }
    }

    /** What is done to forget; the original was there before. */
    private static double seconds(Row row) {
        return row.model().equals(InfluenceResults.ORIGINAL)
                ? 0
                : row.collateral().seconds();
    }

    private static double told(Row row) {
        return row.model().equals(InfluenceResults.INFLUENCE_FREE)
                ? 0.5
                : row.ratios().stream()
                        .filter(ratio -> ratio.against().equals(InfluenceResults.INFLUENCE_FREE))
                        .mapToDouble(ratio -> ratio.auc().value())
                        .findFirst()
                        .orElse(Double.NaN);
    }

    private void trend(InfluenceScale scale, int[] doses) {
        double[] levels = subjects.stream()
                .mapToDouble(subject -> subject.stratum()
                        .map(stratum -> stratum.level().orElse(Double.NaN))
                        .orElse(Double.NaN))
                .map(level -> level / LEVEL_STEP)
                .toArray();
        int[] chosen = positions(f -> doses[f] > 0 && !Double.isNaN(levels[f]));
        if (Arrays.stream(chosen).mapToDouble(f -> levels[f]).distinct().count() > 1) {
            trends.add(scale.trend(levels, chosen));
        }
    }

    private void targets(List<InfluenceScale> scales, boolean control, int[] doses) {
        InfluenceScale original = scales.stream()
                .filter(scale -> scale.is(InfluenceResults.ORIGINAL))
                .findFirst()
                .orElseThrow();
        for (int f = 0; f < subjects.size(); f++) {
            int target = f;
            each.add(new Target(
                    subjects.get(f).id(),
                    control,
                    doses[f],
                    subjects.get(f).stratumName(),
                    original.left(f).nats(),
                    scales.stream().map(scale -> scale.left(target)).toList()));
        }
    }
}
