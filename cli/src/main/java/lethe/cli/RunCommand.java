package lethe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lethe.experiments.Experiment;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.report.Publication;
import lethe.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        header = "Do everything a plan says: train, unlearn, audit, report.",
        description = {
            "What is done already is reused, so the same command goes on after an interruption.",
            "Examples:",
            "  lethe run plans/cifar10-quick.yaml",
            "  lethe run plans/cifar10-quick.yaml --dry-run"
        })
final class RunCommand extends LetheCommand {
    @Mixin
    private final PlanArgument plan = new PlanArgument();

    @Option(names = "--dry-run", description = "Only list what would be done; the same as 'lethe plan'.")
    private boolean dryRun;

    @Option(names = "--fresh", description = "Start over; earlier results are moved aside, not deleted.")
    private boolean fresh;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() throws IOException {
        var experiment = new Experiment(plan.read());
        Path directory = plan.directory();
        if (dryRun) {
            return PlanCommand.print(console(), experiment, directory, json.asked);
        }
        if (fresh && Files.exists(directory)) {
            Path aside = asideOf(directory);
            Files.move(directory, aside);
            console().say("Moved earlier results to " + aside);
        }
        return run(console(), experiment, directory, typed(), json.asked);
    }

    static ExitCode run(Console console, Experiment experiment, Path directory, String command, boolean json) {
        Interruption stop = Interruption.install(console.err(), command);
        Results results;
        try (RunDirectory run = RunDirectory.open(directory)) {
            try (ConsoleProgress progress = console.progress()) {
                results = experiment.run(run, progress, stop);
            }
            Path report = Publication.write(results, run.root());
            print(console, results, report, json);
        }
        return ExitCode.OK;
    }

    static void print(Console console, Results results, Path report, boolean json) {
        if (json) {
            console.out().println(lethe.report.ResultsJson.toJson(results));
        } else {
            console.out().print(TextTable.of(results));
            console.out().println();
            console.out().println("Report: " + report);
        }
        console.out().flush();
    }

    private static Path asideOf(Path directory) {
        for (int n = 1; ; n++) {
            Path aside = directory.resolveSibling(directory.getFileName() + ".old-" + n);
            if (!Files.exists(aside)) {
                return aside;
            }
        }
    }
}
