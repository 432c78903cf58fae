package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.data.Dataset;
import lethe.data.IdSelection;
import lethe.metrics.Estimate;
import lethe.training.Progress;
import lethe.training.StoppedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one finished run of the tiny plan, which tests copy
class ExperimentTest {
    private Path finished = Path.of("");
    private Path run = Path.of("");
    private Results results = none();

    @BeforeAll
    void runOnce(@TempDir Path folder) {
        finished = folder.resolve("finished");
        results = Tiny.run(Tiny.plan(), finished);
    }

    @BeforeEach
    void copyTheFinishedRun(@TempDir Path folder) {
        run = folder.resolve("copy");
        Tiny.copy(finished, run);
    }

    private static Results none() {
        return new Results(
                "",
                "",
                "",
                Map.of(),
                new Results.DataSummary("", List.of(), 0, 0, 0, ""),
                new Results.DesignSummary(0, 0, 0, 0, 0),
                List.of(),
                List.of(),
                0);
    }

    @Test
    void theFloorComesFirstAndTheCeilingSecond() {
        assertThat(results.methods())
                .extracting(Results.MethodResult::label)
                .containsExactly("retrain", "identity", "finetune", "gradient-ascent");
        assertThat(results.methods().get(0).accuracy().averageGap()).isEqualTo(new Estimate(0, 0, 0));
        assertThat(results.examples()).hasSize(40);
        assertThat(results.design()).isEqualTo(new Results.DesignSummary(8, 40, 10, 2, 40));
        assertThat(results.data().forget()).isEqualTo(12);
        assertThat(results.methods())
                .allSatisfy(
                        method -> assertThat(finished.resolve(method.deployed().modelFile()))
                                .exists());
    }

    @Test
    void doingNothingLeavesEveryGameUnderOneModelAsBefore() {
        Map<String, List<AttackResult>> byAttack =
                results.methods().get(1).attacks().stream().collect(Collectors.groupingBy(AttackResult::attack));

        assertThat(byAttack).hasSize(2);
        assertThat(byAttack.values()).allSatisfy(games -> {
            assertThat(games).hasSize(5);
            // The efficacy game compares with other models, the retrained ones; deletion an example with itself.
            List<AttackResult> underOneModel = games.stream()
                    .filter(result -> result.game() != Game.EFFICACY && result.game() != Game.DELETION)
                    .toList();
            assertThat(games)
                    .filteredOn(result -> result.game() == Game.DELETION)
                    .allSatisfy(result -> assertThat(result.auc().value()).isEqualTo(0.5));
            assertThat(underOneModel).hasSize(3);
            assertThat(underOneModel)
                    .extracting(AttackResult::auc)
                    .containsOnly(games.get(0).auc());
            assertThat(underOneModel)
                    .extracting(AttackResult::worldAucs)
                    .containsOnly(games.get(0).worldAucs());
        });
        Results.Confidences confidences = results.methods().get(1).confidences();
        assertThat(confidences.forgetAfter()).isEqualTo(confidences.forgetBefore());
        assertThat(confidences.testAfter()).isEqualTo(confidences.testBefore());
    }

    @Test
    void oneWorkerFindsInAnotherDirectoryWhatTwoFound(@TempDir Path other) {
        Results again = Tiny.run(Tiny.plan("workers: 2", "workers: 1"), other);

        assertThat(Tiny.timeless(again)).isEqualTo(Tiny.timeless(results));
        assertThat(again.examples()).isEqualTo(results.examples());
        assertThat(again.planDigest()).isEqualTo(results.planDigest());
    }

    @Test
    void runningAgainTrainsNothing() throws IOException {
        Results again = Tiny.run(Tiny.plan(), run);

        assertThat(again).isEqualTo(results);
        assertThat(lines(run)).isEqualTo(lines(finished));
    }

    @Test
    void otherAttacksAndRatesOnlyAuditAgain() throws IOException {
        Plan plan = Tiny.plan(
                "attacks: [loss-threshold, ", "attacks: [two-sided-threshold, ", "fprs: [0.1]", "fprs: [0.2, 0.3]");

        Results again = Tiny.run(plan, run);

        assertThat(lines(run)).isEqualTo(lines(finished));
        AttackResult attack = again.methods().get(2).attacks().get(0);
        assertThat(attack.attack()).isEqualTo("two-sided-threshold");
        assertThat(attack.points()).extracting(point -> point.fpr()).containsExactly(0.2, 0.3);
    }

    @Test
    void anotherTrainingMakesEverythingStale() {
        Forecast forecast = Tiny.forecast(Tiny.plan("epochs: 3", "epochs: 4"), run);

        assertThat(forecast.rows()).allSatisfy(row -> {
            assertThat(row.stale()).isPositive();
            assertThat(row.todo() + row.reused()).isZero();
            assertThat(row.reason()).isEqualTo("training.epochs was 3, is 4");
        });
        assertThat(forecast.rows()).extracting(Forecast.Row::stale).containsExactly(9, 17, 17, 17, 17);
    }

    @Test
    void anotherTestSetMakesEverythingStale() {
        Forecast forecast = Tiny.forecast(Tiny.plan("test: 40", "test: 50"), run);

        assertThat(forecast.rows()).allSatisfy(row -> assertThat(row.reused()).isZero());
        assertThat(forecast.rows().get(0).reason()).startsWith("test was ");
    }

    @Test
    void anotherPoolOrNumberOfWorldsReusesNoWorld() {
        Forecast pool = Tiny.forecast(Tiny.plan("pool: 40", "pool: 36"), run);
        Forecast worlds = Tiny.forecast(Tiny.plan("worlds: 8", "worlds: 6"), run);

        assertThat(pool.rows()).allSatisfy(row -> assertThat(row.reused()).isZero());
        // The deployed model learns everything and follows no design.
        assertThat(worlds.rows()).extracting(Forecast.Row::reused).containsExactly(1, 1, 1, 1, 1);
        assertThat(worlds.rows()).extracting(Forecast.Row::stale).containsExactly(6, 12, 12, 12, 12);
    }

    @Test
    void worldsAddedToARunKeepThoseThatAreThere() throws IOException {
        Plan grown = Tiny.plan("worlds: 8", "worlds: 14, grownFrom: [8]");
        Forecast forecast = Tiny.forecast(grown, run);
        List<String> before = lines(run);
        Results more = Tiny.run(grown, run);

        assertThat(forecast.rows()).extracting(Forecast.Row::reused).containsExactly(9, 17, 17, 17, 17);
        assertThat(forecast.rows()).extracting(Forecast.Row::stale).containsOnly(0);
        assertThat(forecast.rows()).extracting(Forecast.Row::todo).containsExactly(6, 12, 12, 12, 12);
        assertThat(lines(run)).startsWith(before.toArray(String[]::new));
        assertThat(more.design().worlds()).isEqualTo(14);
        assertThat(more.methods().get(1).attacks().get(0).worldAucs()).hasSize(14);
        assertThat(Tiny.forecast(Tiny.plan("worlds: 8", "worlds: 18, grownFrom: [8, 14]"), run)
                        .rows())
                .extracting(Forecast.Row::reused)
                .containsExactly(15, 29, 29, 29, 29);
    }

    @Test
    void aWorldWhoseTrainingDivergesIsNamedAndTheOthersAreTried(@TempDir Path empty) {
        Plan plan = Tiny.plan("learningRate: 0.05", "learningRate: 1e30");

        assertThatThrownBy(() -> Tiny.run(plan, empty))
                .isInstanceOf(LostWorldException.class)
                .hasMessageContainingAll("deployed model", "world 1", "world 8", "lower ")
                .matches(lost -> !((LostWorldException) lost).crashed());
        assertThat(empty.resolve("results.jsonl")).doesNotExist();
    }

    @Test
    void aWorldThatAnswersInInfinitiesIsNamedAndNothingOfItIsStored(@TempDir Path empty) {
        Plan infinite =
                Tiny.plan("epochs: 3, batch: 32, learningRate: 0.05", "epochs: 1, batch: 120, learningRate: 1e30");

        assertThatThrownBy(() -> Tiny.run(infinite, empty))
                .isInstanceOf(LostWorldException.class)
                .hasMessageContaining("answers with numbers that are not finite; lower training.learningRate");
        assertThat(empty.resolve("signals"))
                .satisfiesAnyOf(
                        signals -> assertThat(signals).doesNotExist(),
                        signals -> assertThat(signals).isEmptyDirectory());
    }

    @Test
    void anotherSettingOfOneMethodRepeatsThatMethodAlone() throws IOException {
        Plan plan = Tiny.plan("{name: finetune, epochs: 1}", "{name: finetune, epochs: 2}");
        Forecast forecast = Tiny.forecast(plan, run);
        Results again = Tiny.run(plan, run);

        assertThat(forecast.rows())
                .extracting(row -> row.label() + " " + row.stale() + " " + row.reason())
                .containsExactly(
                        "original 0 ",
                        "retrain 0 ",
                        "identity 0 ",
                        "finetune 17 method.epochs was 1, is 2",
                        "gradient-ascent 0 ");
        assertThat(lines(run))
                .hasSize(lines(finished).size() + 17)
                .startsWith(lines(finished).toArray(String[]::new));
        assertThat(again.methods().get(3).attacks())
                .isEqualTo(results.methods().get(3).attacks());
        assertThat(again.methods().get(2).deployed().modelDigest())
                .isNotEqualTo(results.methods().get(2).deployed().modelDigest());
    }

    @Test
    void aForecastOfWhatWasNeverDoneCountsItAll(@TempDir Path empty) {
        Forecast forecast = Tiny.forecast(Tiny.plan(), empty);

        assertThat(forecast.rows()).extracting(Forecast.Row::todo).containsExactly(9, 17, 17, 17, 17);
        assertThat(forecast.seconds()).isNaN();
        long weights = 4 * (3072 * 16 + 16 + 16 * 10 + 10);
        long logits = 4 * (40 + 40 + 40) * 10;
        assertThat(forecast.bytes()).isEqualTo(77 * logits + (9 + 4) * weights);
    }

    @Test
    void aMethodThatDivergesIsAnOutcomeAndStopsNoOther() throws IOException {
        Results again = Tiny.run(Tiny.plan("learningRate: 0.01", "learningRate: 1e30"), run);

        Results.MethodResult diverged = again.methods().get(3);
        assertThat(diverged.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        // The one step leaves weights that are finite, and logits that are not.
        assertThat(diverged.verdict().reason())
                .isEqualTo("The method diverged in 16 of 16 runs: The logits are no longer finite numbers; lower the"
                        + " learning rate");
        assertThat(diverged.attacks()).isEmpty();
        assertThat(diverged.accuracy().forget().value()).isNaN();
        assertThat(diverged.deployed().modelFile()).isEmpty();
        assertThat(Tiny.timeless(again).subList(0, 3))
                .isEqualTo(Tiny.timeless(results).subList(0, 3));

        List<String> before = lines(run);
        Tiny.run(Tiny.plan("learningRate: 0.01", "learningRate: 1e30"), run);
        assertThat(lines(run)).isEqualTo(before);
    }

    @Test
    void withoutAFloorThereIsNothingToCompareWith() throws IOException {
        Path file = run.resolve("results.jsonl");
        Files.write(
                file,
                lines(run).stream()
                        .map(line ->
                                line.contains("retrain\"") ? line.replace("failure\":\"\"", "failure\":\"no\"") : line)
                        .toList());

        Results again = Tiny.run(Tiny.plan(), run);

        assertThat(again.methods())
                .extracting(method -> method.verdict().reason())
                .startsWith(
                        "The method diverged in 16 of 16 runs: no",
                        "Exact retraining diverged, so there is nothing to compare with");
        assertThat(again.methods().get(1).accuracy().averageGap().value()).isNaN();
        assertThat(again.methods().get(1).accuracy().test())
                .isEqualTo(results.methods().get(1).accuracy().test());
    }

    @Test
    void examplesCanBeNamed() {
        Experiment experiment = new Experiment(Tiny.plan());
        Dataset train = experiment.data().train();
        List<String> ids = List.of(train.id(71).value(), train.id(3).value());

        Experiment named = new Experiment(Tiny.plan().forgetting(new IdSelection(ids)));

        assertThat(named.forgetRows()).containsExactly(3, 71);
        assertThat(named.split().forgetRows()).containsExactly(3, 71);
    }

    @Test
    void aPoolSmallerThanTheForgetSetIsASampleOfIt(@TempDir Path empty) {
        Plan plan = Tiny.plan("fraction: 0.1", "fraction: 0.5", "worlds: 8", "worlds: 6");

        Results some = Tiny.run(plan, empty);

        assertThat(some.data().forget()).isEqualTo(60);
        assertThat(some.examples()).hasSize(40).allMatch(Results.PoolExample::inForgetSet);
        assertThat(some.methods().get(0).deployed().forgetAccuracy()).isBetween(0.0, 1.0);
    }

    @Test
    void everyTrainingExampleMayBeAudited(@TempDir Path empty) {
        Plan plan = Tiny.plan("train: 120", "train: 40", "worlds: 8", "worlds: 6");

        Results all = Tiny.run(plan, empty);

        assertThat(all.design().background()).isZero();
        assertThat(all.methods().get(0).accuracy().retain().value()).isNaN(); // nothing certainly stays
        assertThat(all.methods().get(1).accuracy().forget().value()).isBetween(0.0, 1.0);
    }

    @Test
    void aPoolLargerThanTheTrainingSetIsAMistake() {
        Plan plan = Tiny.plan("train: 120", "train: 30");

        assertThatThrownBy(() -> new Experiment(plan))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The audit pool needs 40 examples, but the training set has 30; lower audit.pool or use"
                        + " more data");
    }

    @Test
    void forgettingEverythingFailsBeforeAnythingIsTrained() {
        List<String> all = Arrays.asList(new String[120]);
        Dataset train = new Experiment(Tiny.plan()).data().train();
        all.replaceAll(nothing -> "");
        for (int row = 0; row < all.size(); row++) {
            all.set(row, train.id(row).value());
        }

        assertThatThrownBy(() -> new Experiment(Tiny.plan().forgetting(new IdSelection(all))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A forget set holds some but not all training examples, but holds 120 of 120");
    }

    @Test
    void aStoppedRunTrainsNothing(@TempDir Path empty) {
        try (RunDirectory directory = RunDirectory.open(empty)) {
            assertThatThrownBy(() -> new Experiment(Tiny.plan()).run(directory, Progress.silent(), () -> true))
                    .isInstanceOf(StoppedException.class);
            assertThat(directory.isEmpty()).isTrue();
        }
    }

    @Test
    void anErrorInAWorkerKeepsItsKind(@TempDir Path empty) {
        try (RunDirectory directory = RunDirectory.open(empty)) {
            assertThatThrownBy(() -> new Experiment(Tiny.plan()).run(directory, new Exhausted(), () -> false))
                    .isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void anUnfinishedRunCannotBeAudited(@TempDir Path empty) {
        try (RunDirectory directory = RunDirectory.open(empty)) {
            assertThatThrownBy(() -> new Experiment(Tiny.plan()).audit(directory, Progress.silent()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not finished in " + empty);
        }
    }

    private static List<String> lines(Path directory) throws IOException {
        return Files.readAllLines(directory.resolve("results.jsonl"));
    }

    /** Memory runs out as soon as an epoch begins. */
    private static final class Exhausted implements Progress {
        @Override
        public Progress begin(String task, long units) {
            if (task.equals("epoch")) {
                throw new OutOfMemoryError("for a test");
            }
            return this;
        }

        @Override
        public void advance(long units) {}

        @Override
        public void skip(long units) {}

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }
}
