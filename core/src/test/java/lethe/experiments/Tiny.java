package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lethe.metrics.Estimate;
import lethe.training.Progress;

/** A plan of seconds, and what its tests have in common. */
final class Tiny {
    private static final String YAML = """
            title: Tiny
            data: {name: glyphs, train: 120, test: 40}
            forget: {name: random, fraction: 0.1}
            model: {name: mlp, hidden: [16]}
            training: {epochs: 3, batch: 32, learningRate: 0.05, precision: fp32}
            methods:
              - {name: finetune, epochs: 1}
              - {name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}
            audit: {worlds: 8, pool: 40, forgetSets: 2, evaluation: 40, attacks: [loss-threshold, u-lira], fprs: [0.1], bootstrap: 50}
            execution: {workers: 2, threads: 1}
            """;

    private static final Estimate NO_TIME = new Estimate(0, 0, 0);

    private Tiny() {}

    /**
     * The plan with some of its text replaced.
     *
     * @param changes pairs of what is written and what to write instead
     */
    static Plan plan(String... changes) {
        String yaml = YAML;
        for (int i = 0; i < changes.length; i += 2) {
            if (!yaml.contains(changes[i])) {
                throw new IllegalArgumentException("The plan says nowhere '" + changes[i] + "'");
            }
            yaml = yaml.replace(changes[i], changes[i + 1]);
        }
        return Plan.parse(yaml, "tiny.yaml");
    }

    static Results run(Plan plan, Path directory) {
        try (RunDirectory run = RunDirectory.open(directory)) {
            return new Experiment(plan).run(run, Progress.silent(), () -> false);
        }
    }

    static Forecast forecast(Plan plan, Path directory) {
        try (RunDirectory run = RunDirectory.open(directory)) {
            return new Experiment(plan).forecast(run, false);
        }
    }

    /** What was found, apart from how long it took. */
    static List<Results.MethodResult> timeless(Results results) {
        return results.methods().stream().map(Tiny::timeless).toList();
    }

    private static Results.MethodResult timeless(Results.MethodResult it) {
        Results.Accuracy accuracy = it.accuracy();
        Results.Deployed deployed = it.deployed();
        return new Results.MethodResult(
                it.name(),
                it.label(),
                it.settings(),
                it.source(),
                it.work(),
                new Results.Accuracy(
                        accuracy.forget(),
                        accuracy.retain(),
                        accuracy.test(),
                        accuracy.averageGap(),
                        accuracy.gapAttack(),
                        NO_TIME,
                        0,
                        accuracy.runs()),
                it.trajectory(),
                new Results.Deployed(
                        deployed.modelFile(),
                        deployed.modelDigest(),
                        deployed.forgetAccuracy(),
                        deployed.retainAccuracy(),
                        deployed.testAccuracy(),
                        0),
                it.confidences(),
                it.attacks(),
                it.comparisons(),
                it.vulnerability(),
                it.strata(),
                it.verdict());
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
