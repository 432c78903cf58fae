package lethe.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * Forgetting quality of the NeurIPS 2023 unlearning challenge: how far the outputs of unlearned models on each forgotten
 * example are from those of retrained ones, in the manner of differential privacy.
 *
 * <p>Every decision rule with false-positive rate {@code FPR} and false-negative rate {@code FNR} between the two samples
 * bounds the privacy loss from below, with δ = 10⁻⁵:
 *
 * <pre>
 *   ε   = max(0, ln(1 − δ − FPR) − ln FNR, ln(1 − δ − FNR) − ln FPR),   ∞ if both rates are 0, none if one is
 *   ε_i = max over rules,   H(ε) = 2^−⌊ε / 0.5⌋ for ε &lt; 6.5, else 0,   F = mean_i H(ε_i)
 * </pre>
 *
 * <p>Two families of rules compete: one threshold, the sample with the larger median above it; and an interval, the sample
 * with the smaller range inside it.
 *
 * <p>The score of perfection is not 1. ε is a maximum over hundreds of rules evaluated on the data that chose them, and
 * independent retrained models reach {@code F ≈ 0.2} to 0.4 against each other; more models do not help. So the floor
 * stands beside the score, and {@link #split} chooses rules on half of the models and evaluates them on the others.
 *
 * <p>Unlike the released code, thresholds are the sample values themselves and intervals move in units of the standard
 * deviation, so that the score does not depend on the scale of the signal; {@link #competitionLiteral} is the score as
 * released. Its N unlearned models also start from one original; who passes models that each had their own compares like
 * with like.
 *
 * @param score F
 * @param floor F of retrained against independent retrained models
 * @param split F with rules chosen and evaluated on different models, both ways; near 0.9 for perfection
 * @param meanEpsilon mean ε over examples; infinite if one example is told apart without error
 * @param epsilons ε_i of each example
 * @see <a href="https://arxiv.org/abs/2406.09073">Triantafillou et al., 2024</a>
 */
public record ForgettingQuality(double score, double floor, double split, double meanEpsilon, List<Double> epsilons) {
    public ForgettingQuality {
        epsilons = List.copyOf(epsilons);
    }

    private static final double DELTA = 1e-5;
    private static final double BIN = 0.5;
    private static final int BINS = 13; // of the report: up to 6.5, beyond ln 511 of its 512 models
    private static final int STEPS = 100; // in one unit of the signal
    private static final int REACH = 2; // units by which the edges of an interval move
    private static final double SPIKE = 50; // ε of a sample that is much narrower than the other
    private static final double SPIKE_RATIO = 0.01;
    private static final int BLOCK = 16; // examples worth another thread

    /**
     * The score with its floor.
     *
     * @param unlearned (examples × models), signals of each forgotten example under the unlearned models
     * @param retrained (examples × models), the same under retrained models
     * @param retrainedAgain (examples × models), under retrained models independent of those
     */
    public static ForgettingQuality of(double[][] unlearned, double[][] retrained, double[][] retrainedAgain) {
        check(unlearned, retrained);
        check(retrainedAgain, retrained);
        double[] epsilons = new double[unlearned.length];
        double[] floors = new double[unlearned.length];
        double[] splits = new double[unlearned.length];
        Blocks.forEach(epsilons.length, BLOCK, (from, to) -> {
            for (int i = from; i < to; i++) {
                epsilons[i] = epsilon(unlearned[i], retrained[i]);
                floors[i] = epsilon(retrainedAgain[i], retrained[i]);
                splits[i] = split(unlearned[i], retrained[i]);
            }
        });
        return new ForgettingQuality(
                score(epsilons, BINS),
                score(floors, BINS),
                Intervals.mean(splits),
                Intervals.mean(epsilons),
                Arrays.stream(epsilons).boxed().toList());
    }

    /** The median of ε over examples, which few of them that are told apart without error do not make infinite. */
    public double medianEpsilon() {
        double[] sorted =
                epsilons.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
    }

    /** The score in units of what perfection reaches. */
    public double normalised() {
        return score / floor;
    }

    /** The score of the challenge: F times the retained shares of accuracy on retained and on test examples. */
    public double withUtility(double retain, double retainOfRetrained, double test, double testOfRetrained) {
        return score * (retain / retainOfRetrained) * (test / testOfRetrained);
    }

    /**
     * F as the released code computes it: thresholds and edges on a grid of a hundredth of the signal's unit, ε = 50 where
     * one sample's range is below a hundredth of the other's, and bins up to {@code ⌈ln(N − 1)⌉}.
     */
    public static double competitionLiteral(double[][] unlearned, double[][] retrained) {
        check(unlearned, retrained);
        double[] epsilons = new double[unlearned.length];
        for (int i = 0; i < epsilons.length; i++) {
            var samples = new Samples(unlearned[i], retrained[i]);
            epsilons[i] = samples.isSpike()
                    ? SPIKE
                    : Math.max(
                            samples.bestThreshold(samples.thresholdGrid()).epsilon,
                            samples.bestInterval(1.0 / STEPS).epsilon);
        }
        return score(epsilons, (int) Math.round(Math.ceil(Math.log(unlearned[0].length - 1.0)) / BIN));
    }

    /** ε of a rule with these rates; NaN where exactly one of them is 0, as such a rule does not count. */
    public static double epsilon(double fpr, double fnr) {
        if (fpr == 0 || fnr == 0) {
            return fpr == fnr ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        double loss = Math.max(
                Math.log(Math.max(0, 1 - DELTA - fpr)) - Math.log(fnr),
                Math.log(Math.max(0, 1 - DELTA - fnr)) - Math.log(fpr));
        return Math.max(0, loss);
    }

    /** ε of one example: the largest over both families of rules. */
    public static double epsilon(double[] unlearned, double[] retrained) {
        return new Samples(unlearned, retrained).best().epsilon;
    }

    /** ε of one example by the best single threshold. */
    static double thresholdEpsilon(double[] unlearned, double[] retrained) {
        var samples = new Samples(unlearned, retrained);
        return samples.bestThreshold(samples.values()).epsilon;
    }

    /** H(ε) = 2^−⌊ε / 0.5⌋, and 0 from the last bin on. */
    static double height(double epsilon, int bins) {
        double bin = Math.floor(epsilon / BIN);
        return bin < bins ? Math.pow(2, -bin) : 0;
    }

    /** Mean of H over examples. */
    static double score(double[] epsilons, int bins) {
        double sum = 0;
        for (double epsilon : epsilons) {
            sum += height(epsilon, bins);
        }
        return sum / epsilons.length;
    }

    /** H with the rule of every second model evaluated on the others, mean of both ways. */
    private static double split(double[] unlearned, double[] retrained) {
        double sum = 0;
        for (int half = 0; half < 2; half++) {
            Rule rule = new Samples(everySecond(unlearned, half), everySecond(retrained, half)).best();
            double loss = new Samples(everySecond(unlearned, 1 - half), everySecond(retrained, 1 - half)).loss(rule);
            sum += 0.5 * height(Double.isNaN(loss) ? 0 : loss, BINS); // what does not count proves nothing
        }
        return sum;
    }

    private static double[] everySecond(double[] values, int first) {
        double[] chosen = new double[(values.length - first + 1) / 2];
        for (int k = 0; k < chosen.length; k++) {
            chosen[k] = values[2 * k + first];
        }
        return chosen;
    }

    private static void check(double[][] unlearned, double[][] retrained) {
        if (unlearned.length == 0 || unlearned.length != retrained.length) {
            throw new IllegalArgumentException("Need the same examples on both sides, but there are " + unlearned.length
                    + " and " + retrained.length);
        }
        for (int i = 0; i < unlearned.length; i++) {
            if (unlearned[i].length < 4 || retrained[i].length < 4) {
                throw new IllegalArgumentException("Example " + i + " has values of " + unlearned[i].length
                        + " unlearned and " + retrained[i].length + " retrained models; each side needs four");
            }
        }
    }

    /**
     * One decision: the sample said to be "unlearned" (or "retrained") lies within the edges, both included.
     *
     * @param unlearned whether the unlearned sample is looked for inside
     */
    private record Rule(boolean unlearned, double low, double high, double epsilon) {}

    /** Both samples of one example, ascending. */
    private static final class Samples {
        private final double[] unlearned;
        private final double[] retrained;

        Samples(double[] unlearned, double[] retrained) {
            this.unlearned = ascending(unlearned);
            this.retrained = ascending(retrained);
        }

        Rule best() {
            Rule threshold = bestThreshold(values());
            double unit = Math.sqrt(0.5 * (Intervals.variance(unlearned) + Intervals.variance(retrained)));
            if (!(unit > 0)) {
                return threshold; // two constants: a threshold parts them or nothing does
            }
            Rule interval = bestInterval(unit / STEPS);
            return interval.epsilon > threshold.epsilon ? interval : threshold;
        }

        double loss(Rule rule) {
            double[] inside = rule.unlearned ? unlearned : retrained;
            double[] other = rule.unlearned ? retrained : unlearned;
            double fpr = (double) (notAbove(other, rule.high) - below(other, rule.low)) / other.length;
            double fnr = 1 - (double) (notAbove(inside, rule.high) - below(inside, rule.low)) / inside.length;
            return epsilon(fpr, fnr);
        }

        Rule bestThreshold(double[] thresholds) {
            boolean unlearnedAbove = median(unlearned) >= median(retrained);
            double[] above = unlearnedAbove ? unlearned : retrained;
            double[] other = unlearnedAbove ? retrained : unlearned;
            var losses = new Losses(above.length, other.length);
            double best = 0;
            double at = thresholds[0];
            for (double threshold : thresholds) {
                double loss = losses.of(below(above, threshold), other.length - below(other, threshold));
                if (loss > best) {
                    best = loss;
                    at = threshold;
                }
            }
            return new Rule(unlearnedAbove, at, Double.POSITIVE_INFINITY, best);
        }

        /** Right edges up to two units around the narrow sample's; the width up to two units around its range. */
        Rule bestInterval(double step) {
            boolean unlearnedInside = range(unlearned) <= range(retrained);
            double[] narrow = unlearnedInside ? unlearned : retrained;
            double[] wide = unlearnedInside ? retrained : unlearned;
            int steps = 2 * REACH * STEPS;
            int[][] belowLow = new int[2][2 * steps + 1];
            for (int j = 0; j <= 2 * steps; j++) {
                double low = low(narrow, step, j);
                belowLow[0][j] = below(narrow, low);
                belowLow[1][j] = below(wide, low);
            }
            int[] next = new int[2 * steps + 1]; // the next left edge that leaves out another value
            next[2 * steps] = 2 * steps + 1;
            for (int j = 2 * steps - 1; j >= 0; j--) {
                boolean same = belowLow[0][j] == belowLow[0][j + 1] && belowLow[1][j] == belowLow[1][j + 1];
                next[j] = same ? next[j + 1] : j + 1;
            }
            var losses = new Losses(narrow.length, wide.length);
            double best = 0;
            int bestHigh = 0;
            int bestLow = 0;
            int narrowBefore = -1;
            int wideBefore = -1;
            for (int r = 0; r <= steps; r++) {
                double high = high(narrow, step, r);
                int narrowUpTo = notAbove(narrow, high);
                int wideUpTo = notAbove(wide, high);
                // Where no value has come in on the right, only the left edge that is new can be better.
                int first = narrowUpTo == narrowBefore && wideUpTo == wideBefore ? r + steps : r;
                narrowBefore = narrowUpTo;
                wideBefore = wideUpTo;
                for (int j = first; j <= r + steps; j = next[j]) {
                    int inside = Math.max(0, narrowUpTo - belowLow[0][j]);
                    int mistaken = Math.max(0, wideUpTo - belowLow[1][j]);
                    double loss = losses.of(narrow.length - inside, mistaken);
                    if (loss > best) {
                        best = loss;
                        bestHigh = r;
                        bestLow = j;
                    }
                }
            }
            return new Rule(unlearnedInside, low(narrow, step, bestLow), high(narrow, step, bestHigh), best);
        }

        private static double low(double[] narrow, double step, int number) {
            return narrow[0] + step * (number - 2 * REACH * STEPS);
        }

        private static double high(double[] narrow, double step, int number) {
            return narrow[narrow.length - 1] + step * (number - REACH * STEPS);
        }

        /** The values of both. */
        double[] values() {
            double[] both = Arrays.copyOf(unlearned, unlearned.length + retrained.length);
            System.arraycopy(retrained, 0, both, unlearned.length, retrained.length);
            return both;
        }

        double[] thresholdGrid() {
            double low = Math.min(unlearned[0], retrained[0]);
            double high = Math.max(unlearned[unlearned.length - 1], retrained[retrained.length - 1]);
            double[] grid = new double[(int) Math.ceil((high - low) * STEPS) + 1];
            for (int k = 0; k < grid.length; k++) {
                grid[k] = low + (double) k / STEPS;
            }
            return grid;
        }

        boolean isSpike() {
            double smaller = Math.min(range(unlearned), range(retrained));
            return smaller < SPIKE_RATIO * Math.max(range(unlearned), range(retrained));
        }

        private static double[] ascending(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            if (Double.isNaN(sorted[sorted.length - 1])) {
                throw new IllegalArgumentException("A signal is NaN; signals must be numbers");
            }
            return sorted;
        }

        private static double range(double[] ascending) {
            return ascending[ascending.length - 1] - ascending[0];
        }

        private static double median(double[] ascending) {
            int middle = ascending.length / 2;
            return ascending.length % 2 == 1 ? ascending[middle] : 0.5 * (ascending[middle - 1] + ascending[middle]);
        }

        private static int below(double[] ascending, double value) {
            return notAbove(ascending, Math.nextDown(value + 0.0));
        }

        private static int notAbove(double[] ascending, double value) {
            int low = 0;
            int high = ascending.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ascending[middle] <= value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /** {@link #epsilon(double, double)} by counts of mistakes, from tables: rules are tried by the hundred thousand. */
    private static final class Losses {
        private final double[] logFnr;
        private final double[] logTpr;
        private final double[] logFpr;
        private final double[] logTnr;

        Losses(int positives, int negatives) {
            logFnr = new double[positives + 1];
            logTpr = new double[positives + 1];
            logFpr = new double[negatives + 1];
            logTnr = new double[negatives + 1];
            fill(logFnr, logTpr);
            fill(logFpr, logTnr);
        }

        private static void fill(double[] logRate, double[] logRest) {
            double n = logRate.length - 1.0;
            for (int k = 0; k <= n; k++) {
                logRate[k] = Math.log(k / n);
                logRest[k] = Math.log(Math.max(0, 1 - DELTA - k / n));
            }
        }

        double of(int missed, int mistaken) {
            if (missed == 0 || mistaken == 0) {
                return missed == mistaken ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            return Math.max(0, Math.max(logTnr[mistaken] - logFnr[missed], logTpr[missed] - logFpr[mistaken]));
        }
    }
}
