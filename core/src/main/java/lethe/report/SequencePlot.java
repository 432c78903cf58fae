package lethe.report;

import java.util.List;
import lethe.metrics.Estimate;

/** An interval that narrows world by world, against the margin that it must clear or fall into. */
final class SequencePlot {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 230;
    private static final int LABELS = 8;
    private static final double SMALLEST_REACH = 0.1;

    private SequencePlot() {}

    /**
     * Draws a confidence sequence.
     *
     * @param first the number of the world after which the first interval stands
     * @param intervals one after each world
     * @param margin on both sides of 0
     */
    static String draw(String id, String title, int first, List<Estimate> intervals, double margin) {
        // Early intervals reach to the ends of [−1, 1]; what was known at last sets the scale.
        Estimate last = intervals.get(intervals.size() - 1);
        double reach = Math.max(
                Math.max(SMALLEST_REACH, 2 * margin), 1.5 * Math.max(Math.abs(last.low()), Math.abs(last.high())));
        Ticks ticks = Ticks.enclosing(-Math.min(1, reach), Math.min(1, reach));
        int end = Math.max(first + 1, first + intervals.size() - 1);
        var svg = new Svg(id, WIDTH, HEIGHT, title, describe(intervals, first, last, margin));
        var axes = new Axes(
                svg,
                WIDTH,
                HEIGHT,
                new Axes.Range(Axes.Spacing.LINEAR, first, end),
                new Axes.Range(Axes.Spacing.LINEAR, ticks.from(), ticks.to()));
        int every = (end - first + LABELS - 1) / LABELS;
        for (int world = first; world <= end; world += every) {
            axes.tickX(world, Integer.toString(world));
        }
        axes.ticksY(ticks);
        axes.frame().titles("Worlds", "Area above retraining");
        svg.rect(
                "floorband", axes.left(), axes.y(margin), axes.right() - axes.left(), axes.y(-margin) - axes.y(margin));
        svg.line("chance", axes.left(), axes.y(0), axes.right(), axes.y(0));
        var mean = new Svg.Trace();
        for (int w = 0; w < intervals.size(); w++) {
            Estimate interval = intervals.get(w);
            double x = axes.x(first + w);
            svg.line("whisker main", x, axes.y(interval.low()), x, axes.y(interval.high()));
            if (mean.isEmpty()) {
                mean.move(x, axes.y(interval.value()));
            } else {
                mean.line(x, axes.y(interval.value()));
            }
            svg.circle("point main", x, axes.y(interval.value()), 3);
        }
        svg.path("curve main", mean);
        return svg.toString();
    }

    private static String describe(List<Estimate> intervals, int first, Estimate last, double margin) {
        return "After " + Numbers.count(first + intervals.size() - 1L, "world") + " the area is "
                + Numbers.difference(last) + " above that of retraining; the margin is " + Numbers.area(margin) + ".";
    }
}
