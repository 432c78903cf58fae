package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.CosineDecay;
import lethe.training.Evaluation;
import org.junit.jupiter.api.Test;

class ForgetContrastStrengthenTest {
    @Test
    void undecidednessIsTheDivergenceFromTheUniformDistribution() {
        // p = (¼, ¾): ½ log(½ / ¼) + ½ log(½ / ¾) = ½ log 2 + ½ log ⅔ = 0.143841; p uniform: 0.
        try (Scope scope = Scope.open()) {
            Tensor logits = Tensor.of(0f, (float) Math.log(3), 5f, 5f).reshape(2, 2);

            assertThat(ForgetContrastStrengthen.uniformity(logits).item()).isEqualTo(0.143841 / 2, within(1e-6));
        }
    }

    @Test
    void theContrastSpreadsSimilaritiesEvenly() {
        // τ = 2: S = (0, 2 log 3) / 2 = (0, log 3), softmax (¼, ¾): −(log ¼ + log ¾) / 2 = 0.836988.
        var method = new ForgetContrastStrengthen(2, 1e-3, 1e-3, 1, 1e-3, 16, 0.9, 0);
        try (Scope scope = Scope.open()) {
            Tensor forget = Tensor.of(1f, 0f).reshape(1, 2);
            Tensor retain = Tensor.of(0f, 7f, (float) (2 * Math.log(3)), -1f).reshape(2, 2);

            assertThat(method.contrast(forget, retain).item()).isEqualTo(0.836988, within(1e-5));
        }
    }

    @Test
    void stagesFollowOneCourseOfTheRateTogether() {
        var whole = new CosineDecay();

        for (int epoch = 0; epoch < 4; epoch++) {
            for (int step = 0; step < 6; step++) {
                assertThat(Tuning.excerpt(whole, epoch, 4).factor(step, 6, 1))
                        .isEqualTo(whole.factor(6L * epoch + step, 24, 4));
            }
        }
    }

    @Test
    void theForgetSetIsLessCertainAndTheRetainSetStaysKnown() {
        Toy plain = Toy.perceptron();
        var method = new ForgetContrastStrengthen(1.15, 0.05, 3e-4, 2, 4e-3, 16, 0.9, 1e-2);

        try (Model unlearned = method.unlearn(plain.original, plain.split, plain.trial(1))) {
            assertThat(certainty(unlearned, plain)).isLessThan(certainty(plain.original, plain));
            assertThat(Evaluation.accuracy(unlearned, plain.split.retain())).isGreaterThan(0.8);
        }
    }

    private static double certainty(Model model, Toy toy) {
        try (Scope scope = Scope.open()) {
            Tensor logits =
                    Tensor.of(Evaluation.logits(model, toy.split.forget())).reshape(-1, 4);
            return logits.softmax().maxOver(1).mean().item();
        }
    }
}
