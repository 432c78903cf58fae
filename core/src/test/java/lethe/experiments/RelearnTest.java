package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.engine.Engine;
import lethe.engine.Seed;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.models.Model;
import lethe.report.ResultsJson;
import lethe.training.Evaluation;
import lethe.training.Trainer;
import lethe.training.Trial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelearnTest {
    private static final String ASKED = "bootstrap: 50, relearn: {steps: 8, batch: 8}";

    private static double loss(Model model, Dataset data) {
        int[] rows = IntStream.range(0, data.size()).toArray();
        return Intervals.mean(Relearn.losses(Evaluation.answers(model, data), data, rows));
    }

    private static Relearned relearned(int steps, double loss, Model model, Dataset forget) {
        var relearn = new Relearn(steps, 8, Optional.of(0.01), Optional.of(loss));
        return relearn.of(model, forget, relearn.target(new double[] {7}), Trial.seeded(3));
    }

    @Test
    void stepsAreCountedUntilTheLossIsReachedAndTheModelStaysAsItWas() {
        Engine.threads(1);
        Setting setting = new Setting(Tiny.plan());
        Dataset train = setting.train();
        Dataset forget = train.select(IntStream.range(0, 20).toArray());
        try (Model model = setting.plan().model().create(train.shape(), train.outputs(), Seed.of(1))) {
            double before = loss(model, forget);
            float[] weights = model.weights().values().toFloats();

            Relearned some = relearned(200, before / 2, model, forget);
            Relearned more = relearned(200, before / 4, model, forget);

            assertThat(some.reached()).isTrue();
            assertThat(some.steps()).isBetween(2, 199);
            assertThat(more.steps()).isGreaterThan(some.steps());
            assertThat(relearned(some.steps(), before / 2, model, forget)).isEqualTo(some);
            assertThat(relearned(some.steps() - 1, before / 2, model, forget))
                    .isEqualTo(new Relearned(some.steps() - 1, false, before / 2));
            assertThat(relearned(5, before + 1e-6, model, forget).steps()).isZero();
            assertThat(model.weights().values().toFloats()).containsExactly(weights);
            assertThat(model.isTraining()).isFalse();
        }
    }

    @Test
    void stepsThatRunAwayAreGivenUp() {
        Setting setting = new Setting(Tiny.plan());
        Dataset forget = setting.train().select(IntStream.range(0, 20).toArray());
        var relearn = new Relearn(30, 8, Optional.of(1e30), Optional.of(1e-3));
        try (Model model = setting.plan().model().create(forget.shape(), forget.outputs(), Seed.of(1))) {
            assertThat(relearn.of(model, forget, 1e-3, Trial.seeded(3))).isEqualTo(new Relearned(30, false, 1e-3));
        }
    }

    @Test
    void theOriginalHasNothingToLearn() {
        Setting setting = new Setting(Tiny.plan());
        Dataset train = setting.train();
        int[] rows = {3, 5, 8, 13, 21};
        try (Model original =
                new Trainer(setting.plan().training()).fit(setting.plan().model(), train, Seed.of(1))) {
            double target = new Relearn().target(Relearn.losses(Evaluation.answers(original, train), train, rows));

            assertThat(target).isCloseTo(loss(original, train.select(rows)) + 0.1, within(1e-6));
            assertThat(new Relearn().of(original, train.select(rows), target, Trial.seeded(3)))
                    .isEqualTo(new Relearned(0, true, target));
        }
    }

    @Test
    void aRunTellsHowSoonEachMethodLearnsAgainAndChangesNothingElse(@TempDir Path asked, @TempDir Path plain)
            throws IOException {
        String[] small = {"worlds: 8", "worlds: 6"};
        Plan plan = Tiny.plan("worlds: 8", "worlds: 6", "bootstrap: 50", ASKED);

        Results results = Tiny.run(plan, asked);
        Results without = Tiny.run(Tiny.plan(small), plain);

        assertThat(Tiny.timeless(results)).isEqualTo(Tiny.timeless(without)); // which leaves distances out
        assertThat(relearning(without)).isEmpty();
        List<Results.Relearning> all = relearning(results);
        assertThat(all).hasSize(4).allMatch(it -> it.budget() == 8 && it.runs() == 12);
        assertThat(all.get(0).sooner()).isEqualTo(new Estimate(0.5, 0.5, 0.5));
        assertThat(all.get(0).steps().value()).isPositive();
        assertThat(all.get(1).steps()).isEqualTo(new Estimate(0, 0, 0));
        assertThat(all.get(1).sooner().value()).isGreaterThan(0.9);
        assertThat(all).allMatch(it -> it.sooner().low() >= 0 && it.sooner().high() <= 1);
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(results))).isEqualTo(results);

        long lines = Files.lines(asked.resolve("results.jsonl")).count();
        assertThat(Tiny.run(plan, asked)).isEqualTo(results);
        assertThat(Files.lines(asked.resolve("results.jsonl")).count()).isEqualTo(lines);
    }

    private static List<Results.Relearning> relearning(Results results) {
        return results.methods().stream()
                .flatMap(method -> method.distance().flatMap(Results.Distance::relearning).stream())
                .toList();
    }

    @Test
    void onlyTheUnlearningsThatAreTaughtAgainHaveOtherKeys() {
        var plain = new Setting(Tiny.plan());
        var asked = new Setting(Tiny.plan("bootstrap: 50", ASKED));
        World deployed = plain.worlds().get(0);
        World world = plain.worlds().get(1);
        var method = plain.plan().methods().get(2);

        assertThat(asked.training(world)).isEqualTo(plain.training(world));
        assertThat(asked.unlearning(deployed, 0, "m", method)).isEqualTo(plain.unlearning(deployed, 0, "m", method));
        assertThat(asked.unlearning(world, 0, "m", method).key())
                .isNotEqualTo(plain.unlearning(world, 0, "m", method).key());
        assertThat(plain.plan().toYaml()).doesNotContain("relearn");
        assertThat(plain.unlearning(world, 0, "m", method).inputs()).doesNotContainKey("relearn");
        assertThat(Plan.parse(asked.plan().toYaml(), "again.yaml")).isEqualTo(asked.plan());
        assertThat(asked.plan().digest()).isNotEqualTo(plain.plan().digest());
    }

    @Test
    void nothingIsTaughtAgainWhileSettingsAreSearched() {
        Setting tuning = TuningWorlds.beside(new Setting(Tiny.plan("bootstrap: 50", ASKED)));
        var method = tuning.plan().methods().get(2);

        assertThat(tuning.worlds()).noneMatch(world -> tuning.relearn(world).isPresent());
        assertThat(tuning.unlearning(tuning.worlds().get(0), 0, "m", method).inputs())
                .isEqualTo(TuningWorlds.beside(new Setting(Tiny.plan()))
                        .unlearning(tuning.worlds().get(0), 0, "m", method)
                        .inputs());
    }

    @Test
    void zeroRetrainForgettingNeedsUntrainedModels(@TempDir Path folder) {
        Results results = Tiny.run(
                Tiny.plan("worlds: 8", "worlds: 6", "  - {name: finetune, epochs: 1}", "  - untrained"), folder);

        assertThat(results.methods())
                .allSatisfy(method -> assertThat(method.distance()
                                .orElseThrow()
                                .zeroRetrain()
                                .orElseThrow()
                                .value())
                        .isBetween(0.0, 1.0));
        double[] forgetting = results.methods().stream()
                .mapToDouble(method -> method.distance()
                        .orElseThrow()
                        .zeroRetrain()
                        .orElseThrow()
                        .value())
                .toArray();
        assertThat(forgetting[2]).isGreaterThan(forgetting[1]);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Tiny.plan("bootstrap: 50", "bootstrap: 50, relearn: {steps: 0, batch: 8}"))
                .hasMessageContaining("steps must be positive");
        assertThatThrownBy(() -> Tiny.plan("bootstrap: 50", "bootstrap: 50, relearn: {batch: 1}"))
                .hasMessageContaining("batch must be at least 2, but is 1");
        assertThatThrownBy(() -> Tiny.plan("bootstrap: 50", "bootstrap: 50, relearn: {loss: -1}"))
                .hasMessageContaining("loss must be positive");
        assertThatThrownBy(() -> Tiny.plan(
                        "bootstrap: 50",
                        ASKED,
                        "{name: mlp, hidden: [16]}",
                        "{name: ensemble, member: {name: mlp, hidden: [8]}, shards: 2, slices: 1}"))
                .hasMessageContaining("audit.relearn fine-tunes whole models");
    }
}
