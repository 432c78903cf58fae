package lethe.metrics;

/** Means with their uncertainty, for numbers that exist once a world. */
public final class Intervals {
    private Intervals() {}

    /** The mean of independent values with Student's 95 % interval; a single value has an unbounded one. */
    public static Estimate ofMean(double[] values) {
        double mean = mean(values);
        if (values.length == 1) {
            return new Estimate(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double error = Math.sqrt(variance(values) / values.length);
        double reach = error == 0 ? 0 : error * SpecialFunctions.studentQuantile(0.975, values.length - 1.0);
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
