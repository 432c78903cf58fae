package lethe.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.catalog.Catalog;
import lethe.catalog.Nearest;
import lethe.catalog.Settings;
import lethe.catalog.Sourced;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "methods",
        header = {
            "List what a plan can name, or show the settings of one.",
            "",
            "Examples:",
            "  lethe methods            everything, with its source",
            "  lethe methods NAME       the settings of one, to copy into a plan"
        })
final class MethodsCommand extends LetheCommand {
    private final List<Class<?>> catalogued;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Show this one with all its settings.")
    private String name = "";

    @Mixin
    private final Json json = new Json();

    MethodsCommand(List<Class<?>> catalogued) {
        this.catalogued = catalogued;
    }

    /** One line of the table. */
    private record Entry(String name, String kind, Object instance) {
        String needs() {
            return instance instanceof Sourced sourced ? sourced.needs() : "";
        }

        String cost() {
            return instance instanceof Sourced sourced ? sourced.cost() : "";
        }

        String source() {
            return instance instanceof Sourced sourced ? sourced.source() : "";
        }

        Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("name", name);
            tree.put("kind", kind);
            tree.put("needs", needs());
            tree.put("cost", cost());
            tree.put("source", source());
            Map<String, Object> settings = Settings.toTree(instance);
            settings.remove("name");
            tree.put("settings", settings);
            return tree;
        }
    }

    @Override
    ExitCode execute() {
        List<Entry> entries = entries();
        if (!name.isEmpty()) {
            entries = named(entries);
        }
        if (json.asked) {
            console().json(entries.stream().map(Entry::tree).toList());
        } else if (name.isEmpty()) {
            table(entries);
        } else {
            entries.forEach(this::show);
        }
        return ExitCode.OK;
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Class<?> type : catalogued) {
            Catalog<?> catalog = Catalog.of(type);
            catalog.all().forEach((name, instance) -> entries.add(new Entry(name, catalog.noun(), instance)));
        }
        return entries;
    }

    private List<Entry> named(List<Entry> entries) {
        List<Entry> found =
                entries.stream().filter(it -> it.name().equals(name)).toList();
        if (found.isEmpty()) {
            List<String> known = entries.stream().map(Entry::name).toList();
            String hint = Nearest.to(name, known)
                    .map(it -> "; did you mean '" + it + "'?")
                    .orElse(".");
            throw new IllegalArgumentException(
                    "Nothing is called '" + name + "'" + hint + " 'lethe methods' lists everything.");
        }
        return found;
    }

    private void table(List<Entry> entries) {
        var table = new Table("NAME", "KIND", "NEEDS", "COST", "SOURCE");
        entries.forEach(it -> table.row(it.name(), it.kind(), it.needs(), it.cost(), it.source()));
        table.print(console().out());
        console().out().println();
        console()
                .out()
                .println("COST: training epochs to be expected where an original of 200 forgets a tenth of its data,");
        console().out().println("without searches. 'exact': distributed as if trained without the forgotten examples.");
    }

    private void show(Entry entry) {
        var out = console().out();
        out.println("# " + entry.kind() + (entry.source().isEmpty() ? "" : "; " + entry.source()));
        if (!entry.needs().isEmpty()) {
            out.println("# needs " + entry.needs());
        }
        out.print(Settings.toYaml(entry.instance()));
        out.flush();
    }
}
