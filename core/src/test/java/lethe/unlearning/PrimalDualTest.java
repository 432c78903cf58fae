package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Evaluation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class PrimalDualTest {
    private static Toy toy;

    @BeforeAll
    static void train() {
        toy = Toy.language();
    }

    private static PrimalDual method(double bound, double dualRate, int warmUp) {
        return new PrimalDual(bound, 1, dualRate, warmUp, 6, 3e-3, 4, 0.01);
    }

    @Test
    void theLossIsTheSquaredDistanceOfTheLargestLogitFromTheirMean() {
        try (Scope scope = Scope.open()) {
            Tensor logits = Tensor.of(3f, 0f, 0f, 1f, 1f, 1f, 9f, 0f, 0f).reshape(1, 3, 3);

            // (3 − 1)² and (1 − 1)²; of the third position no loss is wanted
            double loss = PrimalDual.loss(
                            logits,
                            Tensor.of(new long[] {0, 1, Tensor.IGNORED_LABEL}).reshape(1, 3))
                    .item();

            assertThat(loss).isCloseTo(2, within(1e-6));
        }
    }

    @Test
    void theMultiplierRisesWhereTheBoundIsBrokenAndNeverFallsBelowZero() {
        assertThat(method(0.3, 5, 0).after(100, 0.2)).isCloseTo(101, within(1e-12));
        assertThat(method(0.3, 5, 0).after(1, -0.1)).isCloseTo(0.5, within(1e-12));
        assertThat(method(0.3, 5, 0).after(1, -3)).isZero();
    }

    @Test
    void theMultiplierStaysDuringTheWarmUp() {
        toy.assertSameBits(method(0.01, 50, 6), method(0.01, 0, 0));
    }

    @Test
    void aBoundThatIsBrokenHoldsTheRetainSet() {
        assertThat(retainLoss(method(0.01, 50, 0))).isLessThan(retainLoss(method(100, 50, 0)));
    }

    @Test
    void aNegativeWarmUpIsRefused() {
        assertThatThrownBy(() -> method(0.3, 5, -1)).hasMessage("warmUp must not be negative, but is -1");
    }

    private static double retainLoss(UnlearningMethod method) {
        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            double sum = 0;
            for (float nll : Evaluation.nll(unlearned, toy.split.retain())) {
                sum += nll;
            }
            return sum;
        }
    }
}
