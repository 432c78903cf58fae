package lethe.report;

import java.util.List;

/** Each target's influence against what is left of it, in nats of loss; on the diagonal everything is left. */
final class TargetsPlot {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 250;

    private TargetsPlot() {}

    /** One target. */
    record Dot(double influence, double left) {}

    static String draw(String id, String title, List<Dot> dots) {
        double low = dots.stream()
                .mapToDouble(dot -> Math.min(dot.influence, dot.left))
                .min()
                .orElse(0);
        double high = dots.stream()
                .mapToDouble(dot -> Math.max(dot.influence, dot.left))
                .max()
                .orElse(1);
        Ticks ticks = Ticks.enclosing(Math.min(0, low), Math.max(0, high));
        long half = dots.stream().filter(dot -> dot.left > 0.5 * dot.influence).count();
        var svg = new Svg(
                id,
                WIDTH,
                HEIGHT,
                title,
                Numbers.count(dots.size(), "target") + "; of " + Numbers.count(half) + " more than half is left.");
        var range = new Axes.Range(Axes.Spacing.LINEAR, ticks.from(), ticks.to());
        var axes = new Axes(svg, WIDTH, HEIGHT, range, range);
        axes.ticksX(ticks)
                .ticksY(ticks)
                .frame()
                .titles("Influence of a target and its look-alikes, nats", "Left after retraining, nats");
        svg.line("chance", axes.x(ticks.from()), axes.y(ticks.from()), axes.x(ticks.to()), axes.y(ticks.to()));
        svg.line("chance", axes.left(), axes.y(0), axes.right(), axes.y(0));
        var trace = new Svg.Trace();
        dots.forEach(dot -> trace.dot(axes.x(dot.influence), axes.y(dot.left)));
        svg.path("dots natural", trace);
        return svg.toString();
    }
}
