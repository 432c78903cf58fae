package lethe.report;

import java.util.List;
import java.util.Locale;

/**
 * The true-class probability of one set of examples: filled after unlearning, a dashed outline before, and, where given,
 * a dotted outline for the retrained model. Heights are shares on a square-root axis, since most of the mass is usually
 * in one bin and what tells models apart is in the others.
 */
final class HistogramPlot {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 200;

    private HistogramPlot() {}

    /** @param reference counts after retraining, empty where there is nothing to compare with */
    static String draw(
            String id, String title, List<Integer> before, List<Integer> after, List<Integer> reference, double top) {
        var svg = new Svg(id, WIDTH, HEIGHT, title, describe(before, after, reference));
        var axes = new Axes(
                svg,
                WIDTH,
                HEIGHT,
                new Axes.Range(Axes.Spacing.LINEAR, 0, 1),
                new Axes.Range(Axes.Spacing.SQUARE_ROOT, 0, top));
        for (double tick : new double[] {0, 0.5, 1}) {
            axes.tickX(tick, tick == 0.5 ? "0.5" : Svg.number(tick));
        }
        for (double tick : new double[] {0, 0.05, 0.2, 0.5, 1}) {
            if (tick <= top) {
                axes.tickY(tick, Math.round(100 * tick) + " %");
            }
        }
        svg.path("bars", outline(axes, after, true));
        svg.path("curve before", outline(axes, before, false));
        svg.path("curve reference", outline(axes, reference, false));
        axes.frame().titles("Probability given to the true class", "Share");
        return svg.toString();
    }

    /** The largest share of any bin, the top of a shared axis. */
    static double top(List<List<Integer>> histograms) {
        double top = 0.2;
        for (List<Integer> counts : histograms) {
            double sum = sum(counts);
            for (int count : counts) {
                top = Math.max(top, sum == 0 ? 0 : count / sum);
            }
        }
        return top;
    }

    private static Svg.Trace outline(Axes axes, List<Integer> counts, boolean closed) {
        var trace = new Svg.Trace();
        double sum = sum(counts);
        if (sum == 0) {
            return trace;
        }
        trace.move(axes.x(0), axes.y(0));
        for (int bin = 0; bin < counts.size(); bin++) {
            double y = axes.y(counts.get(bin) / sum);
            trace.line(axes.x((double) bin / counts.size()), y);
            trace.line(axes.x((bin + 1.0) / counts.size()), y);
        }
        trace.line(axes.x(1), axes.y(0));
        return closed ? trace.close() : trace;
    }

    private static String describe(List<Integer> before, List<Integer> after, List<Integer> reference) {
        String text = "Share of examples given a probability of at least one half: " + upperHalf(before)
                + " before unlearning, " + upperHalf(after) + " after";
        return reference.isEmpty() ? text + "." : text + ", " + upperHalf(reference) + " when retrained.";
    }

    private static String upperHalf(List<Integer> counts) {
        double sum = sum(counts);
        if (sum == 0) {
            return Numbers.NOT_AVAILABLE;
        }
        int half = counts.size() / 2;
        return String.format(Locale.ROOT, "%.0f %%", 100 * sum(counts.subList(half, counts.size())) / sum);
    }

    private static double sum(List<Integer> counts) {
        return counts.stream().mapToLong(Integer::longValue).sum();
    }
}
