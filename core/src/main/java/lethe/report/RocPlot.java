package lethe.report;

import java.util.ArrayList;
import java.util.List;
import lethe.attacks.AttackResult;
import lethe.metrics.RocCurve;

/**
 * Receiver operating characteristics on log–log axes, where the few confident errors that matter for privacy can be
 * seen. What lies left of one false positive among the negatives cannot be measured and is greyed; left of ten it is
 * shown but should not be relied on, and is shaded lightly.
 */
final class RocPlot {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 318;
    private static final double SMALLEST = 1e-5;

    private RocPlot() {}

    /**
     * A curve to draw.
     *
     * @param style {@code main}, {@code other} or {@code floor}: each has a colour and a dash of its own
     * @param band whether its 95 % band is drawn
     */
    record Line(String label, String style, boolean band, AttackResult result) {}

    static String draw(String id, String title, List<Line> lines) {
        long negatives = lines.stream()
                .mapToLong(line -> line.result().negatives())
                .max()
                .orElse(1);
        double one = Math.max(SMALLEST, 1.0 / Math.max(2, negatives));
        double from = Math.max(SMALLEST, Math.pow(10, Math.floor(Math.log10(one) - 0.05)));
        var svg = new Svg(id, WIDTH, HEIGHT, title, describe(lines, negatives));
        var range = new Axes.Range(Axes.Spacing.LOGARITHMIC, from, 1);
        var axes = new Axes(svg, WIDTH, HEIGHT, range, range);
        svg.rect("thin", axes.x(one), axes.top(), axes.x(10 * one) - axes.x(one), axes.bottom() - axes.top());
        for (int decade = (int) Math.round(Math.log10(from)); decade <= 0; decade++) {
            String label = decade == 0 ? "100 %" : Numbers.rate(Math.pow(10, decade));
            axes.tickX(Math.pow(10, decade), label).tickY(Math.pow(10, decade), label);
        }
        axes.frame().titles("False-positive rate", "True-positive rate");
        svg.line("chance", axes.x(from), axes.y(from), axes.x(1), axes.y(1));
        for (Line line : lines) {
            if (line.band()) {
                svg.path("band " + line.style(), band(axes, line.result().roc(), one));
            }
        }
        for (Line line : lines) {
            RocCurve roc = line.result().roc();
            svg.path("curve " + line.style(), steps(axes, roc.fpr(), roc.tpr(), one));
        }
        svg.rect("unreachable", axes.left(), axes.top(), axes.x(one) - axes.left(), axes.bottom() - axes.top());
        legend(svg, axes, lines);
        return svg.toString();
    }

    private static String describe(List<Line> lines, long negatives) {
        var text = new StringBuilder("Log–log curves from " + Numbers.count(negatives) + " negatives. Areas: ");
        var areas = new ArrayList<String>();
        for (Line line : lines) {
            areas.add(line.label() + " " + Numbers.area(line.result().auc()));
        }
        return text.append(String.join("; ", areas)).append('.').toString();
    }

    /** Horizontal, then vertical: the rate at an allowance is that of the last vertex within it. */
    private static Svg.Trace steps(Axes axes, List<Double> fpr, List<Double> height, double one) {
        var trace = new Svg.Trace();
        double level = heightAt(fpr, height, one);
        double lastX = axes.x(one);
        double lastY = axes.y(level);
        trace.move(lastX, lastY);
        for (int i = 0; i < fpr.size(); i++) {
            if (fpr.get(i) <= one) {
                continue;
            }
            double x = axes.x(fpr.get(i));
            double y = axes.y(height.get(i));
            boolean visible = Math.abs(y - lastY) >= 0.8 || i == fpr.size() - 1;
            if (visible) {
                trace.line(x, lastY).line(x, y);
                lastY = y;
            }
        }
        return trace;
    }

    private static Svg.Trace band(Axes axes, RocCurve roc, double one) {
        var trace = new Svg.Trace();
        var lower = new ArrayList<double[]>();
        trace.move(axes.x(one), axes.y(heightAt(roc.fpr(), roc.high(), one)));
        lower.add(new double[] {axes.x(one), axes.y(heightAt(roc.fpr(), roc.low(), one))});
        double lastX = axes.x(one);
        for (int i = 0; i < roc.fpr().size(); i++) {
            double x = axes.x(roc.fpr().get(i));
            boolean last = i == roc.fpr().size() - 1;
            if (roc.fpr().get(i) > one && (x - lastX >= 1.5 || last)) {
                trace.line(x, axes.y(roc.high().get(i)));
                lower.add(new double[] {x, axes.y(roc.low().get(i))});
                lastX = x;
            }
        }
        for (int i = lower.size() - 1; i >= 0; i--) {
            trace.line(lower.get(i)[0], lower.get(i)[1]);
        }
        return trace.close();
    }

    private static double heightAt(List<Double> fpr, List<Double> height, double limit) {
        double level = 0;
        for (int i = 0; i < fpr.size() && fpr.get(i) <= limit; i++) {
            level = height.get(i);
        }
        return level;
    }

    /** Under the diagonal, where no curve of an attack worth drawing goes. */
    private static void legend(Svg svg, Axes axes, List<Line> lines) {
        double y = axes.bottom() - 10 - 15 * (lines.size() - 1);
        for (Line line : lines) {
            svg.text("label", "end", axes.right() - 36, y, line.label());
            svg.line("curve " + line.style(), axes.right() - 30, y - 4, axes.right() - 4, y - 4);
            y += 15;
        }
    }
}
