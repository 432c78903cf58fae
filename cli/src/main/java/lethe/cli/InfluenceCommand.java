package lethe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import lethe.experiments.InfluenceResults;
import lethe.experiments.InfluenceStudy;
import lethe.experiments.Plan;
import lethe.influence.LookalikeManifest;
import lethe.metrics.Estimate;
import lethe.report.InfluencePage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "influence",
        header = "Measure what look-alikes of forgotten examples keep alive.",
        description = {
            "The plan's data must be made with look-alikes, as by augmented-copies. Trains models with and without the"
                    + " targets, and with and without their look-alikes, and lets every method of the plan forget the"
                    + " targets, in each of audit.worlds repetitions. What is done is not done again.",
            "Writes influence.jsonl, influence.json and influence.html.",
            "Examples:",
            "  lethe influence plans/influence/augmented-copies.yaml",
            "  lethe influence plans/influence/augmented-copies.yaml --manifest manifest.csv"
        })
final class InfluenceCommand extends LetheCommand {
    private static final String NONE = "–";

    @Mixin
    private final PlanArgument plan = new PlanArgument();

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Only write which example was made for which target and how, as CSV; trains nothing.")
    private @Nullable Path manifest;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() throws IOException {
        Plan read = plan.read();
        if (manifest != null) {
            Files.writeString(manifest, LookalikeManifest.of(new InfluenceStudy(read).train()));
            console().say("Written: " + manifest);
            return ExitCode.OK;
        }
        Path directory = plan.directory();
        Interruption stop = Interruption.install(console().err(), typed());
        InfluenceResults results;
        try (ConsoleProgress progress = console().progress()) {
            results = new InfluenceStudy(read).run(directory, progress, stop);
        }
        Files.writeString(directory.resolve("plan.yaml"), read.toYaml());
        Files.writeString(directory.resolve("influence.json"), results.toJson());
        InfluencePage.write(results, directory.resolve("influence.html"));
        if (json.asked) {
            console().out().print(results.toJson());
            console().out().flush();
            return ExitCode.OK;
        }
        console()
                .out()
                .println(String.format(
                        Locale.ROOT,
                        "%d worlds, %d targets; a target's loss varies by %.2f nats from world to world.",
                        results.worlds(),
                        results.targets(),
                        results.noise()));
        section(results, "Look-alikes stay, by their number K", row -> !row.control() && row.dose() >= 0);
        Predicate<InfluenceResults.Row> pooled = InfluenceResults.Row::pooled;
        section(results, "Targets with look-alikes", pooled.and(row -> !row.control()));
        section(
                results,
                "Targets with look-alikes, by what they were drawn from",
                row -> !row.control() && !row.stratum().equals(InfluenceResults.ALL));
        section(results, "Control: unrelated examples in their place", pooled.and(InfluenceResults.Row::control));
        frontier(results);
        courses(results);
        trends(results);
        writing(results, pooled.and(row -> !row.control()));
        results.failures().forEach(failure -> console().out().println("Not measured: " + failure));
        console().out().println();
        console()
                .out()
                .println("LEFT: share of the influence that is left, 0 as if never taught, 1 as in the original;"
                        + " LEFT_P the same in confidences, HELD-OUT in losses of copies that nobody learned."
                        + " AUC: how surely such models can be told from models without influence, target by target;"
                        + " LR AUC the same by the likelihood ratio of each target, all targets together. LOSS OF"
                        + " OTHERS: of training examples that nobody asked to forget, look-alikes included; COPIES"
                        + " that are still classified correctly; BEATEN BY: no worse in what is left, LR AUC, that"
                        + " loss, test accuracy and time, and better in one.");
        if (results.rows().stream().anyMatch(row -> row.writing().isPresent())) {
            console()
                    .out()
                    .println(
                            "EXTRACTED: texts that are gone on with word for word; ROUGE-L recall of what is written then,"
                                    + " on texts and on HELD-OUT ones. TRUTH RATIO TO 1: 1 where right answers are not told from"
                                    + " wrong ones; P that the ratios are those of the other models.");
        }
        console()
                .out()
                .println("Written: " + directory.resolve("influence.json") + " and "
                        + directory.resolve("influence.html"));
        console().out().flush();
        return ExitCode.OK;
    }

    private void section(InfluenceResults results, String title, Predicate<InfluenceResults.Row> wanted) {
        if (results.rows().stream().noneMatch(wanted)) {
            return;
        }
        console().out().println();
        console().out().println(title);
        var table = new Table(
                "MODEL",
                "TARGETS",
                "LEFT",
                "LEFT_P",
                "HELD-OUT",
                "MORE THAN RETRAINING",
                "P",
                "AUC",
                "LR AUC",
                "FORGOTTEN");
        for (InfluenceResults.Row row : results.rows()) {
            if (wanted.test(row)) {
                table.row(
                        row.model(),
                        group(row),
                        text(row.loss().pooled()),
                        text(row.confidence().pooled()),
                        row.heldOut().isEmpty()
                                ? NONE
                                : text(row.heldOut().get(0).pooled()),
                        text(row.gap()),
                        InfluenceResults.isMethod(row.model()) ? probability(row.adjusted()) : NONE,
                        text(row.area()),
                        row.ratios().isEmpty() ? NONE : text(row.ratios().get(0).auc()),
                        String.format(Locale.ROOT, "%.0f", row.collateral().forgotten()));
            }
        }
        table.print(console().out());
    }

    private void courses(InfluenceResults results) {
        if (results.courses().isEmpty()) {
            return;
        }
        console().out().println();
        console().out().println("Course with the number of look-alikes");
        var table = new Table("MODEL", "ARM", "SLOPE PER DOUBLING OF 1 + K", "K AT ONE HALF");
        results.courses()
                .forEach(course -> table.row(
                        course.model(),
                        course.control() ? "control" : "look-alikes",
                        text(course.slope()),
                        course.half() < 0 ? NONE : String.format(Locale.ROOT, "%.1f", course.half())));
        table.print(console().out());
    }

    private void frontier(InfluenceResults results) {
        if (results.frontier().isEmpty()) {
            return;
        }
        console().out().println();
        console().out().println("What it costs: targets with look-alikes");
        var table = new Table("MODEL", "LEFT", "LR AUC", "LOSS OF OTHERS", "TEST", "COPIES", "SECONDS", "BEATEN BY");
        for (InfluenceResults.Choice choice : results.frontier()) {
            table.row(
                    choice.model(),
                    String.format(Locale.ROOT, "%.2f", choice.left()),
                    Double.isNaN(choice.told()) ? NONE : String.format(Locale.ROOT, "%.2f", choice.told()),
                    String.format(Locale.ROOT, "%.2f", choice.thirdPartyLoss()),
                    String.format(Locale.ROOT, "%.3f", choice.test()),
                    String.format(Locale.ROOT, "%.3f", copies(results, choice)),
                    String.format(Locale.ROOT, "%.1f", choice.seconds()),
                    choice.beatenBy().isEmpty() ? NONE : choice.beatenBy());
        }
        table.print(console().out());
    }

    private static double copies(InfluenceResults results, InfluenceResults.Choice choice) {
        return results.rows().stream()
                .filter(row -> row.pooled() && !row.control() && row.model().equals(choice.model()))
                .findFirst()
                .orElseThrow()
                .collateral()
                .lookalikes();
    }

    private void trends(InfluenceResults results) {
        if (results.trends().isEmpty()) {
            return;
        }
        console().out().println();
        console().out().println("Course with the level of the strata, such as noise, where there are look-alikes");
        var table = new Table("MODEL", "ARM", "SLOPE PER 0.1");
        results.trends()
                .forEach(trend ->
                        table.row(trend.model(), trend.control() ? "control" : "look-alikes", text(trend.slope())));
        table.print(console().out());
    }

    private void writing(InfluenceResults results, Predicate<InfluenceResults.Row> wanted) {
        List<InfluenceResults.Row> rows = results.rows().stream()
                .filter(wanted.and(row -> row.writing().isPresent()))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        console().out().println();
        console().out().println("What is written of targets with look-alikes");
        var table = new Table(
                "MODEL",
                "EXTRACTED",
                "ROUGE-L",
                "MEMORIZED",
                "STRENGTH",
                "HELD-OUT ROUGE-L",
                "TRUTH RATIO TO 1",
                "P AS INFLUENCE-FREE",
                "P AS RETRAINED");
        for (InfluenceResults.Row row : rows) {
            InfluenceResults.Recited writing = row.writing().orElseThrow();
            table.row(
                    row.model(),
                    text(writing.targets().extraction()),
                    text(writing.targets().recall()),
                    text(writing.targets().memorization()),
                    text(writing.targets().strength()),
                    writing.heldOut().map(heldOut -> text(heldOut.recall())).orElse(NONE),
                    writing.truth().map(truth -> text(truth.closeness())).orElse(NONE),
                    agreement(writing, InfluenceResults.INFLUENCE_FREE),
                    agreement(writing, InfluenceResults.RETRAINED));
        }
        table.print(console().out());
    }

    private static String agreement(InfluenceResults.Recited writing, String against) {
        return writing.agreement(against).map(it -> probability(it.pValue())).orElse(NONE);
    }

    private static String probability(double p) {
        return p < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", p);
    }

    /** Which targets a row is about. */
    private static String group(InfluenceResults.Row row) {
        return !row.stratum().equals(InfluenceResults.ALL)
                ? row.stratum()
                : row.pooled() ? "K " + row.number() : "K = " + row.number();
    }

    private static String text(Estimate estimate) {
        return String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", estimate.value(), estimate.low(), estimate.high());
    }
}
