package lethe.report;

import java.util.Locale;
import java.util.function.DoubleFunction;
import lethe.metrics.Estimate;

/** Numbers as people read them: fixed digits, a true minus sign, and "n/a" for what was not measured. */
final class Numbers {
    static final String NOT_AVAILABLE = "n/a";

    private Numbers() {}

    /** An area or another quantity near one, to three decimals. */
    static String area(double value) {
        return fixed(value, 3);
    }

    static String area(Estimate estimate) {
        return interval(estimate, Numbers::area);
    }

    /** A small quantity, to five decimals. */
    static String fine(Estimate estimate) {
        return interval(estimate, value -> fixed(value, 5));
    }

    /** A difference with its sign, to three decimals. */
    static String difference(Estimate estimate) {
        return interval(estimate, Numbers::signed);
    }

    static String signed(double value) {
        return signed(value, 3);
    }

    static String signed(double value, int digits) {
        String text = fixed(value, digits);
        return value > 0 && !text.equals(fixed(0, digits)) && Double.isFinite(value) ? "+" + text : text;
    }

    /** A fraction as a percentage to one decimal. */
    static String percent(double fraction) {
        return Double.isFinite(fraction) ? fixed(100 * fraction, 1) + " %" : NOT_AVAILABLE;
    }

    /** As in {@code 5.1 % [3.9, 6.4]}. */
    static String percent(Estimate estimate) {
        String text = interval(estimate, fraction -> fixed(100 * fraction, 1));
        int bracket = text.indexOf(" [");
        if (text.equals(NOT_AVAILABLE)) {
            return text;
        }
        return bracket < 0 ? text + " %" : text.substring(0, bracket) + " %" + text.substring(bracket);
    }

    /** A false-positive rate in the fewest digits: {@code 1 %}, {@code 0.1 %}. */
    static String rate(double fraction) {
        for (int digits = 0; digits < 4; digits++) {
            if (Math.abs(100 * fraction * Math.pow(10, digits) - Math.rint(100 * fraction * Math.pow(10, digits)))
                    < 1e-9) {
                return fixed(100 * fraction, digits) + " %";
            }
        }
        return fixed(100 * fraction, 4) + " %";
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A count with its noun, in the plural where needed. */
    static String count(long value, String singular) {
        return count(value) + " " + singular + (value == 1 ? "" : "s");
    }

    /** A duration in the two largest units that matter. */
    static String duration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return NOT_AVAILABLE;
        }
        if (seconds < 10) {
            return fixed(seconds, seconds < 1 ? 2 : 1) + " s";
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
        }
        long minutes = Math.round(seconds / 60);
        return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
    }

    static String fixed(double value, int digits) {
        if (!Double.isFinite(value)) {
            return NOT_AVAILABLE;
        }
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
        if (text.startsWith("-")) {
            return zero ? text.substring(1) : "−" + text.substring(1);
        }
        return text;
    }

    private static String interval(Estimate estimate, DoubleFunction<String> format) {
        if (!Double.isFinite(estimate.value())) {
            return NOT_AVAILABLE;
        }
        String value = format.apply(estimate.value());
        if (!Double.isFinite(estimate.low()) || !Double.isFinite(estimate.high())) {
            return value;
        }
        return value + " [" + format.apply(estimate.low()) + ", " + format.apply(estimate.high()) + "]";
    }
}
