package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.training.Progress;
import lethe.training.StoppedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one finished search of the tiny plan
class TunerTest {
    private static final String[] SEARCH = {
        "execution:",
        "tune: {trials: 4, sampler: {name: tpe, startup: 2}, spaces: {finetune: {learningRate: log 1e-3..1e-1}}}\nexecution:"
    };

    private final Plan plan = Tiny.plan(SEARCH);
    private Path finished = Path.of("");
    private Tuned tuned = new Tuned(none(), none(), List.of());

    private static Tuned.Score none() {
        return new Tuned.Score(new Behaviour(0, 0, 0, 0, 0, 0, 0), 0, 0);
    }

    private static Tuned tune(Plan plan, Path directory) {
        try (RunDirectory run = RunDirectory.open(directory)) {
            return new Tuner(plan).run(run, Progress.silent(), () -> false);
        }
    }

    @BeforeAll
    void tuneOnce(@TempDir Path folder) {
        finished = folder.resolve("finished");
        tuned = tune(plan, finished);
    }

    @Test
    void nothingThatIsAuditedTakesPartInTuning() {
        Setting audit = new Setting(plan);
        Setting tuning = TuningWorlds.beside(audit);

        Set<Integer> pool = rows(audit.pool());
        Set<String> tests = ids(audit.data().test());
        assertThat(tuning.worlds()).hasSize(2).allSatisfy(world -> {
            assertThat(rows(world.trainRows()))
                    .doesNotContainAnyElementsOf(pool)
                    .hasSize(60);
            assertThat(rows(world.trainRows())).containsAll(rows(world.forgetRows()[0]));
            assertThat(world.forgetRows()[0]).hasSize(plan.audit().forgetSize());
            assertThat(rows(world.retainSample())).doesNotContainAnyElementsOf(rows(world.forgetRows()[0]));
            assertThat(ids(world.trainingData(tuning.train()))).doesNotContainAnyElementsOf(ids(tuning.test()));
        });
        Set<String> audited = Arrays.stream(audit.pool())
                .mapToObj(row -> audit.train().id(row).value())
                .collect(Collectors.toSet());
        assertThat(ids(tuning.test()))
                .hasSize(20)
                .doesNotContainAnyElementsOf(tests)
                .doesNotContainAnyElementsOf(audited);
    }

    @Test
    void noTuningWorldHasTheSeedOfAnAuditedOne() {
        for (long seed = 1; seed < 6; seed++) {
            Setting audit = new Setting(Tiny.plan("title: Tiny", "title: Tiny\nseed: " + seed));
            List<World> all = new ArrayList<>(audit.worlds());
            all.addAll(TuningWorlds.beside(audit).worlds());

            assertThat(all.stream().map(World::seed).distinct()).hasSize(1 + 8 + 2);
        }
    }

    @Test
    void everyMethodIsChosenForUnderBothRulesAndScoredUnderBoth() {
        assertThat(tuned.methods()).extracting(Tuned.Method::label).containsExactly("finetune", "gradient-ascent");
        assertThat(tuned.retrained().oracle()).isZero();
        assertThat(tuned.original().oracle()).isPositive();
        assertThat(tuned.methods()).allSatisfy(method -> {
            assertThat(method.choices()).extracting(Tuned.Choice::rule).containsExactly(Rule.ORACLE, Rule.FREE);
            assertThat(method.choices()).allSatisfy(choice -> {
                assertThat(choice.trials()).isEqualTo(4);
                assertThat(choice.settings().keySet()).isEqualTo(method.space().keySet());
            });
        });
        assertThat(tuned.methods().get(0).space()).hasToString("{learningRate=log 0.001..0.1}");
        assertThat(tuned.methods().get(1).space()).hasToString("{learningRate=log 0.003..0.03, epochs=1..2}");
    }

    @Test
    void theChoiceCanBeRun() {
        Plan chosen = tuned.applyTo(plan, Rule.ORACLE);

        Object rate = tuned.methods().get(0).choices().get(0).settings().get("learningRate");
        assertThat(chosen.labelled().keySet()).isEqualTo(plan.labelled().keySet());
        assertThat(chosen.toYaml()).contains("name: finetune\n    epochs: 1\n    learningRate: " + rate + "\n");
        assertThat(Plan.parse(chosen.toYaml(), "tuned.yaml")).isEqualTo(chosen);
    }

    @Test
    void aSearchThatWasStoppedEndsAsAnUndisturbedOne(@TempDir Path folder) throws IOException {
        Path other = folder.resolve("stopped");
        Tiny.copy(finished, other);
        List<String> lines = Files.readAllLines(finished.resolve("results.jsonl"));
        int kept = 8; // the originals, their floors and ceilings, and the first trial, of two worlds each
        Files.writeString(
                other.resolve("results.jsonl"),
                String.join("\n", lines.subList(0, kept)) + "\n"
                        + lines.get(kept).substring(0, 20));

        try (RunDirectory run = RunDirectory.open(other)) {
            assertThatThrownBy(() -> new Tuner(plan).run(run, Progress.silent(), () -> true))
                    .isInstanceOf(StoppedException.class);
        }
        Tuned again = tune(plan, other);

        assertThat(timeless(again)).isEqualTo(timeless(tuned));
        assertThat(keys(other)).isEqualTo(keys(finished));
    }

    private static String timeless(Tuned tuned) {
        return tuned.toString().replaceAll("seconds=[0-9.E-]+", "");
    }

    @Test
    void whatWasFoundIsNotSearchedAgain() throws IOException {
        List<String> before = Files.readAllLines(finished.resolve("results.jsonl"));

        assertThat(tune(plan, finished)).isEqualTo(tuned);
        assertThat(Files.readAllLines(finished.resolve("results.jsonl"))).isEqualTo(before);
    }

    @Test
    void trialsEndWhenTheTimeIsSpent(@TempDir Path folder) {
        Tiny.copy(finished, folder.resolve("limited"));
        Plan limited = Tiny.plan(SEARCH[0], SEARCH[1].replace("trials: 4", "trials: 4, time: 1ms"));

        Tuned few = tune(limited, folder.resolve("limited"));

        assertThat(few.methods().get(0).choices())
                .allSatisfy(choice -> assertThat(choice.trials()).isEqualTo(1));
    }

    @Test
    void settingsThatDivergeAreNotChosen(@TempDir Path folder) {
        Plan wild = Tiny.plan(
                SEARCH[0],
                "tune: {trials: 3, sampler: random, spaces: {finetune: {learningRate: [1e30, 0.01]}}}\nexecution:",
                "  - {name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}\n",
                "");

        Tuned found = tune(wild, folder.resolve("wild"));

        assertThat(found.methods().get(0).choices()).allSatisfy(choice -> {
            assertThat(choice.settings()).containsEntry("learningRate", 0.01);
            assertThat(choice.failed()).isBetween(1, 2);
        });
    }

    @Test
    void tuningNeedsExamplesOutsideThePool() {
        assertThatThrownBy(() -> new Tuner(Tiny.plan("train: 120", "train: 60")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tuning forgets 10 training examples that are not audited, but outside the audit pool there"
                        + " are 20, expected at least 40; lower audit.pool or use more data");
    }

    @Test
    void retrainingAndDoingNothingHaveNothingToTune() {
        assertThatThrownBy(() -> new Tuner(Plan.parse("data: glyphs", "plan.yaml")))
                .hasMessageContaining("there is nothing to tune");
    }

    private static Set<String> keys(Path directory) throws IOException {
        return Files.readAllLines(directory.resolve("results.jsonl")).stream()
                .map(line -> line.replaceFirst(".*\"key\":\"([0-9a-f]+)\".*", "$1"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<Integer> rows(int[] rows) {
        return Arrays.stream(rows).boxed().collect(Collectors.toSet());
    }

    private static Set<String> ids(lethe.data.Dataset data) {
        return IntStream.range(0, data.size())
                .mapToObj(row -> data.id(row).value())
                .collect(Collectors.toSet());
    }
}
