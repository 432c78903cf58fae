package lethe.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Control of the false-discovery rate over many tests.
 *
 * @see <a href="https://doi.org/10.1111/j.2517-6161.1995.tb02031.x">Benjamini and Hochberg, 1995</a>
 */
public final class BenjaminiHochberg {
    private BenjaminiHochberg() {}

    /** For each test the smallest false-discovery rate at which it is rejected, in the order of {@code pValues}. */
    public static double[] adjusted(double[] pValues) {
        for (double p : pValues) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("A p-value lies in [0, 1], but is " + p);
            }
        }
        int m = pValues.length;
        int[] descending = IntStream.range(0, m)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -pValues[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[m];
        double smallest = 1;
        for (int k = 0; k < m; k++) {
            int rank = m - k; // from the largest p-value down
            smallest = Math.min(smallest, pValues[descending[k]] * m / rank);
            adjusted[descending[k]] = smallest;
        }
        return adjusted;
    }

    /** How many tests are rejected at this false-discovery rate. */
    public static int rejections(double[] pValues, double rate) {
        int count = 0;
        for (double p : adjusted(pValues)) {
            count += p <= rate ? 1 : 0;
        }
        return count;
    }
}
