package lethe.metrics;

import java.util.Arrays;

/** Means with their uncertainty, for numbers that exist once a world. */
public final class Intervals {
    private Intervals() {}

    /** The mean of independent values with Student's 95 % interval; a single value has an unbounded one. */
    public static Estimate ofMean(double[] values) {
        return ofMean(values, 0);
    }

    /**
     * The same of values that hang together.
     *
     * @param covariance of any two of them on average; if negative, they count as independent
     */
    public static Estimate ofMean(double[] values, double covariance) {
        double mean = mean(values);
        if (values.length == 1) {
            return new Estimate(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        // Values that share a part vary around it: their own variance lacks what they share.
        return student(mean, variance(values) / values.length + Math.max(0, covariance), values.length);
    }

    /**
     * The mean over worlds of what they differ in from others. A world enters its own comparisons and those of others, so
     * that comparisons which share one are not independent: the variance is the sum of the products of all that do, as
     * Fafchamps and Gubert (2007) have it for pairs, and does not fall below that of independent worlds. Where worlds are
     * compared with one another, Student's quantile is that of their T/2 disjoint pairs.
     *
     * @param totals (T × T), the sum of the differences of world w to world v; on the diagonal those to a model of its own
     * @param weights (T × T), their shares of all differences of world w; each row adds up to 1
     * @see <a href="https://doi.org/10.1016/j.jdeveco.2006.05.005">Fafchamps and Gubert, 2007</a>
     */
    public static Estimate ofComparisons(double[][] totals, double[][] weights) {
        int worlds = totals.length;
        double[] means = Arrays.stream(totals)
                .mapToDouble(row -> Arrays.stream(row).sum())
                .toArray();
        double mean = mean(means);
        boolean paired = false;
        double variance = 0;
        for (int w = 0; w < worlds; w++) {
            double own = 0;
            for (int v = 0; v < worlds; v++) {
                double pair = totals[w][v] - weights[w][v] * mean;
                if (v != w) {
                    paired |= weights[w][v] > 0;
                    pair += totals[v][w] - weights[v][w] * mean;
                    variance -= pair * pair / 2; // met by both of its worlds
                }
                own += pair;
            }
            variance += own * own;
        }
        if (!paired) {
            return ofMean(means);
        }
        double independent = variance(means) / worlds;
        return student(mean, Math.max(independent, variance / (worlds * (worlds - 1.0))), Math.max(2, worlds / 2));
    }

    private static Estimate student(double mean, double variance, int values) {
        double reach = variance == 0 ? 0 : Math.sqrt(variance) * SpecialFunctions.studentQuantile(0.975, values - 1.0);
        return new Estimate(mean, mean - reach, mean + reach);
    }

    /** The arithmetic mean. */
    public static double mean(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("The mean of no values is undefined");
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** The unbiased variance; two values or more. */
    public static double variance(double[] values) {
        if (values.length < 2) {
            throw new IllegalArgumentException("A variance needs two values, but there is " + values.length);
        }
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / (values.length - 1);
    }
}
