package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.attacks.Prequential;
import lethe.experiments.Anytime;
import lethe.experiments.Results;
import lethe.experiments.Results.AnytimeSummary;
import lethe.experiments.Results.Standing;
import lethe.metrics.Estimate;
import lethe.metrics.SymmetricSequence;

/** Where an audit stands that is looked at after every world. Public for the templates alone. */
public final class AnytimeSection {
    private final AnytimeSummary anytime;

    private AnytimeSection(AnytimeSummary anytime) {
        this.anytime = anytime;
    }

    /** Empty where the plan asked for all its worlds. */
    static Optional<AnytimeSection> of(Results results) {
        return results.anytime().map(AnytimeSection::new);
    }

    /** One method. */
    public record Row(
            String label,
            String decision,
            String style,
            String worlds,
            String advantage,
            String auc,
            String retrained) {}

    /** What was done and when it stops. */
    public String summary() {
        long open = anytime.standings().stream()
                .filter(standing -> standing.decision() == Prequential.Decision.UNDECIDED)
                .count();
        return Numbers.count(anytime.worlds()) + " of " + Numbers.count(anytime.planned(), "planned world")
                + " were looked at, the first " + Numbers.count(anytime.first()) + " as references only. "
                + (anytime.stoppedEarly()
                        ? "The run stopped because every method was decided."
                        : open == 0
                                ? "Every method was decided by the last world."
                                : "No worlds are left; " + Numbers.count(open, "method") + " stayed undecided.")
                + " A method is decided as soon as its interval lies above +" + Numbers.area(anytime.margin())
                + " (it leaks), below −" + Numbers.area(anytime.margin()) + " (it overshoots) or between both.";
    }

    public List<Row> rows() {
        return anytime.standings().stream()
                .map(standing -> new Row(
                        standing.label(),
                        words(standing.decision()),
                        style(standing.decision()),
                        Numbers.count(standing.worlds()),
                        Numbers.difference(standing.advantage()),
                        Numbers.area(standing.auc()),
                        Numbers.area(standing.retrainAuc())))
                .toList();
    }

    private static String words(Prequential.Decision decision) {
        return switch (decision) {
            case LEAKS -> "leaks";
            case OVERSHOOTS -> "overshoots";
            case WITHIN_MARGIN -> "within the margin";
            case UNDECIDED -> "undecided";
        };
    }

    private static String style(Prequential.Decision decision) {
        return switch (decision) {
            case LEAKS -> "leaks";
            case OVERSHOOTS -> "over";
            case WITHIN_MARGIN -> "same";
            case UNDECIDED -> "open";
        };
    }

    /** How the interval of each method narrowed. */
    public List<Page.Figure> figures() {
        var figures = new ArrayList<Page.Figure>();
        for (Standing standing : anytime.standings()) {
            List<Double> advantages = standing.advantages();
            if (!advantages.isEmpty()) {
                figures.add(new Page.Figure(
                        SequencePlot.draw(
                                "anytime-" + (figures.size() + 1),
                                standing.label() + ": difference to retraining by world",
                                standing.worlds() - advantages.size() + 1,
                                intervals(advantages),
                                anytime.margin()),
                        standing.label()));
            }
        }
        return figures;
    }

    /** The interval after each value, by the sequence that decided. */
    private static List<Estimate> intervals(List<Double> advantages) {
        var sequence = new SymmetricSequence(Anytime.MISS);
        return IntStream.range(0, advantages.size())
                .mapToObj(w -> {
                    sequence.add(advantages.get(w));
                    return sequence.interval();
                })
                .toList();
    }
}
