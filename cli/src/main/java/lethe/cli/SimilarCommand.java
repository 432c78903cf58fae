package lethe.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Catalog;
import lethe.data.Dataset;
import lethe.data.Holdout;
import lethe.data.KnownLookalikes;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.experiments.Execution;
import lethe.experiments.Plan;
import lethe.influence.Closure;
import lethe.influence.ClosureSelection;
import lethe.influence.DetectorGrades;
import lethe.influence.Lookalikes;
import lethe.influence.SimilarityDetector;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.report.SimilarPage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "similar",
        header = "Find training examples that resemble those to be forgotten.",
        description = {
            "They keep alive what a forgotten example taught, whatever method forgets it. With a model its view of"
                    + " examples counts too. Trains nothing.",
            "Examples:",
            "  lethe similar PLAN",
            "  lethe similar PLAN --html similar.html",
            "  lethe similar PLAN --model original.safetensors --detector embedding --threshold 0.95"
        })
final class SimilarCommand extends LetheCommand {
    @Mixin
    private final PlanFile plan = new PlanFile();

    @Option(names = "--model", paramLabel = "FILE", description = "The trained model, as 'lethe train' wrote it.")
    private @Nullable Path modelFile;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            description = "See 'lethe methods'; may be given more than once (default: all that suit the data).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--threshold",
            paramLabel = "SCORE",
            description = "Lowest score that counts, of a single --detector (default: the detector's own).")
    private double threshold = Double.NaN;

    @Option(names = "--transitive", description = "Look-alikes of look-alikes count too, in groups of at most 50.")
    private boolean transitive;

    @Option(
            names = "--show",
            paramLabel = "COUNT",
            description = "Show so many, the most similar ones (default: ${DEFAULT-VALUE}).")
    private int shown = 20;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page that shows them beside what they resemble, with those to be approved.")
    private @Nullable Path html;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Plan read = plan.read();
        Holdout data = read.loadData();
        Dataset train = data.train();
        Execution execution = read.execution();
        Engine.threads(execution.workers() * execution.threads());
        Optional<ClosureSelection> policy = policy(read);
        Map<String, SimilarityDetector> detectors =
                policy.map(SimilarCommand::detector).orElseGet(() -> detectors(train));
        Closure closure;
        Map<String, DetectorGrades> grades = new LinkedHashMap<>();
        try (Scope scope = Scope.open(Device.of(execution.device()))) {
            Optional<Model> model = Optional.ofNullable(modelFile).map(ModelFile::read);
            List<SimilarityDetector> all = List.copyOf(detectors.values());
            int[] asked = read.forgetRows(data);
            closure = policy.isPresent()
                    ? read.takenAlong(train).orElseThrow()
                    : transitive
                            ? Closure.transitive(all, train, asked, model, 50)
                            : Closure.oneStep(all, train, asked, model);
            if (train.knownLookalikes().isPresent()) {
                detectors.forEach((name, detector) -> grades.put(name, DetectorGrades.of(detector, train, model)));
            }
            model.ifPresent(Model::close);
        }
        if (html != null) {
            SimilarPage.write(read.title(), train, closure, List.copyOf(detectors.keySet()), html);
            console().say("Written: " + html);
        }
        if (json.asked) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("detectors", detectors.keySet());
            result.put("asked", closure.asked().size());
            result.put("thirdParty", closure.ofOwner(Closure.Owner.THIRD_PARTY));
            result.put("unknownOwner", closure.ofOwner(Closure.Owner.UNKNOWN));
            result.put(
                    "lookalikes",
                    closure.members().stream().map(it -> tree(train, it)).toList());
            Map<String, Object> retrieval = new LinkedHashMap<>();
            Map<String, Object> decoys = new LinkedHashMap<>();
            grades.forEach((name, grade) -> {
                retrieval.put(name, grade.retrieval());
                grade.decoys().ifPresent(it -> decoys.put(name, it));
            });
            result.put("grades", retrieval);
            result.put("decoys", decoys);
            console().json(result);
            return ExitCode.OK;
        }
        print(train, closure, detectors);
        printGrades(grades);
        console().out().flush();
        return ExitCode.OK;
    }

    /** What decides who is forgotten besides those asked for, unless another search is wished for. */
    private Optional<ClosureSelection> policy(Plan read) {
        boolean asWritten = names.isEmpty() && modelFile == null && !transitive && Double.isNaN(threshold);
        return asWritten && read.forget() instanceof ClosureSelection written ? Optional.of(written) : Optional.empty();
    }

    private static Map<String, SimilarityDetector> detector(ClosureSelection policy) {
        SimilarityDetector detector = policy.detector();
        return Map.of(Catalog.of(SimilarityDetector.class).nameOf(detector), detector);
    }

    /** Those that were named, or those that suit the data. */
    private Map<String, SimilarityDetector> detectors(Dataset train) {
        Catalog<SimilarityDetector> catalog = Catalog.of(SimilarityDetector.class);
        if (names.isEmpty()) {
            names.addAll(Lookalikes.detectorsOf(train).keySet());
            if (modelFile != null) {
                names.add("embedding");
            }
        }
        if (!Double.isNaN(threshold) && names.size() != 1) {
            throw new IllegalArgumentException("--threshold is that of one detector, but there are "
                    + String.join(", ", names) + "; name one with --detector");
        }
        Map<String, SimilarityDetector> detectors = new LinkedHashMap<>();
        for (String name : names) {
            detectors.put(
                    name,
                    Double.isNaN(threshold) ? catalog.get(name) : catalog.build(name, Map.of("threshold", threshold)));
        }
        return detectors;
    }

    private static Map<String, Object> tree(Dataset train, Closure.Member member) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", train.id(member.row()).value());
        tree.put("resembles", train.id(member.target()).value());
        tree.put("score", member.score());
        tree.put("reason", member.reason());
        tree.put("owner", owner(train, member));
        return tree;
    }

    private static String owner(Dataset train, Closure.Member member) {
        return train.subject(member.row()).orElse("unknown");
    }

    private void print(Dataset train, Closure closure, Map<String, SimilarityDetector> detectors) {
        var out = console().out();
        int found = closure.members().size();
        out.println(found + " of " + (train.size() - closure.asked().size()) + " remaining examples resemble the "
                + closure.asked().size() + " to be forgotten, by " + String.join(", ", detectors.keySet()) + ".");
        if (found == 0) {
            return;
        }
        out.println("They belong to people who did not ask: " + closure.ofOwner(Closure.Owner.THIRD_PARTY)
                + "; to nobody known: " + closure.ofOwner(Closure.Owner.UNKNOWN) + ".");
        long decoys = closure.members().stream()
                .filter(it -> KnownLookalikes.isUnrelated(train, it.row(), it.target()))
                .count();
        if (decoys > 0) {
            out.println("Decoys among them, which have the form of what they resemble and say something else: " + decoys
                    + ".");
        }
        out.println();
        var table = new Table("EXAMPLE", "RESEMBLES", "SCORE", "WHY", "OWNER");
        closure.members().stream()
                .limit(shown)
                .forEach(it -> table.row(
                        train.id(it.row()).value(),
                        train.id(it.target()).value(),
                        String.format(Locale.ROOT, "%.3f", it.score()),
                        it.reason(),
                        owner(train, it)));
        table.print(out);
        if (found > shown) {
            out.println("and " + (found - shown) + " more; --show " + found + " or --json shows all");
        }
        out.println();
        out.println("Forgetting the examples alone leaves what these teach. A method takes them into account as");
        out.println("{name: closure, method: …, remedy: expand, detector: …}; see 'lethe methods closure'.");
    }

    private void printGrades(Map<String, DetectorGrades> grades) {
        if (grades.isEmpty()) {
            return;
        }
        var out = console().out();
        out.println();
        out.println("The data was made with look-alikes, of which each detector finds:");
        boolean calibrated = grades.values().stream().anyMatch(it -> it.decoys().isPresent());
        List<String> heads = new ArrayList<>(List.of("DETECTOR", "KIND", "PRECISION", "RECALL", "AVERAGE PRECISION"));
        if (calibrated) {
            heads.add("RECALL AT 5 % DECOYS");
        }
        var table = new Table(heads.toArray(String[]::new));
        grades.forEach((name, grade) -> grade.retrieval().forEach((kind, found) -> {
            List<String> cells = new ArrayList<>(List.of(
                    name, kind, three(found.precision()), three(found.recall()), three(found.averagePrecision())));
            grade.decoys().ifPresent(decoys -> cells.add(three(decoys.recall().getOrDefault(kind, Double.NaN))));
            table.row(cells.toArray(String[]::new));
        }));
        table.print(out);
        if (calibrated) {
            printDecoys(grades);
        }
    }

    private void printDecoys(Map<String, DetectorGrades> grades) {
        var out = console().out();
        out.println();
        out.println(
                "It was made with decoys too, which have a target's form and say something else. Of these each detector");
        out.println("takes for look-alikes at its threshold; one in twenty is above the score of the last column:");
        var table = new Table("DETECTOR", "KIND", "TAKEN", "5 % ABOVE");
        grades.forEach((name, grade) -> grade.decoys()
                .ifPresent(decoys -> decoys.taken()
                        .forEach((kind, taken) -> table.row(name, kind, three(taken), three(decoys.above())))));
        table.print(out);
    }

    private static String three(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
