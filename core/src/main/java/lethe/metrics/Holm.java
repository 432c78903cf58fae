package lethe.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Control of the probability of any false rejection among many tests, whatever their dependence.
 *
 * @see <a href="https://www.jstor.org/stable/4615733">Holm, 1979</a>
 */
public final class Holm {
    private Holm() {}

    /** For each test the smallest such probability at which it is rejected, in the order of {@code pValues}. */
    public static double[] adjusted(double[] pValues) {
        int m = pValues.length;
        int[] ascending = IntStream.range(0, m)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> pValues[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[m];
        double largest = 0;
        for (int rank = 0; rank < m; rank++) {
            double p = pValues[ascending[rank]];
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("A p-value lies in [0, 1], but is " + p);
            }
            largest = Math.max(largest, Math.min(1, (m - rank) * p));
            adjusted[ascending[rank]] = largest;
        }
        return adjusted;
    }
}
