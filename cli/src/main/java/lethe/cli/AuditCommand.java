package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.experiments.Verdict;
import lethe.report.Publication;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "audit",
        header = "Attack the models of a finished run again, from their stored signals.",
        description = {
            "Trains nothing. Ends with code 3 if a method, apart from doing nothing, is told from exact retraining.",
            "Examples:",
            "  lethe audit out/cifar10-quick"
        })
final class AuditCommand extends LetheCommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Directory of a run (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of(".");

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        var experiment = new Experiment(planOf(run));
        Results results;
        try (RunDirectory directory = RunDirectory.open(run)) {
            try (ConsoleProgress progress = console().progress()) {
                results = experiment.audit(directory, progress);
            }
            RunCommand.print(console(), results, Publication.write(results, run), json.asked);
        }
        return results.methods().stream().anyMatch(AuditCommand::fails) ? ExitCode.AUDIT_FAILED : ExitCode.OK;
    }

    /** The plan that a run directory was made by. */
    static Plan planOf(Path run) {
        Path plan = run.resolve("plan.yaml");
        if (!Files.exists(plan)) {
            throw new IllegalArgumentException(
                    run + " is no run directory: it has no plan.yaml; expected what 'lethe run'"
                            + " wrote, such as out/demo");
        }
        return Plan.read(plan);
    }

    /** The ceiling is there to be caught. */
    private static boolean fails(Results.MethodResult method) {
        return !method.name().equals("identity")
                && (method.verdict() instanceof Verdict.Distinguishable
                        || method.verdict() instanceof Verdict.OverUnlearned);
    }
}
