package lethe.metrics;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;

/**
 * Kolmogorov and Smirnov's test of whether two samples are drawn from one distribution.
 *
 * @param statistic the largest difference of the two distribution functions, an effect size in [0, 1]
 * @param pValue of the statistic, asymptotically; with large samples it is small whatever the effect
 */
public record KolmogorovSmirnov(double statistic, double pValue) {
    private static final int TERMS = 100;

    /**
     * The same with the exact distribution of the statistic if there are no ties.
     *
     * @param statistic the largest difference of the two distribution functions
     * @param pValue of the statistic
     * @param log10PValue its decimal logarithm, which does not underflow
     */
    public record Exact(double statistic, double pValue, double log10PValue) {}

    /** The test of these samples, in any order, neither empty. */
    public static KolmogorovSmirnov of(double[] a, double[] b) {
        double statistic = (double) largestGap(a, b) / ((long) a.length * b.length);
        double size = (double) a.length * b.length / (a.length + b.length);
        return new KolmogorovSmirnov(statistic, tail(Math.sqrt(size) * statistic));
    }

    /**
     * The exact test of these samples. Orders of the two are paths on a lattice from (0, 0) to (n, m), all equally likely
     * if the distributions are one; with {@code h = n·m·D}, the p-value is one minus the share of those that stay strictly
     * within {@code |i·m − j·n| < h}. They are counted without rounding.
     *
     * @param a values in any order, not empty
     * @param b values in any order, not empty; the time grows with the product of both sizes, a second for 1,000 each
     */
    public static Exact exact(double[] a, double[] b) {
        long gap = largestGap(a, b);
        int n = a.length;
        int m = b.length;
        BigInteger[] paths = new BigInteger[m + 1]; // to (i, j), for one i at a time
        Arrays.fill(paths, BigInteger.ZERO);
        for (int i = 0; i <= n; i++) {
            for (int j = 0; j <= m; j++) {
                BigInteger left = j == 0 ? BigInteger.ZERO : paths[j - 1];
                boolean inside = Math.abs((long) i * m - (long) j * n) < gap;
                paths[j] = !inside ? BigInteger.ZERO : i + j == 0 ? BigInteger.ONE : paths[j].add(left);
            }
        }
        BigInteger all = BigInteger.ONE; // n + m over n
        for (int i = 1; i <= n; i++) {
            all = all.multiply(BigInteger.valueOf((long) m + i)).divide(BigInteger.valueOf(i));
        }
        BigDecimal outside = new BigDecimal(all.subtract(paths[m]));
        BigDecimal p = outside.divide(new BigDecimal(all), MathContext.DECIMAL64);
        double log = Math.log10(p.unscaledValue().doubleValue()) - p.scale();
        return new Exact((double) gap / ((long) n * m), p.doubleValue(), log);
    }

    /** n·m times the statistic, a whole number. */
    private static long largestGap(double[] a, double[] b) {
        if (a.length == 0 || b.length == 0) {
            throw new IllegalArgumentException("Need values on both sides: " + a.length + " and " + b.length);
        }
        double[] left = a.clone();
        double[] right = b.clone();
        Arrays.sort(left);
        Arrays.sort(right);
        if (Double.isNaN(left[left.length - 1]) || Double.isNaN(right[right.length - 1])) {
            throw new IllegalArgumentException("A value is NaN, and what is no number has no place in an order");
        }
        long gap = 0;
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
            gap = Math.max(gap, Math.abs((long) i * right.length - (long) j * left.length));
        }
        return gap;
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
