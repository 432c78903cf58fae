package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lethe.attacks.Signal;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.experiments.Verdict;
import lethe.report.Publication;
import lethe.report.ScoresPublication;
import lethe.scores.Given;
import lethe.scores.ScoreArrays;
import lethe.scores.ScoreCsv;
import lethe.scores.ScoreSheet;
import lethe.scores.ScoresAudit;
import lethe.scores.ScoresResults;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "audit",
        header = "Attack the models of a finished run again, or models of which you have only scores.",
        description = {
            "Trains nothing. Ends with code 3 if a method of a run, apart from doing nothing, is told from exact"
                    + " retraining; scores alone give no verdict.",
            "Examples:",
            "  lethe audit out/cifar10-quick",
            "  lethe audit --scores losses.csv",
            "  lethe audit --scores phi.npy --members keep.npy --values phi --out out/mine"
        })
final class AuditCommand extends LetheCommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Directory of a run (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of(".");

    @ArgGroup(exclusive = false, heading = "%nScores of your own models:%n")
    private @Nullable OwnScores own;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        if (own != null) {
            return audit(own);
        }
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

    private ExitCode audit(OwnScores own) {
        var audit = new ScoresAudit(own.fprs, own.seed);
        ScoresResults results = audit.run(own.scores.toString(), own.read(audit.signals()));
        console()
                .out()
                .print(json.asked ? ScoresPublication.toJson(results) + "\n" : ScoresPublication.toText(results));
        if (own.out != null) {
            Path page = ScoresPublication.write(results, own.out);
            console().say("Written: " + page);
        }
        console().out().flush();
        return ExitCode.OK;
    }

    /** What is given instead of a run. */
    private static final class OwnScores {
        @Option(
                names = "--scores",
                required = true,
                paramLabel = "FILE",
                description = "A table (.csv) or a NumPy array (.npy), models by examples.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private Path scores;

        @Option(names = "--members", paramLabel = "FILE", description = "With .npy: who was trained on, and forgotten.")
        private @Nullable Path members;

        @Option(
                names = "--labels",
                paramLabel = "FILE",
                description = "With .npy: classes; the scores are then logits.")
        private @Nullable Path labels;

        @Option(
                names = "--values",
                paramLabel = "WHAT",
                description = "With .npy: loss, confidence, phi, or score (any, larger for members).")
        private @Nullable String values;

        @Option(names = "--original", paramLabel = "FILE", description = "With .npy: the same before unlearning.")
        private @Nullable Path original;

        @Option(names = "--retrained", paramLabel = "FILE", description = "With .npy: the same after retraining.")
        private @Nullable Path retrained;

        @Option(
                names = "--fpr",
                paramLabel = "RATE",
                split = ",",
                description = "False-positive rates to report at (default: 0.01,0.05).")
        private List<Double> fprs = List.of(0.01, 0.05);

        @Option(names = "--seed", paramLabel = "N", description = "Of folds and resamples (default: 1).")
        private long seed = 1;

        @Option(names = "--out", paramLabel = "DIR", description = "Also write scores.md, scores.csv and scores.json.")
        private @Nullable Path out;

        ScoreSheet read(Set<Signal> signals) {
            if (!scores.toString().endsWith(".npy")) {
                if (members != null || labels != null || values != null || original != null || retrained != null) {
                    throw new IllegalArgumentException("A table says everything in its columns; --members, --labels,"
                            + " --values, --original and --retrained go with .npy, but --scores is " + scores);
                }
                return ScoreCsv.read(scores, signals);
            }
            if (members == null) {
                throw new IllegalArgumentException("--scores " + scores
                        + " needs --members FILE, an array that says which" + " examples each model was trained on");
            }
            return new ScoreArrays(
                            scores,
                            Optional.ofNullable(original),
                            Optional.ofNullable(retrained),
                            members,
                            Optional.ofNullable(labels),
                            Optional.ofNullable(values).map(OwnScores::given))
                    .read(signals);
        }

        private static Given given(String word) {
            return Given.of(word)
                    .orElseThrow(() -> new IllegalArgumentException("--values is '" + word + "', expected one of "
                            + String.join(", ", Given.words()) + "; logits are said by giving --labels"));
        }
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
