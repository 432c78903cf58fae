package lethe.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.data.Holdout;
import lethe.data.NoAugmentation;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Seed;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Recipe;
import lethe.training.Trainer;
import lethe.training.Triangle;
import lethe.unlearning.AdversarialSet;
import lethe.unlearning.NearestAdversaries;

/**
 * The nearest adversaries of AMUN's Algorithm 1, searched for many images at once and for one after the other.
 *
 * <p>The gain has a limit: what one image alone leaves idle of the machine. It is told by the share of the machine's own
 * rate of fp32 matrix products that the steps of a search reach. A step needs two passes, one for the outputs and one
 * for the gradient of the input.
 */
final class Adversaries {
    private Adversaries() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "threads",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "images",
                "256",
                "network",
                "resnet9",
                "width",
                "16",
                "epochs",
                "4",
                "rate",
                "0.2",
                "warmup",
                "0",
                "rounds",
                "3");
        Engine.threads(arguments.integer("threads"));
        Bench.title("Nearest adversaries");

        int count = arguments.integer("images");
        Holdout data = new Glyphs(4000, Math.max(1000, 3 * count), 0, 0.05).load(Seed.of(1));
        var recipe = new Recipe(
                arguments.integer("epochs"),
                128,
                arguments.number("rate"),
                0.9,
                true,
                5e-4,
                new Triangle(),
                0,
                Precision.BF16,
                new NoAugmentation());
        var batched = new NearestAdversaries();
        var single = new NearestAdversaries(
                batched.initialRadius(),
                batched.stepsPerRadius(),
                batched.stepFraction(),
                batched.warmStart(),
                batched.minMargin(),
                1);
        int width = arguments.integer("width");
        Architecture network = Catalog.of(Architecture.class)
                .build(arguments.text("network"), width == 0 ? Map.of() : Map.of("width", width));
        try (Model model = new Trainer(recipe).fit(network, data.train(), Seed.of(1))) {
            Dataset known = classifiedRightly(model, data.test(), count);
            String many = "side by side, " + batched.batch() + " places";
            String one = "one after the other";
            Map<String, Runnable> variants = new LinkedHashMap<>();
            Map<String, Long> steps = new LinkedHashMap<>();
            variants.put(one, () -> steps.put(one, steps(single, model, known)));
            variants.put(many, () -> steps.put(many, steps(batched, model, known)));

            Map<String, double[]> seconds =
                    Bench.interleaved(arguments.integer("warmup"), arguments.integer("rounds"), variants);
            double[] baseline = Objects.requireNonNull(seconds.get(one));
            double rate = MatrixRate.measure(Precision.FP32);
            List<List<String>> rows = new ArrayList<>();
            seconds.forEach((name, own) -> {
                double all = Objects.requireNonNull(steps.get(name));
                double flops = 2 * Flops.forward(network, known.classes().size()) * all / Bench.median(own);
                rows.add(List.of(
                        name,
                        Bench.digits(Bench.median(own)),
                        Bench.digits(known.size() / Bench.median(own)),
                        Bench.digits(all / known.size()),
                        Bench.digits(1e3 * Bench.median(own) / all),
                        Bench.digits(flops / 1e9),
                        Bench.digits(100 * flops / rate) + " %",
                        Bench.digits(Bench.ratio(baseline, own)) + "×"));
            });
            Bench.table(
                    List.of(
                            "search",
                            "s",
                            "images/s",
                            "steps an image",
                            "ms a step and image",
                            "GFLOP/s",
                            "of the matrix rate",
                            "speed-up"),
                    rows);
            System.out.println(known.size() + " test images that " + network + " classifies rightly (accuracy "
                    + Bench.digits(100 * Evaluation.accuracy(model, data.test())) + " %); matrix rate "
                    + Bench.digits(rate / 1e9) + " GFLOP/s.");
        }
    }

    /** Searches; returns the steps of all images together. */
    private static long steps(NearestAdversaries search, Model model, Dataset images) {
        try (AdversarialSet found = search.search(model, images)) {
            return IntStream.range(0, images.size())
                    .mapToLong(found::steps)
                    .map(steps -> steps + 1) // the pass that sees success moves nothing
                    .sum();
        }
    }

    /** The first {@code count} examples that the model gets right, so that each needs a search. */
    private static Dataset classifiedRightly(Model model, Dataset data, int count) {
        float[] logits = Evaluation.logits(model, data);
        int classes = data.classes().size();
        int[] rows = IntStream.range(0, data.size())
                .filter(row -> IntStream.range(0, classes)
                        .allMatch(k -> logits[row * classes + k] <= logits[row * classes + data.label(row)]))
                .limit(count)
                .toArray();
        if (rows.length < count) {
            throw new IllegalStateException("The model classifies only " + rows.length + " of " + data.size()
                    + " images rightly, expected " + count + "; train longer with epochs=N");
        }
        return data.select(rows);
    }
}
