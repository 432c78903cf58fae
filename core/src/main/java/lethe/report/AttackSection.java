package lethe.report;

import java.util.ArrayList;
import java.util.List;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.metrics.Estimate;

/** Per-example against population attacks on every method. Public for the templates alone. */
public final class AttackSection {
    private final Results results;
    private final Headline headline;

    AttackSection(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** The gain of the per-example attack in one game. */
    public record Gain(
            String label,
            String game,
            String perExample,
            String population,
            String auc,
            String tpr,
            String fpr,
            String reading) {}

    public List<Page.Figure> forest() {
        var figures = new ArrayList<Page.Figure>();
        for (Game game : List.of(Game.PRIVACY, Game.EFFICACY)) {
            var rows = new ArrayList<IntervalPlot.Row>();
            for (MethodResult method : results.methods()) {
                headline.attack(method, game)
                        .ifPresent(found -> rows.add(new IntervalPlot.Row(
                                method.label(),
                                found.auc(),
                                headline.population(method, game).stream()
                                        .map(AttackResult::auc)
                                        .toList(),
                                found.worldAucs(),
                                Headline.role(method))));
            }
            if (!rows.isEmpty()) {
                String title = game.code() + ": " + Endpoints.question(game);
                figures.add(new Page.Figure(
                        IntervalPlot.draw("forest-" + game.code(), title, rows),
                        title + " " + Endpoints.contrast(game)));
            }
        }
        return figures;
    }

    public List<Gain> gains() {
        var gains = new ArrayList<Gain>();
        for (MethodResult method : results.methods()) {
            for (Comparison comparison : method.comparisons()) {
                gains.add(new Gain(
                        method.label(),
                        comparison.game().code(),
                        comparison.perExample(),
                        comparison.population(),
                        Numbers.difference(comparison.deltaAuc()),
                        Numbers.difference(comparison.deltaTpr()),
                        Numbers.rate(comparison.fpr()),
                        reading(comparison.deltaAuc())));
            }
        }
        return gains;
    }

    private static String reading(Estimate difference) {
        if (difference.low() > 0) {
            return "▲ per-example attack sees more";
        }
        return difference.high() < 0 ? "▼ population attack sees more" : "· interval includes zero";
    }
}
