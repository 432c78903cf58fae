package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
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

    /**
     * The axis.
     *
     * @param step between ticks
     * @param reference value that is marked, such as chance
     * @param title below it
     * @param words of an estimate
     */
    record Scale(
            double from,
            double to,
            double step,
            double reference,
            String title,
            DoubleFunction<String> tick,
            Function<Estimate, String> words) {
        double x(double value) {
            double inside = Math.max(from, Math.min(to, value));
            return LEFT + (inside - from) / (to - from) * (WIDTH - LEFT - RIGHT);
        }

        String anchor(double tick) {
            if (tick == from) {
                return "start";
            }
            return tick > to - 1e-9 * (to - from) ? "end" : "middle";
        }
    }

    /** Areas. */
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
        return draw(
                id,
                title,
                rows,
                new Scale(
                        from,
                        to,
                        to - from > 0.61 ? 0.2 : 0.1,
                        0.5,
                        "Area under the curve; 0.5 is chance",
                        tick -> Numbers.fixed(tick, 1),
                        Numbers::area));
    }

    static String draw(String id, String title, List<Row> rows, Scale scale) {
        double height = 26 + ROW * rows.size() + 44;
        var svg = new Svg(id, WIDTH, height, title, describe(rows, scale));
        double top = 20;
        double bottom = 26 + ROW * rows.size();
        rows.stream()
                .filter(row -> row.role().equals("floor"))
                .map(Row::perExample)
                .filter(floor -> Double.isFinite(floor.low()) && Double.isFinite(floor.high()))
                .forEach(floor -> svg.rect(
                        "floorband",
                        scale.x(floor.low()),
                        top,
                        scale.x(floor.high()) - scale.x(floor.low()),
                        bottom - top));
        for (double tick = scale.from();
                tick <= scale.to() + 1e-9 * (scale.to() - scale.from());
                tick += scale.step()) {
            svg.line("grid", scale.x(tick), top, scale.x(tick), bottom);
            svg.text(
                    "tick",
                    scale.anchor(tick),
                    scale.x(tick),
                    bottom + 14,
                    scale.tick().apply(tick));
        }
        svg.line("chance", scale.x(scale.reference()), top, scale.x(scale.reference()), bottom);
        marker(svg, rows, "floor", scale, bottom);
        marker(svg, rows, "ceiling", scale, bottom);
        double y = 26;
        for (Row row : rows) {
            row(svg, row, y, scale);
            y += ROW;
        }
        svg.text("axis", "middle", WIDTH / 2, bottom + 34, scale.title());
        return svg.toString();
    }

    private static void marker(Svg svg, List<Row> rows, String role, Scale scale, double bottom) {
        for (Row row : rows) {
            double at = row.perExample().value();
            if (row.role().equals(role) && Double.isFinite(at)) {
                if (role.equals("ceiling")) {
                    svg.line("ceilingline", scale.x(at), 20, scale.x(at), bottom);
                }
                svg.text("tick", "middle", Math.max(26, Math.min(WIDTH - 28, scale.x(at))), 13, role);
            }
        }
    }

    private static void row(Svg svg, Row row, double y, Scale scale) {
        Estimate estimate = row.perExample();
        double middle = y + 25;
        svg.text("rowlabel halo", "start", LEFT, y + 12, row.label());
        svg.text("rowvalue halo", "end", WIDTH - RIGHT, y + 12, scale.words().apply(estimate));
        var worlds = new Svg.Trace();
        for (double world : row.worlds()) {
            if (Double.isFinite(world)) {
                worlds.move(scale.x(world), middle - 4).line(scale.x(world), middle + 4);
            }
        }
        svg.path("world", worlds);
        for (Estimate population : row.population()) {
            interval(svg, "other", population, middle + 8, scale);
            svg.diamond("point other", scale.x(population.value()), middle + 8, 4);
        }
        interval(svg, "main", estimate, middle, scale);
        if (Double.isFinite(estimate.value())) {
            svg.circle("point main", scale.x(estimate.value()), middle, 4);
        }
    }

    private static void interval(Svg svg, String style, Estimate estimate, double y, Scale scale) {
        if (Double.isFinite(estimate.low()) && Double.isFinite(estimate.high())) {
            svg.line("whisker " + style, scale.x(estimate.low()), y, scale.x(estimate.high()), y);
        }
    }

    private static String describe(List<Row> rows, Scale scale) {
        var parts = new ArrayList<String>();
        for (Row row : rows) {
            String estimate = scale.words().apply(row.perExample());
            parts.add(
                    row.population().isEmpty()
                            ? row.label() + ": " + estimate
                            : row.label() + ": per example " + estimate + ", population "
                                    + scale.words().apply(row.population().get(0)));
        }
        return String.join("; ", parts) + ".";
    }

    private static double finite(double value, double otherwise) {
        return Double.isFinite(value) ? value : Double.isFinite(otherwise) ? otherwise : 0.5;
    }
}
