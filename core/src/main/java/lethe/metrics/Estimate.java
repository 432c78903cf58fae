package lethe.metrics;

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
}
