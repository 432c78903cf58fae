package lethe.report;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import lethe.experiments.InfluenceResults.Choice;

/**
 * What is left of the influence against what is lost of others; what something else beats is hollow. Axes are those of what
 * nothing beats, and what lies beyond is drawn on the border.
 */
final class FrontierPlot {
    private static final double WIDTH = 560;
    private static final double HEIGHT = 340;
    private static final double LEAST = -1;
    private static final double MOST = 1.2;

    private FrontierPlot() {}

    /** Draws choices with their numbers in the list, from 1. */
    static String draw(String id, String title, List<Choice> choices) {
        List<Choice> front =
                choices.stream().filter(it -> it.beatenBy().isEmpty()).toList();
        DoubleSummaryStatistics left = front.stream()
                .mapToDouble(Choice::left)
                .filter(Double::isFinite)
                .summaryStatistics();
        DoubleSummaryStatistics loss = front.stream()
                .mapToDouble(Choice::thirdPartyLoss)
                .filter(Double::isFinite)
                .summaryStatistics();
        double margin = 0.1 * (loss.getMax() - loss.getMin());
        Ticks x = Ticks.enclosing(
                Math.max(LEAST, Math.min(-0.1, left.getMin())), Math.min(MOST, Math.max(1.01, left.getMax())));
        Ticks y = Ticks.enclosing(Math.max(0, loss.getMin() - margin), loss.getMax() + margin);
        var svg = new Svg(
                id,
                WIDTH,
                HEIGHT,
                title,
                Numbers.count(choices.size(), "kind") + " of models, " + front.size()
                        + " of them beaten by no other; the table has the numbers.");
        var axes = new Axes(
                svg,
                WIDTH,
                HEIGHT,
                new Axes.Range(Axes.Spacing.LINEAR, x.from(), x.to()),
                new Axes.Range(Axes.Spacing.LINEAR, y.from(), y.to()));
        axes.ticksX(x)
                .ticksY(y)
                .frame()
                .titles("Share of the influence left; 0 is the aim", "Loss of examples nobody asked to forget, nats");
        svg.line("chance", axes.x(0), axes.top(), axes.x(0), axes.bottom());
        for (boolean beaten : new boolean[] {true, false}) {
            for (int i = 0; i < choices.size(); i++) {
                Choice choice = choices.get(i);
                if (choice.beatenBy().isEmpty() != beaten) {
                    double at = axes.x(choice.left());
                    double above = axes.y(choice.thirdPartyLoss());
                    svg.circle(beaten ? "point other" : "point main", at, above, 4.5);
                    if (!beaten) {
                        svg.text("rowvalue halo", "start", at + 6.5, above + 3.5, Integer.toString(i + 1));
                    }
                }
            }
        }
        return svg.toString();
    }
}
