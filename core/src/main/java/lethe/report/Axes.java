package lethe.report;

/**
 * The frame of a plot: maps values to coordinates, and draws grid, ticks and titles. Values outside the axes are drawn
 * on their border.
 */
final class Axes {
    /** Space for tick labels and titles. */
    private static final double LEFT = 46;

    private static final double TOP = 8;
    private static final double RIGHT = 10;
    private static final double BOTTOM = 40;

    private final Svg svg;
    private final Scale horizontal;
    private final Scale vertical;

    Axes(Svg svg, double width, double height, Range x, Range y) {
        this.svg = svg;
        this.horizontal = new Scale(x, LEFT, width - RIGHT);
        this.vertical = new Scale(y, height - BOTTOM, TOP);
    }

    /** How values lie along an axis. */
    enum Spacing {
        LINEAR,
        SQUARE_ROOT,
        LOGARITHMIC;

        double of(double value) {
            return switch (this) {
                case LINEAR -> value;
                case SQUARE_ROOT -> Math.sqrt(value);
                case LOGARITHMIC -> Math.log10(value);
            };
        }
    }

    /** The values an axis spans. */
    record Range(Spacing spacing, double from, double to) {}

    private record Scale(Range range, double start, double end) {
        double at(double value) {
            double inside = Math.max(range.from(), Math.min(range.to(), value));
            double from = range.spacing().of(range.from());
            double to = range.spacing().of(range.to());
            return start + (range.spacing().of(inside) - from) / (to - from) * (end - start);
        }
    }

    double x(double value) {
        return horizontal.at(value);
    }

    double y(double value) {
        return vertical.at(value);
    }

    double left() {
        return horizontal.start();
    }

    double right() {
        return horizontal.end();
    }

    double top() {
        return vertical.end();
    }

    double bottom() {
        return vertical.start();
    }

    Axes tickX(double value, String label) {
        svg.line("grid", x(value), top(), x(value), bottom());
        svg.text("tick", "middle", x(value), bottom() + 14, label);
        return this;
    }

    Axes tickY(double value, String label) {
        svg.line("grid", left(), y(value), right(), y(value));
        svg.text("tick", "end", left() - 6, y(value) + 3.5, label);
        return this;
    }

    Axes ticksX(Ticks ticks) {
        for (int tick = 0; tick < ticks.count(); tick++) {
            tickX(ticks.at(tick), ticks.label(tick));
        }
        return this;
    }

    Axes ticksY(Ticks ticks) {
        for (int tick = 0; tick < ticks.count(); tick++) {
            tickY(ticks.at(tick), ticks.label(tick));
        }
        return this;
    }

    Axes titles(String x, String y) {
        svg.text("axis", "middle", (left() + right()) / 2, bottom() + 32, x);
        svg.upwards("axis", 11, (top() + bottom()) / 2, y);
        return this;
    }

    /** The border, drawn after the ticks and before the data. */
    Axes frame() {
        svg.path(
                "frame",
                new Svg.Trace().move(left(), top()).line(left(), bottom()).line(right(), bottom()));
        return this;
    }
}
