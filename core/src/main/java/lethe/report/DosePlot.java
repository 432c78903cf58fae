package lethe.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import lethe.metrics.Estimate;

/** The share of influence that is left against a dose, such as the number of look-alikes, one line an arm. */
final class DosePlot {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 250;
    private static final double APART = 2.5; // so that intervals of two arms do not hide each other

    private DosePlot() {}

    /**
     * A line.
     *
     * @param style {@code main} or {@code other}
     */
    record Arm(String label, String style, List<Point> points) {
        Arm {
            points = List.copyOf(points);
        }
    }

    /**
     * A dose.
     *
     * @param at where it stands on the axis
     * @param name below it
     */
    record Point(double at, String name, Estimate left) {}

    static String draw(String id, String title, String dose, List<Arm> arms) {
        List<Double> all = new ArrayList<>(List.of(0.0, 1.0));
        List<Double> places = new ArrayList<>();
        for (Arm arm : arms) {
            for (Point point : arm.points) {
                Collections.addAll(all, point.left.value(), point.left.low(), point.left.high());
                places.add(point.at);
            }
        }
        List<Double> finite = all.stream().filter(Double::isFinite).toList();
        Ticks ticks = Ticks.enclosing(Math.max(-1, Collections.min(finite)), Math.min(1.5, Collections.max(finite)));
        double first = Collections.min(places);
        double last = Collections.max(places);
        double margin = last > first ? 0.06 * (last - first) : 0.5;
        var svg = new Svg(id, WIDTH, HEIGHT, title, describe(dose, arms));
        var axes = new Axes(
                svg,
                WIDTH,
                HEIGHT,
                new Axes.Range(Axes.Spacing.LINEAR, first - margin, last + margin),
                new Axes.Range(Axes.Spacing.LINEAR, ticks.from(), ticks.to()));
        arms.stream()
                .flatMap(arm -> arm.points.stream())
                .collect(Collectors.toMap(Point::at, Point::name, (a, b) -> a))
                .forEach(axes::tickX);
        axes.ticksY(ticks).frame().titles(dose, "Share of the influence left");
        svg.line("chance", axes.left(), axes.y(0), axes.right(), axes.y(0));
        svg.line("chance", axes.left(), axes.y(1), axes.right(), axes.y(1));
        for (int i = 0; i < arms.size(); i++) {
            arm(svg, axes, arms.get(i), (2 * i - arms.size() + 1) * APART);
        }
        return svg.toString();
    }

    private static void arm(Svg svg, Axes axes, Arm arm, double shift) {
        var line = new Svg.Trace();
        for (Point point : arm.points) {
            double x = axes.x(point.at) + shift;
            double y = axes.y(point.left.value());
            if (line.isEmpty()) {
                line.move(x, y);
            } else {
                line.line(x, y);
            }
        }
        svg.path("curve " + arm.style, line);
        for (Point point : arm.points) {
            double x = axes.x(point.at) + shift;
            if (Double.isFinite(point.left.low()) && Double.isFinite(point.left.high())) {
                svg.line("whisker " + arm.style, x, axes.y(point.left.low()), x, axes.y(point.left.high()));
            }
            svg.circle("point " + arm.style, x, axes.y(point.left.value()), 3.5);
        }
    }

    private static String describe(String dose, List<Arm> arms) {
        return dose + ". "
                + arms.stream()
                        .map(arm -> arm.label + ": "
                                + arm.points.stream()
                                        .map(point -> Numbers.percent(point.left) + " at " + point.name)
                                        .collect(Collectors.joining(", ")))
                        .collect(Collectors.joining("; "))
                + ".";
    }
}
