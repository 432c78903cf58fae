package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.claims.Stratum;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;

/** How recognisable groups of examples are under each method. Public for the templates alone. */
public final class StrataTable {
    private final Results results;

    StrataTable(Results results) {
        this.results = results;
    }

    /** Groups that were formed alike. */
    public record Table(String caption, List<Group> groups, List<Row> rows) {}

    /** A group. */
    public record Group(String name, String size) {}

    /** One method. */
    public record Row(String label, String role, List<Cell> cells) {}

    /** One method in one group. */
    public record Cell(String before, String after, String area) {}

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
