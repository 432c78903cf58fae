package lethe.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import lethe.metrics.Estimate;

/** A quantity after each epoch of unlearning, with its interval over worlds, against what retraining reaches at its end. */
final class CoursePlot {
    private static final double WIDTH = 360;
    private static final double HEIGHT = 230;
    private static final int LABELS = 8;

    private CoursePlot() {}

    static String draw(
            String id, String title, String quantity, SortedMap<Integer, Estimate> course, Optional<Estimate> floor) {
        List<Double> all = new ArrayList<>();
        course.values().forEach(estimate -> Collections.addAll(all, estimate.value(), estimate.low(), estimate.high()));
        floor.ifPresent(estimate -> Collections.addAll(all, estimate.value(), estimate.low(), estimate.high()));
        double low =
                all.stream().filter(Double::isFinite).mapToDouble(v -> v).min().orElse(0);
        double high =
                all.stream().filter(Double::isFinite).mapToDouble(v -> v).max().orElse(1);
        Ticks ticks = Ticks.enclosing(Math.max(0, low - 0.01), Math.min(1, high + 0.01));
        int first = course.firstKey();
        int last = Math.max(first + 1, course.lastKey());
        var svg = new Svg(id, WIDTH, HEIGHT, title, describe(quantity, course, floor));
        var axes = new Axes(
                svg,
                WIDTH,
                HEIGHT,
                new Axes.Range(Axes.Spacing.LINEAR, first, last),
                new Axes.Range(Axes.Spacing.LINEAR, ticks.from(), ticks.to()));
        int every = (last - first + LABELS - 1) / LABELS;
        for (int epoch = first; epoch <= last; epoch += every) {
            axes.tickX(epoch, Integer.toString(epoch));
        }
        axes.ticksY(ticks);
        axes.frame().titles("Epochs of unlearning", quantity);
        floor.filter(estimate -> Double.isFinite(estimate.low()) && Double.isFinite(estimate.high()))
                .ifPresent(estimate -> svg.rect(
                        "floorband",
                        axes.left(),
                        axes.y(estimate.high()),
                        axes.right() - axes.left(),
                        axes.y(estimate.low()) - axes.y(estimate.high())));
        floor.filter(estimate -> Double.isFinite(estimate.value()))
                .ifPresent(estimate -> svg.line(
                        "curve floor", axes.left(), axes.y(estimate.value()), axes.right(), axes.y(estimate.value())));
        var line = new Svg.Trace();
        for (Map.Entry<Integer, Estimate> moment : course.entrySet()) {
            Estimate estimate = moment.getValue();
            double x = axes.x(moment.getKey());
            if (Double.isFinite(estimate.low()) && Double.isFinite(estimate.high())) {
                svg.line("whisker main", x, axes.y(estimate.low()), x, axes.y(estimate.high()));
            }
            if (Double.isFinite(estimate.value())) {
                if (line.isEmpty()) {
                    line.move(x, axes.y(estimate.value()));
                } else {
                    line.line(x, axes.y(estimate.value()));
                }
                svg.circle("point main", x, axes.y(estimate.value()), 3);
            }
        }
        svg.path("curve main", line);
        return svg.toString();
    }

    private static String describe(String quantity, SortedMap<Integer, Estimate> course, Optional<Estimate> floor) {
        List<Estimate> values = List.copyOf(course.values());
        return quantity + " " + Numbers.area(values.get(0)) + " after " + course.firstKey() + " and "
                + Numbers.area(values.get(values.size() - 1)) + " after "
                + Numbers.count(course.lastKey(), "epoch")
                + floor.map(estimate -> "; retrained " + Numbers.area(estimate)).orElse("") + ".";
    }
}
