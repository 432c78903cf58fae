package lethe.metrics;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How much of what training taught a model about some examples, the targets, is left in another model.
 *
 * <p>Three kinds of models, each trained with S seeds, give the scale: M_0 learned the targets f and their look-alikes, M_C
 * neither. With ℓ_M(f) what a model M says of f, its loss or any other number,
 *
 * <pre>
 *   I(f) = ℓ_{M_C}(f) − ℓ_{M_0}(f)                          the influence of targets and look-alikes together
 *   ρ_M  = Σ_f (ℓ_{M_C}(f) − ℓ_M(f)) / Σ_f I(f)             the share of it that is left in M
 * </pre>
 *
 * <p>0 is what a model says that never learned f or anything like it, 1 is what the original says; less than 0 is beyond
 * what was ever taught. Sums over targets weigh each by its influence; a mean of ratios would be ruled by targets that had
 * next to none, and dropping those because of the same noisy I(f) that stands in the denominator would bias it. The median
 * of ratios is therefore given beside it, over the targets whose influence exceeds twice its standard error.
 *
 * <p>Intervals are percentiles of {@link CrossedBootstrap} over seeds and targets; all shares use the same draws, so their
 * differences are paired.
 *
 * <p>A number may be missing, NaN, where a seed's models say nothing of a target: ℓ is then the mean over the seeds that do,
 * and a target for which one of the three kinds is missing altogether does not count. Influences, shares and gaps allow for
 * that; the others need all numbers.
 */
public final class Residual {
    private final double[][] present; // (S, n): M_0
    private final double[][] absent; // (S, n): M_C
    private final CrossedBootstrap bootstrap;

    /**
     * The scale.
     *
     * @param present what models that learned everything say of each target, by seed and target
     * @param absent what models say that learned neither targets nor look-alikes, laid out alike
     */
    public Residual(double[][] present, double[][] absent, CrossedBootstrap bootstrap) {
        requireAlike(present, absent);
        this.present = copy(present);
        this.absent = copy(absent);
        this.bootstrap = bootstrap;
    }

    /**
     * A share of influence that is left.
     *
     * @param pooled ρ over all targets together
     * @param median the middle one of the targets whose influence is beyond doubt; NaN if there is none
     * @param certain how many these are
     * @param targets how many there are
     */
    public record Share(Estimate pooled, double median, int certain, int targets) {}

    /**
     * The course of the share with the number of look-alikes k.
     *
     * @param slope change of ρ each time 1 + k doubles, by least squares
     * @param half k at which ρ reaches one half, between doses by a straight line over log(1 + k)
     */
    public record Course(Estimate slope, OptionalDouble half) {}

    /**
     * How surely two kinds of models can be told apart.
     *
     * @param auc area under the curve of all scores; 0.5 is not at all
     * @param tpr true-positive rate where few are mistaken
     */
    public record Recognition(Estimate auc, OperatingPoint tpr) {}

    /** The number of targets. */
    public int targets() {
        return present[0].length;
    }

    /** The mean influence of some targets. */
    public Estimate influence(int[] targets) {
        return mean(targets, (f, seeds) -> mean(f, absent, seeds) - mean(f, present, seeds));
    }

    /**
     * The mean of any number about some targets.
     *
     * @param numbers by seed and target
     */
    public Estimate mean(double[][] numbers, int[] targets) {
        requireAlike(present, numbers);
        return mean(targets, (f, seeds) -> mean(f, numbers, seeds));
    }

    /** What is said of one target by the seeds that are drawn. */
    private interface Statement {
        double of(int target, int[] seeds);
    }

    private Estimate mean(int[] targets, Statement statement) {
        double[] replicated = new double[1 + bootstrap.replicates()];
        for (int r = 0; r < replicated.length; r++) {
            int[] seeds = seeds(r);
            int[] examples = examples(r);
            double sum = 0;
            long weights = 0;
            for (int f : targets) {
                double said = examples[f] > 0 ? statement.of(f, seeds) : Double.NaN;
                if (!Double.isNaN(said)) {
                    sum += examples[f] * said;
                    weights += examples[f];
                }
            }
            replicated[r] = weights == 0 ? Double.NaN : sum / weights;
        }
        return interval(replicated);
    }

    /** The influence of each target, mean over seeds. */
    public double[] influences() {
        return IntStream.range(0, targets())
                .mapToDouble(f -> mean(f, absent) - mean(f, present))
                .toArray();
    }

    /** The standard deviation over seeds of what is said of a target without influence, over all targets. */
    public double noise() {
        if (absent.length < 2) {
            return Double.NaN;
        }
        double variance = 0;
        for (int f = 0; f < targets(); f++) {
            int target = f;
            variance += Intervals.variance(Arrays.stream(absent)
                            .mapToDouble(row -> row[target])
                            .toArray())
                    / targets();
        }
        return Math.sqrt(variance);
    }

    /**
     * The share that is left in some models.
     *
     * @param losses what they say of each target, by seed and target
     * @param targets those that count
     */
    public Share share(double[][] losses, int[] targets) {
        requireAlike(present, losses);
        double[] certain = Arrays.stream(targets)
                .filter(this::isCertain)
                .mapToDouble(f -> (mean(f, absent) - mean(f, losses)) / (mean(f, absent) - mean(f, present)))
                .sorted()
                .toArray();
        return new Share(interval(ratios(losses, targets)), median(certain), certain.length, targets.length);
    }

    /** How much larger the share in some models is than in others, ρ_M − ρ_{M'}. */
    public Estimate gap(double[][] losses, double[][] others, int[] targets) {
        return interval(differences(losses, others, targets));
    }

    /** The two-sided probability of a gap as large or larger where there is none, by the bootstrap; at least 2 / (R + 1). */
    public double gapPValue(double[][] losses, double[][] others, int[] targets) {
        double[] gaps = differences(losses, others, targets);
        long below = IntStream.range(1, gaps.length).filter(r -> gaps[r] <= 0).count();
        long above = IntStream.range(1, gaps.length).filter(r -> gaps[r] >= 0).count();
        return Math.min(1, 2.0 * (Math.min(below, above) + 1) / gaps.length);
    }

    /**
     * How surely some models can be told from models without influence by what they say of a target, when the models of all
     * seeds are known: the area under the curve of each target, mean over targets. One half is not at all.
     *
     * @param losses of the models, lower where the target is better known
     */
    public Estimate distinguishability(double[][] losses, int[] targets) {
        requireAlike(present, losses);
        int seeds = present.length;
        double[] values = new double[targets() * 2 * seeds];
        boolean[] positive = new boolean[values.length];
        for (int f = 0; f < targets(); f++) {
            for (int s = 0; s < seeds; s++) {
                values[f * 2 * seeds + s] = -losses[s][f];
                positive[f * 2 * seeds + s] = true;
                values[f * 2 * seeds + seeds + s] = -absent[s][f];
            }
        }
        ExampleAreas areas = ExampleAreas.of(values, positive, 2 * seeds);
        double[] replicated = new double[1 + bootstrap.replicates()];
        for (int r = 0; r < replicated.length; r++) {
            double[] each = areas.areas(twice(seeds(r)));
            int[] examples = examples(r);
            double sum = 0;
            long weights = 0;
            for (int f : targets) {
                sum += examples[f] * each[f];
                weights += examples[f];
            }
            replicated[r] = weights == 0 ? Double.NaN : sum / weights;
        }
        return interval(replicated);
    }

    /**
     * How surely one kind of model can be told from another by scores of what they say of some targets, all targets and
     * seeds together.
     *
     * @param positives scores of the one, by seed and target
     * @param negatives scores of the other, laid out alike; larger means more likely of the one
     * @param fpr admissible false-positive rate
     */
    public Recognition recognition(double[][] positives, double[][] negatives, int[] targets, double fpr) {
        requireAlike(present, positives);
        requireAlike(present, negatives);
        int seeds = present.length;
        double[] scores = new double[targets.length * 2 * seeds];
        boolean[] positive = new boolean[scores.length];
        for (int i = 0; i < targets.length; i++) {
            for (int s = 0; s < seeds; s++) {
                scores[i * 2 * seeds + s] = positives[s][targets[i]];
                positive[i * 2 * seeds + s] = true;
                scores[i * 2 * seeds + seeds + s] = negatives[s][targets[i]];
            }
        }
        ScoreTable table = ScoreTable.of(scores, positive, 2 * seeds);
        double[] areas = new double[bootstrap.replicates()];
        double[] rates = new double[bootstrap.replicates()];
        for (int r = 0; r < areas.length; r++) {
            int[] examples = examples(r + 1);
            WeightedRoc roc =
                    table.weighted(Arrays.stream(targets).map(f -> examples[f]).toArray(), twice(seeds(r + 1)));
            areas[r] = roc.auc();
            rates[r] = roc.tprAtFpr(new double[] {fpr})[0];
        }
        Roc roc = Roc.of(scores, positive);
        return new Recognition(CrossedBootstrap.interval(roc.auc(), areas), roc.operatingPoint(fpr, rates));
    }

    private static int[] twice(int[] draws) {
        int[] both = Arrays.copyOf(draws, 2 * draws.length);
        System.arraycopy(draws, 0, both, draws.length, draws.length);
        return both;
    }

    /**
     * The course of the share with the dose.
     *
     * @param doses number of look-alikes k of each target; two different ones at least
     */
    public Course course(double[][] losses, int[] doses) {
        int[] distinct = Arrays.stream(doses).distinct().sorted().toArray();
        if (doses.length != targets() || distinct.length < 2) {
            throw new IllegalArgumentException("A course needs the doses of " + targets()
                    + " targets, two different ones at least, but got " + Arrays.toString(distinct) + " for "
                    + doses.length);
        }
        double[][] shares = Arrays.stream(distinct)
                .mapToObj(dose -> ratios(losses, at(doses, dose)))
                .toArray(double[][]::new); // (doses, 1 + R)
        double[] x = Arrays.stream(distinct).mapToDouble(Residual::doublings).toArray();
        return new Course(
                slope(x, shares),
                half(x, Arrays.stream(shares).mapToDouble(it -> it[0]).toArray()));
    }

    /**
     * The change of the share with a level, such as how noisy look-alikes are: the slope of ρ over the level, by least
     * squares.
     *
     * @param levels of each target
     * @param targets those that count; they have two different levels at least
     */
    public Estimate trend(double[][] losses, double[] levels, int[] targets) {
        double[] x =
                Arrays.stream(targets).mapToDouble(f -> levels[f]).distinct().toArray();
        if (x.length < 2) {
            throw new IllegalArgumentException(
                    "A trend needs two different levels at least, but got " + Arrays.toString(x));
        }
        return slope(
                x,
                Arrays.stream(x)
                        .mapToObj(level -> ratios(
                                losses,
                                Arrays.stream(targets)
                                        .filter(f -> levels[f] == level)
                                        .toArray()))
                        .toArray(double[][]::new));
    }

    /** The slope of shares over x, where each has its replicates behind it, (x, 1 + R). */
    private static Estimate slope(double[] x, double[][] shares) {
        double[] slopes = new double[shares[0].length];
        for (int r = 0; r < slopes.length; r++) {
            int replicate = r;
            slopes[r] = slope(
                    x, Arrays.stream(shares).mapToDouble(it -> it[replicate]).toArray());
        }
        return interval(slopes);
    }

    /** The targets with this dose. */
    public static int[] at(int[] doses, int dose) {
        return IntStream.range(0, doses.length).filter(f -> doses[f] == dose).toArray();
    }

    private static double doublings(double k) {
        return Math.log1p(k) / Math.log(2);
    }

    private static double slope(double[] x, double[] y) {
        double meanX = Intervals.mean(x);
        double meanY = Intervals.mean(y);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            products += (x[i] - meanX) * (y[i] - meanY);
            squares += (x[i] - meanX) * (x[i] - meanX);
        }
        return products / squares;
    }

    private static OptionalDouble half(double[] x, double[] y) {
        if (y[0] >= 0.5) {
            return OptionalDouble.of(Math.pow(2, x[0]) - 1);
        }
        for (int i = 1; i < x.length; i++) {
            if (y[i] >= 0.5) {
                double at = x[i - 1] + (x[i] - x[i - 1]) * (0.5 - y[i - 1]) / (y[i] - y[i - 1]);
                return OptionalDouble.of(Math.pow(2, at) - 1);
            }
        }
        return OptionalDouble.empty();
    }

    private boolean isCertain(int target) {
        double[] each = IntStream.range(0, present.length)
                .mapToDouble(s -> absent[s][target] - present[s][target])
                .toArray();
        if (Arrays.stream(each).anyMatch(Double::isNaN)) {
            return isCertain(said(target, absent), said(target, present));
        }
        double error = each.length < 2 ? 0 : Math.sqrt(Intervals.variance(each) / each.length);
        return Intervals.mean(each) > 2 * error;
    }

    /** The same where seeds do not pair what is said without and with influence. */
    private static boolean isCertain(double[] without, double[] with) {
        if (without.length < 2 || with.length < 2) {
            return false;
        }
        double error = Math.sqrt(Intervals.variance(without) / without.length + Intervals.variance(with) / with.length);
        return Intervals.mean(without) - Intervals.mean(with) > 2 * error;
    }

    private static double[] said(int target, double[][] losses) {
        return Arrays.stream(losses)
                .mapToDouble(row -> row[target])
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }

    private double[] differences(double[][] losses, double[][] others, int[] targets) {
        requireAlike(present, losses);
        requireAlike(present, others);
        double[] one = ratios(losses, targets);
        double[] other = ratios(others, targets);
        double[] gaps = new double[one.length];
        Arrays.setAll(gaps, r -> one[r] - other[r]);
        return gaps;
    }

    /** ρ first, then its replicates. */
    private double[] ratios(double[][] losses, int[] targets) {
        double[] ratios = new double[1 + bootstrap.replicates()];
        for (int r = 0; r < ratios.length; r++) {
            int[] seeds = seeds(r);
            int[] examples = examples(r);
            double left = 0;
            double whole = 0;
            for (int f : targets) {
                double without = mean(f, absent, seeds);
                double remaining = without - mean(f, losses, seeds);
                double taught = without - mean(f, present, seeds);
                if (!Double.isNaN(remaining + taught)) {
                    left += examples[f] * remaining;
                    whole += examples[f] * taught;
                }
            }
            ratios[r] = left / whole;
        }
        return ratios;
    }

    /** How often each seed counts: once at first, then as often as it is drawn. */
    private int[] seeds(int r) {
        return r == 0 ? ones(present.length) : bootstrap.worldDraws(r - 1, 0, present.length);
    }

    private int[] examples(int r) {
        return r == 0 ? ones(targets()) : bootstrap.exampleDraws(r - 1, targets());
    }

    private static int[] ones(int count) {
        int[] ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Estimate interval(double[] replicated) {
        double[] replicates = Arrays.copyOfRange(replicated, 1, replicated.length);
        return CrossedBootstrap.interval(replicated[0], replicates);
    }

    private static double mean(int target, double[][] losses) {
        return mean(target, losses, ones(losses.length));
    }

    /** What is said of a target, mean over the seeds that say something; NaN if none does. */
    private static double mean(int target, double[][] losses, int[] seeds) {
        double sum = 0;
        long weights = 0;
        for (int s = 0; s < losses.length; s++) {
            if (seeds[s] > 0 && !Double.isNaN(losses[s][target])) {
                sum += seeds[s] * losses[s][target];
                weights += seeds[s];
            }
        }
        return weights == 0 ? Double.NaN : sum / weights;
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
    }

    private static void requireAlike(double[][] one, double[][] other) {
        boolean alike = one.length > 0 && one.length == other.length && one[0].length > 0;
        for (int s = 0; alike && s < one.length; s++) {
            alike = one[s].length == one[0].length && other[s].length == one[0].length;
        }
        if (!alike) {
            throw new IllegalArgumentException("Losses are by seed and target, one row for each of the same seeds, but"
                    + " got " + one.length + " and " + other.length + " rows that do not fit");
        }
    }

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }
}
