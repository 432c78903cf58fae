package lethe.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lethe.catalog.Catalog;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.data.NoAugmentation;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Seed;
import lethe.models.Architecture;
import lethe.training.Recipe;
import lethe.training.Trainer;
import lethe.training.Triangle;

/**
 * Shadow models an hour: as many one-thread workers as there are cores, against one worker with all of them. Both train
 * the same number of models by the same recipe on the same images.
 */
final class ShadowThroughput {
    private ShadowThroughput() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "workers",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "network",
                "resnet9",
                "width",
                "16", // 0 for the network's own
                "images",
                "4000",
                "batch",
                "128",
                "epochs",
                "3",
                "warmup",
                "1",
                "rounds",
                "5");
        int workers = arguments.integer("workers");
        Engine.threads(workers);
        Bench.title("Shadow models an hour");

        Dataset images = new Glyphs(arguments.integer("images"), 10, 0.1, 0.05)
                .load(Seed.of(1))
                .train();
        var recipe = new Recipe(
                arguments.integer("epochs"),
                arguments.integer("batch"),
                0.2,
                0.9,
                true,
                5e-4,
                new Triangle(),
                0,
                Precision.BF16,
                new NoAugmentation());
        int width = arguments.integer("width");
        Architecture network = Catalog.of(Architecture.class)
                .build(arguments.text("network"), width == 0 ? Map.of() : Map.of("width", width));
        String together = "1 worker, " + workers + " threads";
        String apart = workers + " workers, 1 thread each";
        Map<String, Runnable> variants = new LinkedHashMap<>();
        variants.put(together, () -> train(1, workers, workers, network, recipe, images));
        variants.put(apart, () -> train(workers, 1, workers, network, recipe, images));

        Map<String, double[]> seconds =
                Bench.interleaved(arguments.integer("warmup"), arguments.integer("rounds"), variants);
        double[] baseline = Objects.requireNonNull(seconds.get(together));
        List<List<String>> rows = new ArrayList<>();
        seconds.forEach((name, own) -> rows.add(List.of(
                name,
                Bench.digits(Bench.median(own) / workers),
                Bench.digits(3600 * workers / Bench.median(own)),
                Bench.digits(workers * (double) images.size() * recipe.epochs() / Bench.median(own)),
                Bench.digits(Bench.ratio(baseline, own)) + "×")));
        Bench.table(List.of("workers", "s a model", "models an hour", "images/s", "speed-up"), rows);
        System.out.println(network + ", " + images.size() + " images, " + recipe.epochs()
                + " epochs, batch " + recipe.batch() + ", bf16. Perfect scaling of workers would make " + workers
                + "× of one thread alone.");
    }

    /** Trains {@code models} models on {@code workers} threads of {@code engineThreads} engine threads each. */
    private static void train(
            int workers, int engineThreads, int models, Architecture network, Recipe recipe, Dataset images) {
        ExecutorService pool = Executors.newFixedThreadPool(
                workers,
                task -> new Thread(() -> {
                    Engine.threads(engineThreads);
                    task.run();
                }));
        try {
            List<Future<?>> trainings = new ArrayList<>();
            for (int i = 0; i < models; i++) {
                Seed seed = Seed.of(i);
                trainings.add(pool.submit(
                        () -> new Trainer(recipe).fit(network, images, seed).close()));
            }
            for (Future<?> training : trainings) {
                training.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while training", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A training failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }
}
