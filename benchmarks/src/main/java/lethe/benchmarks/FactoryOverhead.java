package lethe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.experiments.Experiment;
import lethe.experiments.Isolation;
import lethe.experiments.Plan;
import lethe.experiments.RunDirectory;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Progress;

/**
 * What a run spends on neither training nor unlearning nor evaluation, and how it scales with its workers. Each variant
 * does the same worlds from nothing; starting processes and reading data counts as overhead.
 */
final class FactoryOverhead {
    private static final String PLAN = """
            data: {name: glyphs, train: %d, test: 500}
            forget: {name: random, fraction: 0.1}
            model: {name: resnet9, width: %d}
            training: {epochs: %d}
            methods: [{name: finetune, epochs: 1}]
            audit: {worlds: %d, pool: 400, forgetSets: 1, evaluation: 500, attacks: [loss-threshold], fprs: [0.1], bootstrap: 20}
            execution: {workers: %d, threads: 1}
            """;

    private FactoryOverhead() {}

    /**
     * One run.
     *
     * @param wall seconds it took
     * @param work seconds of all trainings and unlearnings
     */
    private record Sitting(double wall, double work) {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "workers",
                "1,2",
                "worlds",
                "8",
                "width",
                "16",
                "images",
                "4000",
                "epochs",
                "3",
                "rounds",
                "3",
                "isolations",
                "thread,process");
        int[] counts = Arrays.stream(arguments.text("workers").split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        int worlds = arguments.integer("worlds");
        Engine.threads(1);
        Bench.title("Overhead of runs");

        Map<String, Plan> plans = new LinkedHashMap<>();
        Map<String, Isolation> isolations = new LinkedHashMap<>();
        for (String isolated : arguments.text("isolations").split(",", -1)) {
            Isolation isolation = Isolation.valueOf(isolated.toUpperCase(Locale.ROOT));
            for (int count : counts) {
                String name = count + " × " + isolation;
                String yaml = PLAN.formatted(
                        arguments.integer("images"),
                        arguments.integer("width"),
                        arguments.integer("epochs"),
                        worlds,
                        count);
                plans.put(name, Plan.parse(yaml, "FactoryOverhead"));
                isolations.put(name, isolation);
            }
        }
        Map<String, List<Sitting>> sittings = new LinkedHashMap<>();
        for (int round = 0; round < arguments.integer("rounds"); round++) {
            plans.forEach((name, plan) -> sittings.computeIfAbsent(name, it -> new ArrayList<>())
                    .add(run(plan, Objects.requireNonNull(isolations.get(name)))));
        }

        double evaluation = evaluation(new Experiment(plans.values().iterator().next()));
        // Each original twice, the second time as the ceiling's; retraining and fine-tuning once in each world.
        double evaluations = evaluation * (1 + worlds) * (2 + 2);
        List<List<String>> rows = new ArrayList<>();
        sittings.forEach((name, own) -> {
            int count = Objects.requireNonNull(plans.get(name)).execution().workers();
            double wall = median(own, Sitting::wall);
            double work = median(own, Sitting::work);
            String first = counts[0] + " × " + isolations.get(name);
            double alone = median(Objects.requireNonNull(sittings.get(first)), Sitting::wall);
            rows.add(List.of(
                    name,
                    Bench.digits(wall),
                    Bench.digits(3600 * (1 + worlds) / wall),
                    Bench.digits(work),
                    Bench.digits(evaluations),
                    Bench.digits(100 * (1 - (work + evaluations) / (count * wall))) + " %",
                    Bench.digits(alone / wall) + "×"));
        });
        Bench.table(
                List.of("workers", "s", "worlds an hour", "s of steps", "s of evaluation", "overhead", "speed-up"),
                rows);
        System.out.println("Overhead is the share of workers × time that went into neither. One evaluation, of "
                + Bench.digits(1000 * evaluation)
                + " ms, was timed alone, so on a busy machine overhead shows too large.");
    }

    private static double median(List<Sitting> sittings, ToDoubleFunction<Sitting> part) {
        return Bench.median(sittings.stream().mapToDouble(part).toArray());
    }

    private static Sitting run(Plan plan, Isolation isolation) {
        try {
            Path folder = Files.createTempDirectory("lethe-overhead");
            try (RunDirectory run = RunDirectory.open(folder)) {
                var experiment = new Experiment(plan);
                Set<Integer> worlds =
                        IntStream.rangeClosed(0, plan.audit().worlds()).boxed().collect(Collectors.toSet());
                double wall = Bench.seconds(
                        () -> experiment.runWorlds(run, worlds, isolation, Progress.silent(), () -> false));
                return new Sitting(
                        wall, experiment.audit(run, Progress.silent()).seconds());
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the runs that are timed", e);
        }
    }

    /** Seconds of one evaluation: the pool, the retained sample and the test examples. */
    private static double evaluation(Experiment experiment) {
        Dataset train = experiment.data().train();
        Plan plan = experiment.plan();
        int evaluated = plan.audit().pool() + plan.audit().evaluation();
        Dataset some = train.select(IntStream.range(0, evaluated).toArray());
        double[] seconds = new double[5];
        try (Scope scope = Scope.open();
                Model model = plan.model().create(train.shape(), train.classes().size(), Seed.of(1))) {
            for (int i = 0; i < seconds.length; i++) {
                seconds[i] = Bench.seconds(() -> {
                    Evaluation.logits(model, some);
                    Evaluation.logits(model, experiment.data().test());
                });
            }
        }
        return Bench.median(seconds);
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
