package lethe.metrics;

/**
 * An interval that may be looked at after every value: the probability that it <em>ever</em> misses is at most the stated
 * one, so that whoever stops as soon as it answers the question keeps the guarantee. An ordinary interval, looked at
 * often enough, misses almost surely.
 *
 * <p>Values lie in [−1, 1], one a world, such as the difference of two areas. They need not be alike or independent: what
 * is bounded are their means given the past. While those are equal, the interval covers their common value. Where they
 * differ, the lower end stays below the largest and the upper end above the smallest of them so far.
 */
public interface ConfidenceSequence {
    /** Takes the next value into account. */
    void add(double value);

    /** The number of values so far. */
    int size();

    /** The mean so far with its interval; [−1, 1] before there is a value. */
    Estimate interval();

    /** Refuses what no sequence is about. */
    static double checked(double value) {
        if (!(value >= -1 && value <= 1)) {
            throw new IllegalArgumentException("A value of a confidence sequence lies in [-1, 1], but is " + value);
        }
        return value;
    }
}
