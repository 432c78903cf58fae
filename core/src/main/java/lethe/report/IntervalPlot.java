package lethe.report;

import java.util.ArrayList;
import java.util.List;
import lethe.metrics.Estimate;

/**
 * Areas with their intervals, one row a method, against the band of the retrained model (the floor) and the area of the
 * untouched model (the ceiling). A filled disc is the per-example attack, a hollow diamond the population attack, and
 * each small tick one world.
 */
final class IntervalPlot {
    private static final double WIDTH = 360;
    private static final double ROW = 46;
    private static final double LEFT = 8;
    private static final double RIGHT = 8;

    private IntervalPlot() {}

    /**
     * A method's row.
     *
     * @param population empty where no population attack was run
     * @param worlds the per-example attack's area in each world
     * @param role {@code floor}, {@code ceiling} or empty
     */
    record Row(String label, Estimate perExample, List<Estimate> population, List<Double> worlds, String role) {}

    static String draw(String id, String title, List<Row> rows) {
        double low = 0.5;
        double high = 0.5;
        for (Row row : rows) {
            var all = new ArrayList<Estimate>(row.population());
            all.add(row.perExample());
            for (Estimate estimate : all) {
                low = Math.min(low, finite(estimate.low(), estimate.value()));
                high = Math.max(high, finite(estimate.high(), estimate.value()));
            }
        }
        double from = Math.max(0, Math.floor((low - 0.02) * 10) / 10);
        double to = Math.min(1, Math.ceil((high + 0.02) * 10) / 10);
        double height = 26 + ROW * rows.size() + 44;
        var svg = new Svg(id, WIDTH, height, title, describe(rows));
        double top = 20;
        double bottom = 26 + ROW * rows.size();
        rows.stream()
                .filter(row -> row.role().equals("floor"))
                .forEach(row -> svg.rect(
                        "floorband",
                        x(row.perExample().low(), from, to),
                        top,
                        x(row.perExample().high(), from, to)
                                - x(row.perExample().low(), from, to),
                        bottom - top));
        double step = to - from > 0.61 ? 0.2 : 0.1;
        for (double tick = from; tick <= to + 1e-9; tick += step) {
            svg.line("grid", x(tick, from, to), top, x(tick, from, to), bottom);
            svg.text("tick", anchor(tick, from, to), x(tick, from, to), bottom + 14, Numbers.fixed(tick, 1));
        }
        svg.line("chance", x(0.5, from, to), top, x(0.5, from, to), bottom);
        marker(svg, rows, "floor", "floor", from, to, bottom);
        marker(svg, rows, "ceiling", "ceiling", from, to, bottom);
        double y = 26;
        for (Row row : rows) {
            row(svg, row, y, from, to);
            y += ROW;
        }
        svg.text("axis", "middle", WIDTH / 2, bottom + 34, "Area under the curve; 0.5 is chance");
        return svg.toString();
    }

    private static void marker(
            Svg svg, List<Row> rows, String role, String label, double from, double to, double bottom) {
        for (Row row : rows) {
            if (row.role().equals(role)) {
                double at = row.perExample().value();
                if (role.equals("ceiling")) {
                    svg.line("ceilingline", x(at, from, to), 20, x(at, from, to), bottom);
                }
                svg.text("tick", "middle", Math.max(26, Math.min(WIDTH - 28, x(at, from, to))), 13, label);
            }
        }
    }

    private static void row(Svg svg, Row row, double y, double from, double to) {
        Estimate estimate = row.perExample();
        double middle = y + 25;
        svg.text("rowlabel halo", "start", LEFT, y + 12, row.label());
        svg.text("rowvalue halo", "end", WIDTH - RIGHT, y + 12, Numbers.area(estimate));
        var worlds = new Svg.Trace();
        for (double world : row.worlds()) {
            if (Double.isFinite(world)) {
                worlds.move(x(world, from, to), middle - 4).line(x(world, from, to), middle + 4);
            }
        }
        svg.path("world", worlds);
        for (Estimate population : row.population()) {
            interval(svg, "other", population, middle + 8, from, to);
            svg.diamond("point other", x(population.value(), from, to), middle + 8, 4);
        }
        interval(svg, "main", estimate, middle, from, to);
        if (Double.isFinite(estimate.value())) {
            svg.circle("point main", x(estimate.value(), from, to), middle, 4);
        }
    }

    private static void interval(Svg svg, String style, Estimate estimate, double y, double from, double to) {
        if (Double.isFinite(estimate.low()) && Double.isFinite(estimate.high())) {
            svg.line("whisker " + style, x(estimate.low(), from, to), y, x(estimate.high(), from, to), y);
        }
    }

    private static String describe(List<Row> rows) {
        var parts = new ArrayList<String>();
        for (Row row : rows) {
            String population = row.population().isEmpty()
                    ? ""
                    : ", population " + Numbers.area(row.population().get(0));
            parts.add(row.label() + ": per example " + Numbers.area(row.perExample()) + population);
        }
        return String.join("; ", parts) + ".";
    }

    private static double x(double value, double from, double to) {
        double inside = Math.max(from, Math.min(to, value));
        return LEFT + (inside - from) / (to - from) * (WIDTH - LEFT - RIGHT);
    }

    private static String anchor(double tick, double from, double to) {
        if (tick == from) {
            return "start";
        }
        return tick > to - 1e-9 ? "end" : "middle";
    }

    private static double finite(double value, double otherwise) {
        return Double.isFinite(value) ? value : Double.isFinite(otherwise) ? otherwise : 0.5;
    }
}
