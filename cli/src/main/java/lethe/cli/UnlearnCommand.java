package lethe.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import lethe.catalog.Catalog;
import lethe.data.FileSelection;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.experiments.Execution;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.models.TorchScript;
import lethe.training.Checkpoints;
import lethe.training.Evaluation;
import lethe.unlearning.UnlearningMethod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "unlearn",
        header = "Make a trained model forget.",
        description = {
            "The settings of a method that the plan names are the plan's; of any other, its published ones.",
            "Examples:",
            "  lethe unlearn PLAN --model old.safetensors --method amun --to new.safetensors",
            "  lethe unlearn PLAN --forget ids.txt --method amun --model old --to new"
        })
final class UnlearnCommand extends LetheCommand {
    @Mixin
    private final PlanFile plan = new PlanFile();

    @Option(
            names = "--model",
            required = true,
            paramLabel = "FILE",
            description = "What 'lethe train' wrote, or a TorchScript file (.pt).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path modelFile;

    @Option(names = "--method", required = true, paramLabel = "NAME", description = "See 'lethe methods'.")
    private String method = "";

    @Option(
            names = "--forget",
            paramLabel = "FILE",
            description = "Ids of the examples to forget, one a line (default: what the plan says).")
    private @Nullable Path forget;

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "Where the weights are written.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path to;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Accuracies.requireNew(to);
        Plan read = plan.read();
        var experiment = new Experiment(forget == null ? read : read.forgetting(new FileSelection(forget.toString())));
        UnlearningMethod chosen = read.labelled().containsKey(method)
                ? java.util.Objects.requireNonNull(read.labelled().get(method))
                : Catalog.of(UnlearningMethod.class).get(method);
        Execution execution = experiment.plan().execution();
        Interruption stop = Interruption.install(console().err(), typed());
        var checkpoints = new Checkpoints(Path.of(to + ".unfinished"), execution.checkpoint());
        Engine.threads(execution.workers() * execution.threads());
        Map<String, Double> outcome = new LinkedHashMap<>();
        try (Scope scope = Scope.open(Device.of(execution.device()));
                ConsoleProgress progress = console().progress();
                Model original = open(experiment);
                Model unlearned = experiment.unlearn(chosen, original, progress, stop, checkpoints)) {
            write(unlearned);
            checkpoints.clear();
            var split = experiment.split();
            outcome.put("forget before", Evaluation.accuracy(original, split.forget()));
            outcome.put("forget after", Evaluation.accuracy(unlearned, split.forget()));
            outcome.put("retain before", Evaluation.accuracy(original, split.retain()));
            outcome.put("retain after", Evaluation.accuracy(unlearned, split.retain()));
            outcome.put("test before", Evaluation.accuracy(original, split.test()));
            outcome.put("test after", Evaluation.accuracy(unlearned, split.test()));
        }
        Accuracies.print(console(), outcome, to, json.asked);
        return ExitCode.OK;
    }

    private Model open(Experiment experiment) {
        var train = experiment.data().train();
        return isScript(modelFile)
                ? new TorchScript(modelFile).stored(train.shape(), train.outputs())
                : ModelFile.read(modelFile);
    }

    /** A model that came as a script leaves as one, so that its owner can load it where the original was loaded. */
    private void write(Model unlearned) {
        if (isScript(to)) {
            TorchScript.write(unlearned, to);
        } else {
            ModelFile.write(unlearned, to);
        }
    }

    private static boolean isScript(Path file) {
        String name = file.toString();
        return name.endsWith(".pt") || name.endsWith(".ts");
    }
}
