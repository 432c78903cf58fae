package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.claims.Stratum;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;

/** How recognisable groups of examples are under each method. Public for the templates alone. */
public final class StrataTable {
    private final Results results;
    private final Headline headline;

    StrataTable(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    /** Groups that were formed alike. */
    public record Table(String caption, List<Group> groups, List<Row> rows) {}

    /** A group. */
    public record Group(String name, String size) {}

    /** One method. */
    public record Row(String label, String role, List<Cell> cells) {}

    /** One method in one group. */
    public record Cell(String before, String after, String area) {}

    /** One method against canaries and against natural examples. */
    public record Canaries(String label, String role, String auc, String tpr, String naturalAuc, String naturalTpr) {}

    /** What the attack that speaks for the audit reaches against each; empty where there are no canaries. */
    public List<Canaries> canaries() {
        return results.methods().stream()
                .filter(method -> !method.canaries().isEmpty())
                .map(method -> {
                    Optional<AttackResult> canaries = method.canaries().stream()
                            .filter(result -> result.game() == Game.PRIVACY
                                    && result.attack().equals(headline.attack()))
                            .findFirst();
                    Optional<AttackResult> natural = headline.attack(method, Game.PRIVACY);
                    return new Canaries(
                            method.label(),
                            Headline.role(method),
                            Headline.auc(canaries),
                            Headline.tpr(canaries, headline.fpr()),
                            Headline.auc(natural),
                            Headline.tpr(natural, headline.fpr()));
                })
                .toList();
    }

    public String attack() {
        return headline.attack();
    }

    public String fpr() {
        return Numbers.rate(headline.fpr());
    }

    public List<Table> tables() {
        var tables = new ArrayList<Table>();
        table(
                        true,
                        "Thirds by memorisation, formed in one half of the worlds and measured in the other, both ways. "
                                + "Half of the worlds make magnitudes noisier, alike for every method: read them against "
                                + "retrain.")
                .ifPresent(tables::add);
        table(false, "Examples whose label is known to be wrong, and all others, measured in all worlds.")
                .ifPresent(tables::add);
        return tables;
    }

    private Optional<Table> table(boolean selected, String caption) {
        List<Stratum> groups = results.methods().stream()
                .map(method -> strata(method, selected))
                .filter(strata -> !strata.isEmpty())
                .findFirst()
                .orElse(List.of());
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        var rows = new ArrayList<Row>();
        for (MethodResult method : results.methods()) {
            List<Stratum> strata = strata(method, selected);
            if (!strata.isEmpty()) {
                rows.add(new Row(
                        method.label(),
                        Headline.role(method),
                        strata.stream()
                                .map(stratum -> new Cell(
                                        Numbers.area(stratum.before()),
                                        Numbers.area(stratum.after()),
                                        Numbers.area(stratum.area())))
                                .toList()));
            }
        }
        return Optional.of(new Table(
                caption,
                groups.stream()
                        .map(group -> new Group(group.name(), Numbers.count(group.examples(), "example")))
                        .toList(),
                rows));
    }

    private static List<Stratum> strata(MethodResult method, boolean selected) {
        return method.strata().stream()
                .filter(stratum -> stratum.selected() == selected)
                .toList();
    }
}
