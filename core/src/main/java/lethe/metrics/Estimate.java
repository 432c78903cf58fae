package lethe.metrics;

import java.util.List;

/**
 * A reported number with its interval.
 *
 * @param value the point estimate
 * @param low lower end of the 95 % interval
 * @param high upper end of the 95 % interval
 */
public record Estimate(double value, double low, double high) {
    /** Whether the interval leaves out {@code reference}. */
    public boolean excludes(double reference) {
        return low > reference || high < reference;
    }

    /**
     * The mean of values whose dependence is not known, from the mean lower to the mean upper end. By the inequality of
     * Cauchy and Schwarz no mean has a larger standard error than the mean of theirs.
     */
    public static Estimate mean(List<Estimate> estimates) {
        double value = 0;
        double low = 0;
        double high = 0;
        for (Estimate each : estimates) {
            value += each.value / estimates.size();
            low += each.low / estimates.size();
            high += each.high / estimates.size();
        }
        return new Estimate(value, low, high);
    }
}
