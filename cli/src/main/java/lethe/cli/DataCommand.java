package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.catalog.Catalog;
import lethe.catalog.Nearest;
import lethe.catalog.Settings;
import lethe.data.ControlledSource;
import lethe.data.DataSource;
import lethe.data.Published;
import lethe.experiments.Plan;
import lethe.influence.LookalikeFiles;
import lethe.training.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "data",
        header = "Fetch a published data set, or make one with look-alikes.",
        description = {
            "A published data set is checked and unpacked. The only command that uses the network, and only for these and"
                    + " without --from.",
            "A data set with look-alikes is made from a source that is there already, with its control of the same"
                    + " size and a manifest: as its settings say by default and --set otherwise, or as a plan says.",
            "Examples:",
            "  lethe data cifar10 --to data",
            "  lethe data cifar10 --to data --from cifar-10-binary.tar.gz",
            "  lethe data plans/influence/augmented-copies.yaml --to data",
            "  lethe data tofu-paraphrases --to data --set authors=4"
        })
final class DataCommand extends LetheCommand {
    @Parameters(
            paramLabel = "NAME",
            description = "cifar10 or cifar100; augmented-copies, natural-neighbours, near-duplicate-lines or"
                    + " tofu-paraphrases; or a plan with one of these.")
    private String name = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "Where it is unpacked, or gets a folder of its own.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path to;

    @Option(names = "--from", paramLabel = "FILE", description = "The published archive, if it is there already.")
    private @Nullable Path from;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of a data set with look-alikes, as in a plan; may be given more than once.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "That of the plan whose data it is to be (default: 1, as in plans).")
    private @Nullable Long seed;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            Plan plan = Plan.read(Path.of(name));
            if (!settings.isEmpty() || seed != null) {
                throw new IllegalArgumentException("A plan says all settings and the seed; change them in " + name
                        + ", or leave out --set and --seed");
            }
            if (!(plan.data() instanceof ControlledSource source)) {
                throw new IllegalArgumentException(name + " has data "
                        + Catalog.of(DataSource.class).nameOf(plan.data()) + ", which is not made with look-alikes;"
                        + " expected one of " + String.join(", ", withLookalikes()));
            }
            return make(source, plan.seed());
        }
        if (withLookalikes().contains(name)) {
            return make(asSet(), seed == null ? 1 : seed);
        }
        if (!settings.isEmpty() || seed != null) {
            throw new IllegalArgumentException("--set and --seed are for data sets with look-alikes ("
                    + String.join(", ", withLookalikes()) + "), but '" + name + "' is none of them");
        }
        return fetch(named(name));
    }

    private ExitCode fetch(Published published) {
        Path folder;
        if (from != null) {
            if (!Files.isRegularFile(from)) {
                throw new IllegalArgumentException("There is no file " + from + " to unpack; expected the archive "
                        + published.archive() + " from " + published.source());
            }
            folder = published.install(from, to);
        } else {
            try (ConsoleProgress shown = console().progress();
                    Progress bytes = shown.begin("byte of " + published.archive(), published.bytes())) {
                long[] there = {0};
                folder = published.fetch(to, now -> {
                    bytes.advance(now - there[0]);
                    there[0] = now;
                });
            }
        }
        if (json.asked) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", published.name());
            result.put("folder", folder.toString());
            console().json(result);
        } else {
            console().out().println("In a plan: " + inPlan(published, folder));
            console().out().flush();
        }
        return ExitCode.OK;
    }

    /** What a plan says to use the files. */
    static String inPlan(Published published, Path folder) {
        return "data: {name: " + published.name() + ", folder: '" + folder + "'}";
    }

    private ExitCode make(ControlledSource source, long seed) {
        if (from != null) {
            throw new IllegalArgumentException("--from names a published archive; what a data set with look-alikes is"
                    + " made from is one of its settings, see --set");
        }
        String made = Catalog.of(DataSource.class).nameOf(source);
        Path folder = to.resolve(made);
        LookalikeFiles.Description done;
        try (ConsoleProgress progress = console().progress()) {
            done = LookalikeFiles.write(source, seed, folder, progress);
        }
        if (json.asked) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", made);
            result.put("folder", folder.toString());
            result.put("train", done.train());
            result.put("targets", done.targets());
            result.put("lookalikes", done.lookalikes());
            result.put("heldOut", done.heldOut());
            result.put("test", done.test());
            result.put("files", done.files());
            console().json(result);
            return ExitCode.OK;
        }
        console()
                .out()
                .println(folder + ": " + done.train() + " training examples in each arm, " + done.targets()
                        + " of them targets and " + done.lookalikes()
                        + " look-alikes of these, in the control unrelated ones; " + done.heldOut()
                        + " look-alikes held out; " + done.test() + " test examples");
        console().out().println("In a plan: " + inPlan(done, folder));
        console().out().println("           forget: {name: file, path: '" + folder.resolve("targets.txt") + "'}");
        console().out().flush();
        return ExitCode.OK;
    }

    /** What a plan says to learn from the files with look-alikes. */
    static String inPlan(LookalikeFiles.Description made, Path folder) {
        return made.files().containsKey("similar.jsonl")
                ? "data: {name: jsonl, train: '" + folder.resolve("similar.jsonl") + "', test: '"
                        + folder.resolve("test.jsonl") + "'}"
                : "data: {name: image-manifest, manifest: '" + folder.resolve("similar.csv") + "'}";
    }

    /** A data set with the settings that were given. */
    record Wanted(DataSource data) {}

    private ControlledSource asSet() {
        var yaml = new StringBuilder("data:\n  name: " + name + "\n");
        settings.forEach((key, value) ->
                yaml.append("  ").append(key).append(": ").append(value).append('\n'));
        return (ControlledSource)
                Settings.parse(yaml.toString(), "--set", Wanted.class).data();
    }

    private static List<String> withLookalikes() {
        List<String> names = new ArrayList<>();
        Catalog.of(DataSource.class).all().forEach((name, source) -> {
            if (source instanceof ControlledSource) {
                names.add(name);
            }
        });
        return names;
    }

    private static Published named(String name) {
        List<String> known =
                new ArrayList<>(Published.all().stream().map(Published::name).toList());
        known.addAll(withLookalikes());
        return Published.all().stream()
                .filter(published -> published.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No published data set is called '" + name + "'"
                        + Nearest.to(name, known)
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse("; known are " + String.join(", ", known))));
    }
}
