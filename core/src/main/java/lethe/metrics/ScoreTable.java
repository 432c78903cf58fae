package lethe.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Scores of every example in every world, reduced to their order: what a resampled ROC needs and no more.
 *
 * <p>Scores are replaced by the number of their bin, best first. Up to 32,768 distinct scores get a bin each and all
 * results are exact. Beyond, bins grow in proportion to the rank they start at, so that the resolution is the same
 * fraction of any false-positive rate (about 2·10⁻⁴ for a million scores); equal scores are never separated.
 */
public final class ScoreTable {
    private static final int BINS = 1 << 15; // with the label, a code fits 16 bits
    private static final int BLOCK = 1 << 16; // scores worth another thread

    private final int examples;
    private final int worlds;
    private final int bins;
    private final char[] codes; // (examples × columns), bin · 2 + label
    private final short[] worldOf; // of each code, −1 for none; empty where columns are worlds

    private ScoreTable(int examples, int worlds, int bins, char[] codes, short[] worldOf) {
        this.examples = examples;
        this.worlds = worlds;
        this.bins = bins;
        this.codes = codes;
        this.worldOf = worldOf;
    }

    /**
     * A table of scores.
     *
     * @param scores (examples × worlds), row-major; larger means "more likely positive"
     * @param positive the labels, laid out alike
     * @param worlds length of a row
     */
    public static ScoreTable of(double[] scores, boolean[] positive, int worlds) {
        return of(scores, positive, worlds, cell -> cell % worlds);
    }

    /**
     * A table in which a row need not have one score of each world.
     *
     * @param scores (examples × worlds), row-major; larger means "more likely positive"
     * @param positive the labels, laid out alike
     * @param worlds number of worlds, and length of a row
     * @param world of the score at a position, in 0…{@code worlds} − 1
     */
    public static ScoreTable of(double[] scores, boolean[] positive, int worlds, IntUnaryOperator world) {
        requireRows("scores", scores.length, positive.length, worlds);
        double[] ascending = new double[scores.length];
        for (int k = 0; k < scores.length; k++) {
            if (Double.isNaN(scores[k])) {
                throw new IllegalArgumentException("The score of example " + k / worlds + " in world " + k % worlds
                        + " is NaN; scores must be numbers");
            }
            ascending[k] = scores[k] + 0.0; // −0 and 0 are one score, but sort apart
        }
        double[] lowest = binsOf(RadixSort.ascending(ascending));
        char[] codes = new char[scores.length];
        Blocks.forEach(scores.length, BLOCK, (from, to) -> {
            for (int k = from; k < to; k++) {
                int bin = lowest.length - 1 - bin(lowest, scores[k]);
                codes[k] = (char) (bin << 1 | (positive[k] ? 1 : 0));
            }
        });
        return new ScoreTable(
                scores.length / worlds, worlds, lowest.length, codes, worldOf(codes.length, worlds, world));
    }

    /**
     * A table of yes-or-no answers.
     *
     * @param yes (examples × worlds), row-major; whether the answer is "positive"
     * @param positive the labels, laid out alike
     * @param worlds number of worlds, and length of a row
     * @param world of the answer at a position, in 0…{@code worlds} − 1
     */
    public static ScoreTable ofAnswers(boolean[] yes, boolean[] positive, int worlds, IntUnaryOperator world) {
        requireRows("answers", yes.length, positive.length, worlds);
        char[] codes = new char[yes.length];
        for (int k = 0; k < codes.length; k++) {
            codes[k] = (char) ((yes[k] ? 0 : 2) | (positive[k] ? 1 : 0));
        }
        return new ScoreTable(codes.length / worlds, worlds, 2, codes, worldOf(codes.length, worlds, world));
    }

    private static void requireRows(String what, int values, int labels, int worlds) {
        if (values != labels || worlds <= 0 || values % worlds != 0 || values == 0) {
            throw new IllegalArgumentException(
                    values + " " + what + " and " + labels + " labels do not fill rows of " + worlds + " worlds");
        }
    }

    private static short[] worldOf(int cells, int worlds, IntUnaryOperator world) {
        List<Boolean> straight = Blocks.map(cells, BLOCK, (from, to) -> {
            int cell = from;
            while (cell < to && world.applyAsInt(cell) == cell % worlds) {
                cell++;
            }
            return cell == to;
        });
        short[] worldOf = new short[straight.contains(false) ? cells : 0];
        for (int cell = 0; cell < worldOf.length; cell++) {
            worldOf[cell] = (short) world.applyAsInt(cell);
        }
        return worldOf;
    }

    /** The same scores in these worlds only. */
    public ScoreTable inWorlds(int[] chosen) {
        if (worldOf.length > 0) {
            short[] renumbered = new short[worlds];
            Arrays.fill(renumbered, (short) -1);
            for (int k = 0; k < chosen.length; k++) {
                renumbered[chosen[k]] = (short) k;
            }
            short[] part = new short[worldOf.length];
            for (int cell = 0; cell < part.length; cell++) {
                part[cell] = worldOf[cell] < 0 ? -1 : renumbered[worldOf[cell]];
            }
            return new ScoreTable(examples, chosen.length, bins, codes, part);
        }
        char[] part = new char[examples * chosen.length];
        for (int i = 0; i < examples; i++) {
            for (int k = 0; k < chosen.length; k++) {
                part[i * chosen.length + k] = codes[i * worlds + chosen[k]];
            }
        }
        return new ScoreTable(examples, chosen.length, bins, part, worldOf);
    }

    /** The number of rows. */
    public int examples() {
        return examples;
    }

    /** The number of worlds. */
    public int worlds() {
        return worlds;
    }

    /** The area under the curve of all scores. */
    public double auc() {
        return curve().auc();
    }

    /** The largest true-positive rate at a false-positive rate of at most {@code fpr}, over all scores. */
    public double tprAtFpr(double fpr) {
        return curve().tprAtFpr(new double[] {fpr})[0];
    }

    /** The number of negatives. */
    public long negatives() {
        return curve().negatives();
    }

    private WeightedRoc curve() {
        int[] once = new int[Math.max(examples, worlds)];
        Arrays.fill(once, 1);
        return weighted(once, once);
    }

    /**
     * The curve in which the pair (i, w) counts {@code exampleWeights[i] · worldWeights[w]} times. As in any resample the
     * weights of the worlds add up to their number.
     */
    WeightedRoc weighted(int[] exampleWeights, int[] worldWeights) {
        if (worldOf.length > 0) {
            return new WeightedRoc(scattered(exampleWeights, worldWeights));
        }
        int[] active = new int[worlds];
        int[] weight = new int[worlds];
        int count = 0;
        for (int w = 0; w < worlds; w++) {
            if (worldWeights[w] > 0) {
                active[count] = w;
                weight[count++] = worldWeights[w];
            }
        }
        if (bins <= 2 && worlds < 1 << 16) {
            return new WeightedRoc(twoBins(exampleWeights, active, weight, count));
        }
        int[] histogram = new int[2 * bins];
        for (int i = 0; i < examples; i++) {
            int times = exampleWeights[i];
            if (times == 0) {
                continue;
            }
            int row = i * worlds;
            for (int k = 0; k < count; k++) {
                histogram[codes[row + active[k]]] += times * weight[k];
            }
        }
        return new WeightedRoc(histogram);
    }

    private int[] scattered(int[] exampleWeights, int[] worldWeights) {
        int[] histogram = new int[2 * bins];
        int columns = codes.length / examples;
        for (int cell = 0; cell < codes.length; cell++) {
            if (worldOf[cell] >= 0) {
                histogram[codes[cell]] += exampleWeights[cell / columns] * worldWeights[worldOf[cell]];
            }
        }
        return histogram;
    }

    /** Yes-or-no scores: the four sums of a row fit one register, where a histogram would wait for its own stores. */
    private int[] twoBins(int[] exampleWeights, int[] active, int[] weight, int count) {
        int[] histogram = new int[4];
        for (int i = 0; i < examples; i++) {
            int times = exampleWeights[i];
            if (times == 0) {
                continue;
            }
            int row = i * worlds;
            long sums = 0; // 16 bits each; a row's weights add up to the number of worlds
            for (int k = 0; k < count; k++) {
                sums += (long) weight[k] << (codes[row + active[k]] << 4);
            }
            for (int code = 0; code < 4; code++) {
                histogram[code] += times * (int) (sums >>> (code << 4) & 0xFFFF);
            }
        }
        return histogram;
    }

    /** The lowest score of each bin, ascending. */
    private static double[] binsOf(double[] ascending) {
        int n = ascending.length;
        double growth = growth(n, distinct(ascending));
        double[] lowest = new double[Math.min(n, BINS)];
        int used = 0;
        int end = n; // scores from here on up have their bin
        while (end > 0) {
            int rank = n - end;
            int start = end - Math.min(end, (int) Math.max(1, Math.ceil(rank * growth)));
            while (start > 0 && ascending[start - 1] == ascending[start]) {
                start--;
            }
            lowest[used++] = ascending[start];
            end = start;
        }
        double[] bins = new double[used];
        for (int k = 0; k < used; k++) {
            bins[k] = lowest[used - 1 - k];
        }
        return bins;
    }

    /** Relative width of bins; single scores need {@code 1/g} bins, growing ones {@code ln(g·n)/g} after them. */
    private static double growth(int scores, int distinct) {
        if (distinct <= BINS) {
            return 0;
        }
        double low = 1.0 / BINS;
        double high = 1;
        for (int step = 0; step < 60; step++) {
            double g = 0.5 * (low + high);
            if ((1 + Math.log(g * scores)) / g + 2 > BINS) {
                low = g;
            } else {
                high = g;
            }
        }
        return high;
    }

    private static int distinct(double[] ascending) {
        int count = 1;
        for (int k = 1; k < ascending.length; k++) {
            count += ascending[k] != ascending[k - 1] ? 1 : 0;
        }
        return count;
    }

    /** The last bin whose lowest score is at most {@code score}. */
    private static int bin(double[] lowest, double score) {
        int low = 0;
        int high = lowest.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (lowest[middle] <= score) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
