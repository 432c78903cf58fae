package lethe.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import lethe.engine.AdamW;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Generation;
import lethe.models.Gpt;
import lethe.models.Model;

/**
 * Tokens a second of a small GPT and of the shape of GPT-2 with 124 million parameters: a step of training (forward,
 * backward, AdamW) in 32-bit floats and in bfloat16 with 32-bit master weights, under each number of threads, and
 * greedy generation with a cache. {@code reference/language_model_speed.py} measures the same in Python.
 */
final class LanguageModels {
    private LanguageModels() {}

    /** A network, the ids it knows, and the texts of a step. */
    private record Shape(String name, Gpt network, int vocabulary, int texts, int tokens) {
        double stepFlops() {
            return Flops.PASSES_PER_STEP * Flops.forward(network, vocabulary, tokens) * texts;
        }
    }

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "networks",
                "micro,gpt2",
                "threads",
                "1,2",
                "gpt2-texts",
                "4",
                "gpt2-tokens",
                "256",
                "new-tokens",
                "32",
                "matrix",
                "2048",
                "warmup",
                "1",
                "rounds",
                "5");
        Set<String> networks = Set.of(arguments.text("networks").split(","));
        List<Shape> shapes = new ArrayList<>();
        shapes.add(new Shape("micro", Gpt.micro(), 65, 32, 64));
        shapes.add(new Shape(
                "gpt2",
                new Gpt(12, 12, 768, 1024),
                50_257,
                arguments.integer("gpt2-texts"),
                arguments.integer("gpt2-tokens")));
        shapes.removeIf(shape -> !networks.contains(shape.name));
        Bench.title("Language models");

        List<List<String>> training = new ArrayList<>();
        List<List<String>> generation = new ArrayList<>();
        for (String threads : arguments.text("threads").split(",")) {
            Engine.threads(Integer.parseInt(threads));
            Map<Precision, Double> rates = new EnumMap<>(Precision.class);
            MatrixRate.raise(rates, arguments.integer("matrix"), 1, 3);
            for (Shape shape : shapes) {
                training.addAll(
                        training(shape, threads, rates, arguments.integer("warmup"), arguments.integer("rounds")));
                generation.addAll(generation(shape, threads, arguments.integer("new-tokens")));
            }
        }
        Bench.table(
                List.of(
                        "network",
                        "threads",
                        "training",
                        "step, s",
                        "tokens/s",
                        "GFLOP/s",
                        "of the matrix rate",
                        "speed-up"),
                training);
        Bench.table(List.of("network", "threads", "texts together", "new tokens/s"), generation);
    }

    private static List<List<String>> training(
            Shape shape, String threads, Map<Precision, Double> rates, int warmUp, int rounds) {
        try (Scope scope = Scope.open();
                Model model = shape.network.create(new long[] {shape.tokens}, shape.vocabulary, Seed.of(1));
                AdamW optimizer = new AdamW(model.weights(), 0.1)) {
            Tensor ids = ids(shape, 1);
            Tensor labels = ids(shape, 2);
            model.training(true);
            Map<String, Runnable> variants = new LinkedHashMap<>();
            for (Precision precision : Precision.values()) {
                variants.put(precision.name(), () -> {
                    model.precision(precision);
                    try (Scope step = Scope.open()) {
                        optimizer.minimize(model.logits(ids).crossEntropy(labels), 1e-4);
                    }
                });
            }
            Map<String, double[]> seconds = Bench.interleaved(warmUp, rounds, variants);
            double[] plain = Objects.requireNonNull(seconds.get(Precision.FP32.name()));
            return seconds.entrySet().stream()
                    .map(entry -> {
                        double step = Bench.median(entry.getValue());
                        double rate = shape.stepFlops() / step;
                        double limit = Objects.requireNonNull(rates.get(Precision.valueOf(entry.getKey())));
                        return List.of(
                                shape.name,
                                threads,
                                entry.getKey(),
                                Bench.digits(step),
                                Bench.digits(shape.texts * shape.tokens / step),
                                Bench.digits(rate / 1e9),
                                Bench.digits(100 * rate / limit) + " %",
                                Bench.digits(Bench.ratio(plain, entry.getValue())) + "×");
                    })
                    .toList();
        }
    }

    private static List<List<String>> generation(Shape shape, String threads, int newTokens) {
        List<List<String>> rows = new ArrayList<>();
        try (Model model = shape.network.create(new long[] {shape.tokens}, shape.vocabulary, Seed.of(1))) {
            for (int texts : new int[] {1, 16}) {
                int[][] prompts = new int[texts][8];
                for (int[] prompt : prompts) {
                    Arrays.setAll(prompt, i -> i);
                }
                Runnable run = () ->
                        Generation.greedy(newTokens).continuations(model, Arrays.asList(prompts), Set.of(), Seed.of(1));
                double[] seconds = Objects.requireNonNull(
                        Bench.interleaved(1, 3, Map.of("run", run)).get("run"));
                rows.add(List.of(
                        shape.name,
                        threads,
                        Integer.toString(texts),
                        Bench.digits(texts * newTokens / Bench.median(seconds))));
            }
        }
        return rows;
    }

    private static Tensor ids(Shape shape, long seed) {
        long[] drawn = Seed.of(seed)
                .random()
                .longs((long) shape.texts * shape.tokens, 0, shape.vocabulary)
                .toArray();
        return Tensor.of(drawn).reshape(shape.texts, shape.tokens);
    }
}
