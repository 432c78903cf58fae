package lethe.report;

/**
 * Round ends and steps of an axis: steps are 1, 2 or 5 times a power of ten, and about four of them fit.
 *
 * @param from a multiple of {@code step}
 * @param to another
 * @param digits decimals that tell ticks apart
 */
record Ticks(double from, double to, double step, int digits) {
    /** Ticks that enclose these values. */
    static Ticks enclosing(double low, double high) {
        double span = Math.max(high - low, 1e-6);
        double decade = Math.pow(10, Math.floor(Math.log10(span / 4)));
        double factor = span / 4 / decade;
        double step = decade * (factor > 5 ? 10 : factor > 2 ? 5 : factor > 1 ? 2 : 1);
        // A hair, so that 0.3 counts as a multiple of 0.1.
        double from = Math.floor(low / step + 1e-9) * step;
        double to = Math.ceil(high / step - 1e-9) * step;
        return new Ticks(
                from, Math.max(to, from + step), step, (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
    }

    int count() {
        return (int) Math.round((to - from) / step) + 1;
    }

    double at(int index) {
        return from + index * step;
    }

    String label(int index) {
        return Numbers.fixed(at(index), digits);
    }
}
