package lethe.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Association by rank, which any increasing transform leaves alone. */
public final class Ranks {
    private Ranks() {}

    /** The ranks from 1, equal values sharing the mean of theirs. */
    public static double[] of(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> values[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        int start = 0;
        while (start < order.length) {
            int end = start + 1;
            while (end < order.length && values[order[end]] == values[order[start]]) {
                end++;
            }
            for (int k = start; k < end; k++) {
                ranks[order[k]] = 0.5 * (start + 1 + end);
            }
            start = end;
        }
        return ranks;
    }

    /** Spearman's correlation; NaN where one of both never varies or there are fewer than three pairs. */
    public static double spearman(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("Pairs are ranked, but there are " + a.length + " and " + b.length);
        }
        if (a.length < 3) {
            return Double.NaN;
        }
        double[] x = of(a);
        double[] y = of(b);
        double middle = (a.length + 1) / 2.0;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int k = 0; k < x.length; k++) {
            xx += (x[k] - middle) * (x[k] - middle);
            yy += (y[k] - middle) * (y[k] - middle);
            xy += (x[k] - middle) * (y[k] - middle);
        }
        return xx == 0 || yy == 0 ? Double.NaN : xy / Math.sqrt(xx * yy);
    }

    /**
     * The reliability of the whole from the correlation of its halves: {@code 2r/(1 + r)}.
     *
     * @see <a href="https://doi.org/10.1111/j.2044-8295.1910.tb00207.x">Brown, 1910</a>
     */
    public static double spearmanBrown(double halves) {
        return 2 * halves / (1 + halves);
    }
}
