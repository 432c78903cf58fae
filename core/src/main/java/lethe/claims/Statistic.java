package lethe.claims;

import lethe.metrics.Estimate;

/**
 * One number of a finding.
 *
 * @param name what it is, in a few words
 * @param value with its 95 % interval; limits that are NaN mean that none is given
 * @param form how it is read
 */
public record Statistic(String name, Estimate value, Form form) {
    /** How a number is read. */
    public enum Form {
        /** An area, a vulnerability or another quantity near one. */
        NUMBER,
        /** A number that needs more digits, such as a variance of areas. */
        FINE,
        /** A change, printed with its sign. */
        DIFFERENCE,
        /** A fraction, printed in per cent. */
        SHARE,
        /** A whole number. */
        COUNT,
        /** Seconds. */
        SECONDS,
        /** Epochs of unlearning. */
        EPOCHS
    }

    /** A number without an interval. */
    static Statistic exact(String name, double value, Form form) {
        return new Statistic(name, new Estimate(value, Double.NaN, Double.NaN), form);
    }
}
