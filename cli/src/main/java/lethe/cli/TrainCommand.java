package lethe.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.experiments.Execution;
import lethe.experiments.Experiment;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.training.Checkpoints;
import lethe.training.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        header = "Train the plan's model on its whole training set.",
        description = {
            "An interrupted training goes on when the same command is given again.",
            "Examples:",
            "  lethe train plans/cifar10-quick.yaml --to original.safetensors"
        })
final class TrainCommand extends LetheCommand {
    @Mixin
    private final PlanFile plan = new PlanFile();

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "Where the weights are written.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path to;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Accuracies.requireNew(to);
        var experiment = new Experiment(plan.read());
        Execution execution = experiment.plan().execution();
        Interruption stop = Interruption.install(console().err(), typed());
        var checkpoints = new Checkpoints(Path.of(to + ".unfinished"), execution.checkpoint());
        // One model alone gets all the cores that a run would share among its workers.
        Engine.threads(execution.workers() * execution.threads());
        Map<String, Double> outcome = new LinkedHashMap<>();
        try (Scope scope = Scope.open(Device.of(execution.device()));
                ConsoleProgress progress = console().progress();
                Model model = experiment.train(progress, stop, checkpoints)) {
            ModelFile.write(model, to);
            checkpoints.clear();
            outcome.put("train", Evaluation.accuracy(model, experiment.data().train()));
            outcome.put("test", Evaluation.accuracy(model, experiment.data().test()));
        }
        Accuracies.print(console(), outcome, to, json.asked);
        return ExitCode.OK;
    }
}
