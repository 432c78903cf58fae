package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.metrics.Estimate;

/** What unlearning did to those who stayed. Public for the templates alone. */
public final class RetainedTable {
    private final Results results;
    private final Headline headline;

    RetainedTable(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** One method. */
    public record Row(String label, String role, String before, String auc, String tpr, String newlyOutside) {}

    public String fpr() {
        return Numbers.rate(headline.fpr());
    }

    public List<Row> rows() {
        var rows = new ArrayList<Row>();
        for (MethodResult method : results.methods()) {
            Optional<AttackResult> after = headline.attack(method, Game.RETAINED);
            if (after.isPresent()) {
                long newly = method.vulnerability().stream()
                        .filter(example -> {
                            Estimate band = VulnerabilityPlot.nullBand(example.pairs());
                            return band.excludes(example.retainedAfter()) && !band.excludes(example.before());
                        })
                        .count();
                rows.add(new Row(
                        method.label(),
                        Headline.role(method),
                        Headline.auc(headline.attack(method, Game.CLASSIC)),
                        Headline.auc(after),
                        Headline.tpr(after, headline.fpr()),
                        Numbers.count(newly) + " of "
                                + Numbers.count(method.vulnerability().size())));
            }
        }
        return rows;
    }
}
