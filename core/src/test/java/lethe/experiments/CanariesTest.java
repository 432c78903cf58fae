package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import lethe.attacks.AttackResult;
import lethe.data.Dataset;
import lethe.data.KnownMislabels;
import lethe.report.ResultsJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audit examples that got a wrong label. */
class CanariesTest {
    private static final String[] WITH_CANARIES = {
        "train: 120, test: 40",
        "train: 1600, test: 40, mislabelled: 0",
        "fraction: 0.1",
        "fraction: 0.01",
        "worlds: 8, pool: 40, forgetSets: 2",
        "worlds: 6, pool: 80, forgetSets: 2, background: 0.02, canaries: 16",
    };

    private static String[] without() {
        String[] changes = WITH_CANARIES.clone();
        changes[5] = changes[5].replace(", canaries: 16", "");
        return changes;
    }

    @Test
    void canariesAreInThePoolAndHaveTheSameWrongLabelInEveryWorld() {
        Setting plain = new Setting(Tiny.plan(without()));
        Setting setting = new Setting(Tiny.plan(WITH_CANARIES));
        Dataset train = setting.train();

        assertThat(setting.pool()).isEqualTo(plain.pool());
        assertThat(setting.canaries()).hasSize(16).isSorted().doesNotHaveDuplicates();
        assertThat(setting.natural()).hasSize(64).doesNotContain(setting.canaries());
        for (int row = 0; row < train.size(); row++) {
            int position = Arrays.binarySearch(setting.pool(), row);
            boolean canary = position >= 0 && Arrays.binarySearch(setting.canaries(), position) >= 0;
            assertThat(KnownMislabels.of(train, row)).isEqualTo(canary);
            assertThat(train.label(row) != plain.train().label(row)).isEqualTo(canary);
            assertThat(train.digest(row).equals(plain.train().digest(row))).isEqualTo(!canary);
            assertThat(setting.worlds().get(0).trainRows().length).isEqualTo(1600 - 16);
            assertThat(Arrays.binarySearch(setting.worlds().get(0).trainRows(), row) < 0)
                    .isEqualTo(canary);
            assertThat(canary && Arrays.binarySearch(setting.forget(), row) >= 0)
                    .isFalse();
        }
    }

    @Test
    void canariesAndTheOthersAreAttackedApart(@TempDir Path folder) {
        Results results = Tiny.run(Tiny.plan(WITH_CANARIES), folder);

        assertThat(results.examples().stream().filter(Results.PoolExample::canary))
                .hasSize(16);
        assertThat(results.methods()).allSatisfy(method -> {
            assertThat(method.attacks()).hasSameSizeAs(method.canaries());
            assertThat(sides(method.attacks())).containsOnly(64L * 6);
            assertThat(sides(method.canaries())).containsOnly(16L * 6);
            assertThat(method.vulnerability()).hasSize(80);
            assertThat(method.vulnerability()).extracting(it -> it.example()).isSorted();
            assertThat(method.distance().orElseThrow().quality()).isEmpty(); // six worlds
        });
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(results))).isEqualTo(results);
    }

    @Test
    void textsThatGoOnAsNoRulePredictsAreCanariesToo(@TempDir Path folder) {
        Plan plan = Tiny.plan(
                "{name: glyphs, train: 120, test: 40}",
                "{name: secrets, people: 400, strangers: 10}",
                "{name: random, fraction: 0.1}",
                "{name: random, fraction: 0.01}",
                "{name: mlp, hidden: [16]}",
                "{name: gpt, layers: 1, heads: 1, width: 8, context: 80}",
                "{epochs: 3, batch: 32, learningRate: 0.05, precision: fp32}",
                "{epochs: 1, batch: 32, learningRate: 0.01, precision: fp32, adam: {}}",
                "  - {name: finetune, epochs: 1}\n",
                "",
                "{name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}",
                "{name: gradient-difference, epochs: 1, learningRate: 0.001}",
                "worlds: 8, pool: 40, forgetSets: 2, evaluation: 40",
                "worlds: 6, pool: 40, forgetSets: 1, background: 0.02, evaluation: 20, canaries: 16,"
                        + " relearn: {steps: 2, batch: 8}");

        Results results = Tiny.run(plan, folder);

        assertThat(results.examples().stream().filter(Results.PoolExample::canary))
                .hasSize(16)
                .noneMatch(Results.PoolExample::inForgetSet);
        assertThat(results.methods()).allSatisfy(method -> {
            assertThat(sides(method.attacks())).containsOnly(24L * 6);
            assertThat(sides(method.canaries())).containsOnly(16L * 6);
            assertThat(method.writing()).isPresent();
            assertThat(method.distance().flatMap(Results.Distance::relearning))
                    .hasValueSatisfying(it -> assertThat(it.runs()).isEqualTo(6));
        });
    }

    private static List<Long> sides(List<AttackResult> attacks) {
        return attacks.stream()
                .map(attack -> attack.positives() + attack.negatives())
                .toList();
    }

    @Test
    void withoutCanariesNothingIsAnotherPlan() {
        Plan plan = Tiny.plan(without());

        assertThat(Tiny.plan("forgetSets: 2", "forgetSets: 2, canaries: 0").digest())
                .isEqualTo(Tiny.plan().digest());
        assertThat(new Setting(plan).data().train()).isNotInstanceOf(lethe.data.Mislabelled.class);
        assertThat(Tiny.plan(WITH_CANARIES).digest()).isNotEqualTo(plan.digest());
    }

    @Test
    void tooManyAndTooFewAreRefused() {
        assertThatThrownBy(() -> Tiny.plan("forgetSets: 2", "forgetSets: 2, canaries: 15"))
                .hasMessageContaining("canaries must be 0, or at least 16 and fewer than the pool, but is 15");
        assertThatThrownBy(() -> new Setting(Tiny.plan("forgetSets: 2", "forgetSets: 2, canaries: 16")))
                .hasMessageContaining("of 120 training examples at most 1 may have a wrong label");
    }
}
