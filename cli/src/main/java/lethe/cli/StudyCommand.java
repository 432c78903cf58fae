package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lethe.catalog.Catalog;
import lethe.claims.Claim;
import lethe.claims.Finding;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.report.ClaimsReport;
import lethe.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "study",
        header = "Examine a claim of Hayes et al. (2024) by what a finished run has stored.",
        description = {
            "Trains nothing. Writes claims.html, .md and .json into the run's directory.",
            "  c1  per-example attacks are much stronger than population attacks",
            "  c2  commonly used attacks overestimate the protection",
            "  c3  vulnerability varies a lot between examples",
            "  c4  unlearning lowers it for some forgotten examples and raises it for others",
            "  c5  it may worsen the privacy of examples that stay",
            "  c6  examples unlearn at different rates (needs audit.trajectory)",
            "  c7  naive stopping rules do not help (needs audit.trajectory)",
            "Examples:",
            "  lethe study c4 out/cifar10-quick",
            "  lethe study all plans/cifar10-quick.yaml"
        })
final class StudyCommand extends LetheCommand {
    private static final String ALL = "all";

    @Parameters(index = "0", paramLabel = "CLAIM", description = "One of c1 to c7, or all.")
    private String claim = ALL;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RUN",
            description = "Directory of a run, or the plan of one in out/ (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of(".");

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Catalog<Claim> catalog = Catalog.of(Claim.class);
        List<Claim> claims = claim.equals(ALL) ? List.copyOf(catalog.all().values()) : List.of(catalog.get(claim));
        boolean isPlan = Files.isRegularFile(run);
        Path directory = isPlan ? PlanArgument.directory(null, run, "") : run;
        Path file = directory.resolve("results.json");
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(directory + " has no results.json; finish it with 'lethe run"
                    + (isPlan ? " " + run + "'" : "', or audit it with 'lethe audit " + directory + "'"));
        }
        Results results = ResultsJson.read(file);
        var experiment = new Experiment(Plan.read(isPlan ? run : directory.resolve("plan.yaml")));
        List<Finding> findings;
        try (RunDirectory opened = RunDirectory.open(directory)) {
            try (ConsoleProgress progress = console().progress()) {
                findings = experiment.study(opened, results, claims, progress);
            }
            ClaimsReport.write(results, findings, directory);
        }
        if (json.asked) {
            console().out().println(ClaimsReport.toJson(results, findings));
        } else {
            console().out().print(ClaimsReport.toText(findings));
            console().out().println();
            console().out().println("Written: " + directory.resolve("claims.html"));
        }
        console().out().flush();
        return ExitCode.OK;
    }
}
