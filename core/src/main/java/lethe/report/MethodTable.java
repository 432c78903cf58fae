package lethe.report;

import java.util.List;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;

/** Accuracy, recognisability and cost of every method. Public for the templates alone. */
public final class MethodTable {
    private final Results results;
    private final Headline headline;

    MethodTable(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** One method. */
    public record Row(
            String label,
            String anchor,
            String role,
            Page.Stamp stamp,
            String forget,
            String retain,
            String test,
            String gap,
            String populationAuc,
            String auc,
            String tpr,
            String seconds,
            String cost) {}

    public String fpr() {
        return Numbers.rate(headline.fpr());
    }

    public List<Row> rows() {
        return results.methods().stream().map(this::row).toList();
    }

    private Row row(MethodResult method) {
        var accuracy = method.accuracy();
        var privacy = headline.attack(method, Game.PRIVACY);
        return new Row(
                method.label(),
                headline.anchor(method),
                Headline.role(method),
                Page.Stamp.of(method.verdict()),
                Numbers.percent(accuracy.forget()),
                Numbers.percent(accuracy.retain()),
                Numbers.percent(accuracy.test()),
                Numbers.percent(accuracy.averageGap()),
                Headline.auc(headline.population(method, Game.PRIVACY)),
                Headline.auc(privacy),
                Headline.tpr(privacy, headline.fpr()),
                Numbers.duration(accuracy.seconds().value()),
                Headline.timesRetrain(method));
    }
}
