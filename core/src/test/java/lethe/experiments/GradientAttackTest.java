package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import lethe.attacks.Access;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks that read gradients, whose norms are computed for them alone. */
class GradientAttackTest {
    private static final String[] TEXTS = {
        "{name: glyphs, train: 120, test: 40}",
        "{name: secrets, people: 12, sentences: 1, strangers: 6}",
        "{name: mlp, hidden: [16]}",
        "{name: gpt, layers: 1, heads: 2, width: 32, context: 96}",
        "{epochs: 3, batch: 32, learningRate: 0.05, precision: fp32}",
        "{epochs: 20, batch: 4, learningRate: 0.01, weightDecay: 0, precision: fp32, adam: {}}",
        "worlds: 8, pool: 40, forgetSets: 2, evaluation: 40, attacks: [loss-threshold, u-lira]",
        "worlds: 4, pool: 12, forgetSets: 1, evaluation: 12, attacks: [loss-threshold, {name: loss-threshold, signal: gradient-norm}]",
    };

    @Test
    void theNormOfATextsGradientTellsWhatTheUntouchedModelHasLearned(@TempDir Path folder) {
        Results results = Tiny.run(Tiny.plan(TEXTS), folder);

        AttackResult found = results.methods().get(1).attacks().stream()
                .filter(attack ->
                        attack.game() == Game.PRIVACY && attack.signal().equals("gradient-norm"))
                .findFirst()
                .orElseThrow();
        assertThat(found.access().output()).isEqualTo(Access.Output.WEIGHTS);
        assertThat(found.auc().value()).isGreaterThan(0.7);
    }

    @Test
    void imagesHaveGradientsToo(@TempDir Path folder) {
        Results results = Tiny.run(
                Tiny.plan(
                        "attacks: [loss-threshold, u-lira]", "attacks: [{name: u-lira, signal: global-gradient-norm}]"),
                folder);

        assertThat(results.methods().get(1).attacks())
                .extracting(AttackResult::signal)
                .containsOnly("global-gradient-norm");
    }

    @Test
    void stepsAreOthersOnlyWhereGradientsAreAskedFor() {
        Setting with = new Setting(Tiny.plan(TEXTS));
        String[] plain = TEXTS.clone();
        plain[7] = plain[7].replace("gradient-norm", "min-k");
        Setting without = new Setting(Tiny.plan(plain));

        assertThat(without.training(without.worlds().get(0)).inputs()).doesNotContainKey("gradients");
        assertThat(with.training(with.worlds().get(0)).inputs()).containsEntry("gradients", true);
    }
}
