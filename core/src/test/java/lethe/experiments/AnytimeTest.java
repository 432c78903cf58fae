package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import lethe.attacks.Prequential;
import lethe.metrics.Estimate;
import lethe.report.Publication;
import lethe.report.ResultsJson;
import lethe.report.TextTable;
import lethe.training.Progress;
import lethe.training.StoppedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one run that was stopped early
class AnytimeTest {
    private static final int WORLDS = 24;
    private static final int FIRST = 4;

    private Path stopped = Path.of("");
    private Results results = new Results("", "", "", Map.of(), noData(), noDesign(), List.of(), List.of(), 0);

    private static Results.DataSummary noData() {
        return new Results.DataSummary("", List.of(), 0, 0, 0, "");
    }

    private static Results.DesignSummary noDesign() {
        return new Results.DesignSummary(0, 0, 0, 0, 0);
    }

    @BeforeAll
    void runOnce(@TempDir Path folder) {
        stopped = folder.resolve("stopped");
        results = Tiny.run(leaking(2), stopped);
    }

    /** Originals that learned by heart, and a method that does next to nothing. */
    private static Plan leaking(int workers) {
        return leaking(workers, "anytime: {margin: 0.02, first: 4}, ");
    }

    private static Plan leaking(int workers, String anytime) {
        return Tiny.plan(
                "epochs: 3, batch: 32, learningRate: 0.05",
                "epochs: 40, batch: 16, learningRate: 0.05",
                "{name: finetune, epochs: 1}",
                "{name: finetune, epochs: 1, learningRate: 1.0e-9}",
                "  - {name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}\n",
                "",
                "worlds: 8, pool: 40, forgetSets: 2",
                anytime + "worlds: 24, pool: 60, forgetSets: 1",
                "workers: 2",
                "workers: " + workers);
    }

    @Test
    void aLeakEndsTheRunBeforeTheLastWorld() throws IOException {
        Results.AnytimeSummary anytime = results.anytime().orElseThrow();
        Results.Standing finetune = anytime.standings().get(1);

        assertThat(anytime.standings()).extracting(Results.Standing::label).containsExactly("identity", "finetune");
        assertThat(finetune.decision()).isEqualTo(Prequential.Decision.LEAKS);
        assertThat(finetune.advantage().low()).isGreaterThan(0.02);
        assertThat(finetune.advantages()).hasSize(finetune.worlds() - FIRST);
        assertThat(finetune.auc() - finetune.retrainAuc())
                .isCloseTo(finetune.advantage().value(), within(1e-12));
        assertThat(anytime.worlds()).isEqualTo(finetune.worlds()).isBetween(FIRST + 7, WORLDS - 3);
        assertThat(anytime.stoppedEarly()).isTrue();
        // the deployed model too; the other worker may have been a few worlds ahead, but not to the end
        assertThat(Files.readAllLines(stopped.resolve("results.jsonl")))
                .hasSizeBetween(4 * (1 + anytime.worlds()), 4 * WORLDS);
    }

    @Test
    void whatIsReportedRestsOnTheWorldsThatCount() {
        int worlds = results.anytime().orElseThrow().worlds();
        Results.MethodResult finetune = results.methods().get(2);

        assertThat(results.design().worlds()).isEqualTo(worlds);
        assertThat(finetune.accuracy().runs()).hasSize(worlds);
        assertThat(finetune.attacks()).isEmpty();
        assertThat(finetune.verdict()).isInstanceOf(Verdict.Distinguishable.class);
        assertThat(finetune.verdict().reason()).startsWith("After " + worlds + " of 24 planned worlds");
        assertThat(results.methods().get(0).verdict()).isInstanceOf(Verdict.Indistinguishable.class);
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(results))).isEqualTo(results);
    }

    @Test
    void aReportIsWrittenOfWhatThereIs(@TempDir Path folder) throws IOException {
        Path report = Publication.write(results, folder);

        assertThat(Files.readString(report)).contains("planned worlds the per-example attack reaches");
        assertThat(Files.readString(folder.resolve("results.csv"))).contains("anytime_decision,,,,,,,LEAKS");
        assertThat(TextTable.of(results)).contains("finetune: distinguishable. After");
    }

    @Test
    void neitherTheNumberOfWorkersNorARepetitionChangesTheDecision(@TempDir Path folder) throws IOException {
        Results alone = Tiny.run(leaking(1), folder.resolve("alone"));
        Path copy = folder.resolve("copy");
        Tiny.copy(stopped, copy);
        Results again = Tiny.run(leaking(2), copy);

        assertThat(alone.anytime()).isEqualTo(results.anytime());
        assertThat(Tiny.timeless(alone)).isEqualTo(Tiny.timeless(results));
        assertThat(again).isEqualTo(results);
        assertThat(Files.readAllLines(copy.resolve("results.jsonl")))
                .isEqualTo(Files.readAllLines(stopped.resolve("results.jsonl")));
    }

    @Test
    void anInterruptedRunReachesTheSameDecisionInProcesses(@TempDir Path folder) {
        AtomicInteger asked = new AtomicInteger();
        try (RunDirectory run = RunDirectory.open(folder)) {
            assertThatThrownBy(() -> new Experiment(leaking(1))
                            .run(run, Progress.silent(), () -> asked.incrementAndGet() > 2_000))
                    .isInstanceOf(StoppedException.class);
        }
        try (RunDirectory run = RunDirectory.open(folder)) {
            Results resumed = new Experiment(leaking(2)).run(run, Isolation.PROCESS, Progress.silent(), () -> false);

            assertThat(resumed.anytime()).isEqualTo(results.anytime());
            assertThat(Tiny.timeless(resumed)).isEqualTo(Tiny.timeless(results));
        }
    }

    @Test
    void withoutItTheRunGoesOnToTheFullAudit(@TempDir Path folder) throws IOException {
        Tiny.copy(stopped, folder.resolve("copy"));
        List<String> before = Files.readAllLines(stopped.resolve("results.jsonl"));
        Plan plan = leaking(2, "");

        Results all = Tiny.run(plan, folder.resolve("copy"));

        assertThat(plan.audit().anytime()).isEmpty();
        assertThat(all.anytime()).isEmpty();
        assertThat(all.methods().get(2).attacks()).isNotEmpty();
        assertThat(Files.readAllLines(folder.resolve("copy").resolve("results.jsonl")))
                .hasSize(4 * (1 + WORLDS))
                .startsWith(before.toArray(String[]::new));
    }

    @Test
    void whatCannotBeDecidedTakesAllWorldsAndIsAuditedInFull(@TempDir Path folder) {
        Plan plan = Tiny.plan("forgetSets: 2", "forgetSets: 2, anytime: {first: 6}");
        Results full = Tiny.run(plan, folder);

        Results.AnytimeSummary anytime = full.anytime().orElseThrow();
        assertThat(anytime.margin()).isEqualTo(0.05);
        assertThat(anytime.worlds()).isEqualTo(8);
        assertThat(anytime.stoppedEarly()).isFalse();
        assertThat(anytime.standings()).allSatisfy(standing -> {
            assertThat(standing.decision()).isEqualTo(Prequential.Decision.UNDECIDED);
            assertThat(standing.advantages()).hasSize(2);
        });
        assertThat(anytime.standings().get(0).advantage()).isNotEqualTo(new Estimate(0, -1, 1));
        assertThat(full.methods().get(2).attacks()).isNotEmpty();
    }

    @Test
    void onlyAPlanThatAsksForItChanges() {
        Plan plan = Tiny.plan();
        Plan asking = Tiny.plan("forgetSets: 2", "forgetSets: 2, anytime: {}", "worlds: 8", "worlds: 16");

        assertThat(plan.toYaml()).doesNotContain("anytime");
        assertThat(plan.digest()).isEqualTo("f1a35027622d1e19b2dcf49885c1e0a2cc7547d210add228dbcdec4d05ae4832");
        assertThat(asking.audit().anytime()).contains(new Anytime(0.05, 8));
        assertThat(Plan.parse(asking.toYaml(), "again.yaml")).isEqualTo(asking);
        assertThatThrownBy(() -> Tiny.plan("forgetSets: 2", "forgetSets: 2, anytime: {margin: 0.7, first: 1}"))
                .hasMessageContaining("margin must lie in (0, 0.5), but is 0.7")
                .hasMessageContaining("first must be at least 4, but is 1");
        assertThatThrownBy(() -> Tiny.plan("forgetSets: 2", "forgetSets: 2, anytime: {first: 8}"))
                .hasMessageContaining("anytime must judge a world, but its first 8 of 8 worlds");
    }
}
