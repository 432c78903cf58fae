package lethe.metrics;

import java.util.Arrays;

/** Wasserstein-1 distance of two samples: how far, on average, one must be moved to become the other. */
public final class Wasserstein {
    private Wasserstein() {}

    /**
     * Returns ∫ |F_a(t) − F_b(t)| dt of the empirical distribution functions, in the unit of the values.
     *
     * @param a values in any order, not empty
     * @param b values in any order, not empty
     */
    public static double distance(double[] a, double[] b) {
        if (a.length == 0 || b.length == 0) {
            throw new IllegalArgumentException("Need values on both sides: " + a.length + " and " + b.length);
        }
        double[] left = ascending(a);
        double[] right = ascending(b);
        double distance = 0;
        double reached = Math.min(left[0], right[0]);
        int i = 0;
        int j = 0;
        while (i < left.length || j < right.length) {
            double next = j == right.length || i < left.length && left[i] <= right[j] ? left[i] : right[j];
            distance += (next - reached) * Math.abs(i / (double) left.length - j / (double) right.length);
            reached = next;
            while (i < left.length && left[i] == next) {
                i++;
            }
            while (j < right.length && right[j] == next) {
                j++;
            }
        }
        return distance;
    }

    private static double[] ascending(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        if (Double.isNaN(sorted[sorted.length - 1])) {
            throw new IllegalArgumentException("A value is not a number");
        }
        return sorted;
    }
}
