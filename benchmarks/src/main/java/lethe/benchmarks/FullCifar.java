package lethe.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lethe.catalog.Catalog;
import lethe.data.Augmentation;
import lethe.data.Cifar10;
import lethe.data.Holdout;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Checkpoints;
import lethe.training.Descent;
import lethe.training.Evaluation;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * The accuracy that a network and a recipe reach on all of CIFAR-10, and in what time. With {@code checkpoint=DIR} a killed
 * run goes on where it stopped.
 */
final class FullCifar {
    private FullCifar() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "data",
                "data/cifar10",
                "threads",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "architecture",
                "resnet9",
                "width",
                "32",
                "train",
                "0",
                "epochs",
                "8",
                "batch",
                "256",
                "rate",
                "0.4",
                "momentum",
                "0.9",
                "decay",
                "5e-4",
                "smoothing",
                "0.1",
                "schedule",
                "triangle",
                "augmentation",
                "crop-flip",
                "precision",
                "bf16",
                "every",
                "1",
                "checkpoint",
                "",
                "seed",
                "1");
        Engine.threads(arguments.integer("threads"));
        Holdout data = new Cifar10(arguments.text("data"), arguments.integer("train"), 0, "").load(Seed.of(0));
        Bench.title(
                String.format(Locale.ROOT, "CIFAR-10, %,d images", data.train().size()));
        Architecture architecture = Catalog.of(Architecture.class)
                .build(
                        arguments.text("architecture"),
                        arguments.integer("width") == 0 ? Map.of() : Map.of("width", arguments.integer("width")));
        Schedule schedule = Catalog.of(Schedule.class).get(arguments.text("schedule"));
        var source = new Source(data.train(), Catalog.of(Augmentation.class).get(arguments.text("augmentation")));
        Seed seed = Seed.of(arguments.integer("seed"));
        int epochs = arguments.integer("epochs");
        int every = arguments.integer("every");

        List<List<String>> rows = new ArrayList<>();
        try (Model model = architecture.create(data.train().shape(), 10, seed.derive("weights"));
                Sgd optimizer =
                        new Sgd(model.weights(), arguments.number("momentum"), true, arguments.number("decay"))) {
            model.precision(Precision.valueOf(arguments.text("precision").toUpperCase(Locale.ROOT)));
            long[] clock = {System.nanoTime(), 0}; // start of the present stretch, nanoseconds of training so far
            Trial trial = Trial.of(seed);
            if (!arguments.text("checkpoint").isEmpty()) {
                // A resumed run does not evaluate the epochs that it skips, and its clock begins anew.
                trial = trial.resumable(new Checkpoints(Path.of(arguments.text("checkpoint")), Duration.ofMinutes(2)));
            }
            new Descent(model, optimizer, arguments.number("rate"), schedule, trial)
                    .run(
                            epochs,
                            epoch -> List.of(new Pass(
                                    Batches.shuffled(arguments.integer("batch"), seed.derive("epoch", epoch), source),
                                    batch -> model.logits(batch.inputs())
                                            .crossEntropy(batch.labels(), arguments.number("smoothing")))),
                            epoch -> {
                                clock[1] += System.nanoTime() - clock[0];
                                if ((epoch + 1) % every == 0 || epoch == epochs - 1) {
                                    double accuracy = Evaluation.accuracy(model, data.test());
                                    rows.add(List.of(
                                            Integer.toString(epoch + 1),
                                            Bench.digits(clock[1] * 1e-9),
                                            String.format(Locale.ROOT, "%.2f %%", 100 * accuracy)));
                                    System.err.println(rows.get(rows.size() - 1));
                                }
                                clock[0] = System.nanoTime();
                                return false;
                            });
        }
        System.out.println(architecture + ", " + arguments.text("precision") + ", batch " + arguments.text("batch")
                + ", rate " + arguments.text("rate") + " (" + schedule + "), weight decay " + arguments.text("decay")
                + ", label smoothing " + arguments.text("smoothing") + ", " + source.augmentation() + ", seed "
                + arguments.text("seed") + "\n");
        Bench.table(List.of("epoch", "seconds of training", "test accuracy"), rows);
    }
}
