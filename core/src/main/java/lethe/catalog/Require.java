package lethe.catalog;

/** Admissible ranges of settings; each check names the setting, the value found and the range. */
public final class Require {
    private Require() {}

    /** Fails unless {@code value} is finite and greater than zero. */
    public static void positive(String name, double value) {
        that(value > 0 && Double.isFinite(value), name + " must be positive, but is " + text(value));
    }

    /** Fails unless {@code value} is finite and at least zero. */
    public static void notNegative(String name, double value) {
        that(value >= 0 && Double.isFinite(value), name + " must not be negative, but is " + text(value));
    }

    /** Fails unless {@code low <= value <= high}. */
    public static void within(String name, double value, double low, double high) {
        that(
                value >= low && value <= high,
                name + " must lie in [" + text(low) + ", " + text(high) + "], but is " + text(value));
    }

    /** Fails with {@code message} unless {@code condition} holds. */
    public static void that(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Whole numbers without a trailing {@code .0}, as their author wrote them. */
    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
