package lethe.catalog;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that a setting may take where it is searched for: {@code 2..8}, {@code log 1e-4..1e-2} for magnitudes, or a
 * list of alternatives, written as they would be for the setting itself.
 */
public sealed interface Range {
    /**
     * The numbers between two, both included; whether only whole ones is decided by the setting.
     *
     * @param low the smallest
     * @param high the largest
     * @param log whether magnitudes rather than numbers are equally likely
     */
    record Between(double low, double high, boolean log) implements Range {
        private static final Pattern WRITTEN =
                Pattern.compile("(log +)?(" + Numbers.REAL + ") *\\.\\. *(" + Numbers.REAL + ")");

        public Between {
            Require.that(
                    low < high && Double.isFinite(high - low),
                    "A range goes from a number to a larger one, but this goes from " + text(low) + " to "
                            + text(high));
            Require.that(
                    !log || low > 0, "The magnitudes of a log range begin above 0, but this begins at " + text(low));
        }

        private static Optional<Between> parse(String text) {
            Matcher written = WRITTEN.matcher(text);
            if (!written.matches()) {
                return Optional.empty();
            }
            // The pattern of a number has three groups of its own.
            return Optional.of(new Between(
                    Numbers.parse(written.group(2)), Numbers.parse(written.group(6)), written.group(1) != null));
        }

        @Override
        public Object written() {
            return (log ? "log " : "") + text(low) + ".." + text(high);
        }

        private static String text(double bound) {
            String text = Numbers.text(bound);
            return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
        }
    }

    /**
     * Some alternatives.
     *
     * @param values as they were written: texts, or lists and maps of them
     */
    record Choice(List<Object> values) implements Range {
        public Choice {
            Require.that(values.size() > 1, "A choice needs two values or more, but has " + values.size());
            values = List.copyOf(values);
        }

        @Override
        public Object written() {
            return values;
        }
    }

    /** As text, or as a list. */
    Object written();

    /** The numbers that {@code text} stands for, if it is a range. */
    static Optional<? extends Range> parse(String text) {
        return Between.parse(text);
    }
}
