package lethe.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Receiver operating characteristic of a score; larger means "more likely positive".
 *
 * <p>Equal scores form one vertex, and nothing is interpolated: the rate at an admissible false-positive rate is that of
 * the last vertex which does not exceed it.
 */
public final class Roc {
    private static final int BLOCK = 1 << 17; // scores worth another thread

    private final double[] positives; // ascending
    private final double[] negatives; // ascending
    private final double auc;

    private Roc(double[] positives, double[] negatives) {
        this.positives = positives;
        this.negatives = negatives;
        this.auc = mannWhitney(positives, negatives);
    }

    /** The curve of these scores, in any order; the arrays are left untouched. */
    public static Roc of(double[] positives, double[] negatives) {
        requireBothSides(positives.length, negatives.length);
        return new Roc(ascending("positive", positives), ascending("negative", negatives));
    }

    /** The curve of {@code scores}, those with {@code positive} against the others. */
    public static Roc of(double[] scores, boolean[] positive) {
        if (scores.length != positive.length) {
            throw new IllegalArgumentException(scores.length + " scores and " + positive.length + " labels");
        }
        int count = 0;
        for (boolean label : positive) {
            count += label ? 1 : 0;
        }
        requireBothSides(count, scores.length - count);
        double[][] sides = {new double[scores.length - count], new double[count]};
        Blocks.forEach(2, scores.length < BLOCK ? 2 : 1, (from, to) -> {
            for (int side = from; side < to; side++) {
                sides[side] = ascending(sides[side], scores, positive, side == 1);
            }
        });
        return new Roc(sides[1], sides[0]);
    }

    private static void requireBothSides(int positives, int negatives) {
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException(
                    "Need scores on both sides: " + positives + " positives, " + negatives + " negatives");
        }
    }

    /** P(positive &gt; negative) + ½ P(positive = negative) over all pairs of scores. */
    public static double auc(double[] positives, double[] negatives) {
        return of(positives, negatives).auc();
    }

    /**
     * The variance of an area from independent scores, as if both sides were exponentially distributed.
     *
     * @param area the area A
     * @param positives scores of one side
     * @param negatives scores of the other
     * @see <a href="https://doi.org/10.1148/radiology.143.1.7063747">Hanley and McNeil, 1982</a>
     */
    public static double areaVariance(double area, double positives, double negatives) {
        double twoPositives = area / (2 - area);
        double twoNegatives = 2 * area * area / (1 + area);
        return (area * (1 - area)
                        + (positives - 1) * (twoPositives - area * area)
                        + (negatives - 1) * (twoNegatives - area * area))
                / (positives * negatives);
    }

    /** The largest true-positive rate at a false-positive rate of at most {@code fpr}. */
    public static double tprAtFpr(double[] positives, double[] negatives, double fpr) {
        return of(positives, negatives).tprAtFpr(fpr);
    }

    /** P(positive &gt; negative) + ½ P(positive = negative) over all pairs of scores. */
    public double auc() {
        return auc;
    }

    /** The number of positive scores. */
    public int positives() {
        return positives.length;
    }

    /** The number of negative scores. */
    public int negatives() {
        return negatives.length;
    }

    /** The smallest score that still counts as negative when at most {@code fpr} of the negatives may pass. */
    public double thresholdAtFpr(double fpr) {
        if (!(fpr >= 0 && fpr <= 1)) {
            throw new IllegalArgumentException("A false-positive rate lies in [0, 1], but is " + fpr);
        }
        int allowed = (int) Math.floor(fpr * negatives.length + 1e-9); // 0.29 · 100 is 28.999…
        return allowed >= negatives.length ? Double.NEGATIVE_INFINITY : negatives[negatives.length - 1 - allowed];
    }

    /** The largest true-positive rate at a false-positive rate of at most {@code fpr}. */
    public double tprAtFpr(double fpr) {
        return (double) above(positives, thresholdAtFpr(fpr)) / positives.length;
    }

    /** The false-positive rate of the vertex that {@link #tprAtFpr} reads, at most {@code fpr}. */
    public double realisedFpr(double fpr) {
        return (double) falsePositives(fpr) / negatives.length;
    }

    /** The number of negatives beyond the vertex that {@link #tprAtFpr} reads. */
    public long falsePositives(double fpr) {
        return above(negatives, thresholdAtFpr(fpr));
    }

    /** Mean of true-positive and true-negative rate when scores above {@code threshold} are called positive. */
    public double balancedAccuracy(double threshold) {
        double tpr = (double) above(positives, threshold) / positives.length;
        double fpr = (double) above(negatives, threshold) / negatives.length;
        return 0.5 * (tpr + 1 - fpr);
    }

    /**
     * The rate at {@code fpr} with what a reader needs in order to trust it.
     *
     * @param tprReplicates bootstrap replicates of {@link #tprAtFpr} at the same {@code fpr}
     */
    public OperatingPoint operatingPoint(double fpr, double[] tprReplicates) {
        long passed = falsePositives(fpr);
        return new OperatingPoint(
                fpr,
                realisedFpr(fpr),
                CrossedBootstrap.interval(tprAtFpr(fpr), tprReplicates),
                passed,
                ClopperPearson.high(passed, negatives.length),
                isReportable(fpr, negatives.length),
                (long) Math.ceil(10 / fpr - 1e-9));
    }

    /** Whether so many negatives leave at least ten of them beyond {@code fpr}; fewer make the rate a matter of luck. */
    public static boolean isReportable(double fpr, long negatives) {
        return fpr * negatives >= 10 - 1e-9;
    }

    /** False-positive rates to draw the curve at: 0, then evenly on a logarithmic axis up to 1. */
    public double[] drawingRates(int count) {
        double smallest = Math.max(1e-5, 1.0 / negatives.length);
        double[] rates = new double[count];
        for (int k = 1; k < count; k++) {
            rates[k] = Math.pow(smallest, (double) (count - 1 - k) / Math.max(1, count - 2));
        }
        return rates;
    }

    /**
     * The vertices at {@code rates}, each once.
     *
     * @param rates admissible false-positive rates, ascending
     * @param tprReplicates for each rate the bootstrap replicates of {@link #tprAtFpr}
     */
    public RocCurve curve(double[] rates, double[][] tprReplicates) {
        List<Double> fpr = new ArrayList<>();
        List<Double> tpr = new ArrayList<>();
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        for (int k = 0; k < rates.length; k++) {
            double x = realisedFpr(rates[k]);
            if (!fpr.isEmpty() && x == fpr.get(fpr.size() - 1)) {
                continue;
            }
            Estimate y = CrossedBootstrap.interval(tprAtFpr(rates[k]), tprReplicates[k]);
            fpr.add(x);
            tpr.add(y.value());
            low.add(y.low());
            high.add(y.high());
        }
        return new RocCurve(fpr, tpr, low, high);
    }

    /** For each score the share of {@code others} below it, ties counting half. */
    static double[] placements(double[] scores, double[] others) {
        double[] sorted = ascending("other", others);
        double[] shares = new double[scores.length];
        for (int k = 0; k < scores.length; k++) {
            long notBelow = above(sorted, Math.nextDown(scores[k] + 0.0));
            shares[k] = 1 - (notBelow + above(sorted, scores[k])) / (2.0 * sorted.length);
        }
        return shares;
    }

    private static double[] ascending(String side, double[] scores) {
        double[] sorted = new double[scores.length];
        for (int k = 0; k < scores.length; k++) {
            sorted[k] = number(side, k, scores[k]);
        }
        return RadixSort.ascending(sorted);
    }

    /** Of the scores those of one side, as many as {@code own} holds, which is lost. */
    private static double[] ascending(double[] own, double[] scores, boolean[] positive, boolean wanted) {
        String side = wanted ? "positive" : "negative";
        int count = 0;
        for (int k = 0; k < scores.length; k++) {
            if (positive[k] == wanted) {
                own[count] = number(side, count, scores[k]);
                count++;
            }
        }
        return RadixSort.ascending(own);
    }

    private static double number(String side, int position, double score) {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException(
                    "The " + side + " score at " + position + " is NaN; scores must be numbers");
        }
        return score + 0.0; // −0 and 0 are one score, but sort apart
    }

    /** Counts in halves, so that the area is exact: at most 2·10⁹ scores a side stay far from overflow. */
    private static double mannWhitney(double[] positives, double[] negatives) {
        long halves = 0;
        for (long part : Blocks.map(positives.length, BLOCK, (from, to) -> halves(positives, from, to, negatives))) {
            halves += part;
        }
        return halves / (2.0 * positives.length * negatives.length);
    }

    /** Twice the pairs that these positives win, and once those that they tie. */
    private static long halves(double[] positives, int from, int to, double[] negatives) {
        long halves = 0;
        int below = from == 0 ? 0 : below(negatives, positives[from]);
        int notAbove = below;
        for (int k = from; k < to; k++) {
            double score = positives[k];
            while (below < negatives.length && negatives[below] < score) {
                below++;
            }
            notAbove = Math.max(notAbove, below);
            while (notAbove < negatives.length && negatives[notAbove] <= score) {
                notAbove++;
            }
            halves += (long) below + notAbove;
        }
        return halves;
    }

    /** How many values of an ascending array are less than {@code score}. */
    private static int below(double[] ascending, double score) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] < score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many values of an ascending array exceed {@code threshold}. */
    private static long above(double[] ascending, double threshold) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] > threshold) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return (long) ascending.length - low;
    }
}
