package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import lethe.experiments.Results;
import lethe.report.Publication;
import lethe.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        header = "Draw the report of a finished run again, from results.json.",
        description = {"Examples:", "  lethe report out/cifar10-quick"})
final class ReportCommand extends LetheCommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Directory of a run (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of(".");

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Path file = run.resolve("results.json");
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(run
                    + " has no results.json; finish it with 'lethe run', or audit it with 'lethe audit " + run + "'");
        }
        Results results = ResultsJson.read(file);
        RunCommand.print(console(), results, Publication.write(results, run), json.asked);
        return ExitCode.OK;
    }
}
