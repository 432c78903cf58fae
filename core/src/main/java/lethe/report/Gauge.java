package lethe.report;

import lethe.metrics.Estimate;

/** One method between the floor and the ceiling, small enough for a card: the interval of its area on a ruler. */
final class Gauge {
    private static final double WIDTH = 300;
    private static final double HEIGHT = 44;
    private static final double MARGIN = 10;
    private static final double AXIS = 20;

    private Gauge() {}

    static String draw(String id, String title, Estimate area, double floor, double ceiling) {
        double from = Math.min(0.4, lowest(area.low(), area.value(), floor, ceiling));
        var svg = new Svg(
                id,
                WIDTH,
                HEIGHT,
                title,
                "Area " + Numbers.area(area) + ", floor " + Numbers.area(floor) + ", ceiling " + Numbers.area(ceiling)
                        + ".");
        svg.line("ruler", MARGIN, AXIS, WIDTH - MARGIN, AXIS);
        mark(svg, "retrained", floor, from, ceiling - floor < 0.2 * (1 - from) ? "end" : "middle");
        mark(svg, "untouched", ceiling, from, ceiling - floor < 0.2 * (1 - from) ? "start" : "middle");
        if (Double.isFinite(area.low()) && Double.isFinite(area.high())) {
            svg.line("whisker main", x(area.low(), from), AXIS, x(area.high(), from), AXIS);
        }
        if (Double.isFinite(area.value())) {
            svg.circle("point main", x(area.value(), from), AXIS, 5.5);
        }
        return svg.toString();
    }

    private static void mark(Svg svg, String label, double at, double from, String anchor) {
        if (Double.isFinite(at)) {
            double x = x(at, from);
            svg.line("rulermark", x, AXIS - 9, x, AXIS + 9);
            double room = 26;
            svg.text(
                    "tick",
                    anchor,
                    anchor.equals("middle") ? Math.max(room, Math.min(WIDTH - room - 4, x)) : x,
                    AXIS + 21,
                    label);
        }
    }

    private static double x(double value, double from) {
        return MARGIN + (Math.max(from, Math.min(1, value)) - from) / (1 - from) * (WIDTH - 2 * MARGIN);
    }

    private static double lowest(double... values) {
        double lowest = 1;
        for (double value : values) {
            lowest = Double.isFinite(value) ? Math.min(lowest, value) : lowest;
        }
        return Math.max(0, lowest);
    }
}
