package lethe.metrics;

import java.util.Arrays;

/**
 * Kolmogorov and Smirnov's test of whether two samples are drawn from one distribution.
 *
 * @param statistic the largest difference of the two distribution functions, an effect size in [0, 1]
 * @param pValue of the statistic, asymptotically; with large samples it is small whatever the effect
 */
public record KolmogorovSmirnov(double statistic, double pValue) {
    private static final int TERMS = 100;

    /** The test of these samples, in any order, neither empty. */
    public static KolmogorovSmirnov of(double[] a, double[] b) {
        if (a.length == 0 || b.length == 0) {
            throw new IllegalArgumentException("Need values on both sides: " + a.length + " and " + b.length);
        }
        double[] left = a.clone();
        double[] right = b.clone();
        Arrays.sort(left);
        Arrays.sort(right);
        double statistic = 0;
        int i = 0;
        int j = 0;
        while (i < left.length && j < right.length) {
            double at = Math.min(left[i], right[j]);
            while (i < left.length && left[i] <= at) {
                i++;
            }
            while (j < right.length && right[j] <= at) {
                j++;
            }
            statistic = Math.max(statistic, Math.abs((double) i / left.length - (double) j / right.length));
        }
        double size = (double) a.length * b.length / (a.length + b.length);
        return new KolmogorovSmirnov(statistic, tail(Math.sqrt(size) * statistic));
    }

    /** {@code 2 Σ_k (−1)^(k−1) e^(−2 k² x²)}, the probability beyond x of Kolmogorov's distribution. */
    private static double tail(double x) {
        if (x < 0.2) {
            return 1; // to 10⁻¹¹; the alternating series converges slowly there
        }
        double sum = 0;
        for (int k = 1; k <= TERMS; k++) {
            sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * x * x);
        }
        return Math.min(1, Math.max(0, sum));
    }
}
