package lethe.metrics;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The share of cases that an event has not reached yet, where some were watched for too short a time to see it.
 *
 * @see <a href="https://doi.org/10.1080/01621459.1958.10501452">Kaplan and Meier, 1958</a>
 */
public final class KaplanMeier {
    private final double[] times; // ascending, one for each at which an event was seen
    private final double[] survival; // just after it

    private KaplanMeier(double[] times, double[] survival) {
        this.times = times;
        this.survival = survival;
    }

    /**
     * The estimate.
     *
     * @param times when the event was seen, or the case was watched for the last time
     * @param seen which of both; an event and a last watch at the same time count in this order
     */
    public static KaplanMeier of(double[] times, boolean[] seen) {
        if (times.length != seen.length) {
            throw new IllegalArgumentException(times.length + " times, but " + seen.length + " outcomes");
        }
        Integer[] order = new Integer[times.length];
        Arrays.setAll(order, k -> k);
        Arrays.sort(order, Comparator.comparingDouble(k -> times[k]));
        double[] at = new double[times.length];
        double[] left = new double[times.length];
        int steps = 0;
        double survival = 1;
        int start = 0;
        while (start < order.length) {
            double now = times[order[start]];
            int end = start;
            int events = 0;
            while (end < order.length && times[order[end]] == now) {
                events += seen[order[end++]] ? 1 : 0;
            }
            if (events > 0) {
                survival *= 1 - events / (double) (order.length - start);
                at[steps] = now;
                left[steps++] = survival;
            }
            start = end;
        }
        return new KaplanMeier(Arrays.copyOf(at, steps), Arrays.copyOf(left, steps));
    }

    /**
     * The median time, with a 95 % interval; infinite where so many were watched to the end in vain that there is none.
     * Groups of cases are resampled as wholes, since those of one group may hang together, and the interval lies between two
     * of the resampled medians: nothing lies between a time and never.
     *
     * @param times (groups × cases), see {@link #of}
     * @param seen (groups × cases)
     */
    public static Estimate median(double[][] times, boolean[][] seen, CrossedBootstrap bootstrap) {
        int[] once = new int[times.length];
        Arrays.fill(once, 1);
        double[] medians = new double[bootstrap.replicates()];
        for (int r = 0; r < medians.length; r++) {
            medians[r] = median(times, seen, bootstrap.worldDraws(r, 0, times.length));
        }
        Arrays.sort(medians);
        double median = median(times, seen, once);
        int tail = (int) (0.025 * medians.length);
        return new Estimate(
                median, Math.min(median, medians[tail]), Math.max(median, medians[medians.length - 1 - tail]));
    }

    private static double median(double[][] times, boolean[][] seen, int[] draws) {
        int cases = 0;
        for (int group = 0; group < draws.length; group++) {
            cases += draws[group] * times[group].length;
        }
        double[] drawnTimes = new double[cases];
        boolean[] drawnSeen = new boolean[cases];
        int next = 0;
        for (int group = 0; group < draws.length; group++) {
            for (int copy = 0; copy < draws[group]; copy++) {
                System.arraycopy(times[group], 0, drawnTimes, next, times[group].length);
                System.arraycopy(seen[group], 0, drawnSeen, next, seen[group].length);
                next += times[group].length;
            }
        }
        return of(drawnTimes, drawnSeen).quantile(0.5);
    }

    /** The share that is left after {@code time}. */
    public double survival(double time) {
        double left = 1;
        for (int k = 0; k < times.length && times[k] <= time; k++) {
            left = survival[k];
        }
        return left;
    }

    /** The first time after which at most {@code 1 − share} is left; infinite if that is never seen. */
    public double quantile(double share) {
        for (int k = 0; k < times.length; k++) {
            if (survival[k] <= 1 - share + 1e-12) { // products of fractions do not meet their sum exactly
                return times[k];
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
