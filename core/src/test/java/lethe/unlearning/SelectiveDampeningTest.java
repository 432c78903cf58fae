package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class SelectiveDampeningTest {
    private static Toy toy;
    private Scope scope;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
    }

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void weightsThatMatterMoreForTheForgetSetShrinkByTheRatioOfImportances() {
        // a = 10, λ = 2. Ratios I_F / I_D: 20 keeps 2/20; 10 is not more than 10; 0/0 and 0/1 never; 1/0 keeps nothing.
        Tensor onForget = Tensor.of(20f, 10f, 0f, 0f, 1f);
        Tensor onAll = Tensor.of(1f, 1f, 0f, 1f, 0f);

        float[] factors =
                new SelectiveDampening(10, 2, 1).factors(onForget, onAll).toFloats();

        assertThat(factors).containsExactly(0.1f, 1f, 1f, 1f, 0f);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void factorsLieBelowTheStrengthOverTheSelectionOrAreOne(long seed) {
        Tensor onForget = Seed.of(seed).normal(1, 500).square();
        Tensor onAll = Seed.of(seed).derive("all").normal(0.2, 500).square();
        float[] forget = onForget.toFloats();
        float[] all = onAll.toFloats();

        float[] factors =
                new SelectiveDampening(10, 1, 1).factors(onForget, onAll).toFloats();

        for (int i = 0; i < factors.length; i++) {
            if (forget[i] > 10 * all[i]) {
                assertThat(factors[i]).isBetween(0f, 0.1f + 1e-7f);
            } else {
                assertThat(factors[i]).isEqualTo(1);
            }
        }
    }

    @Test
    void weightsThatAreNotSelectedKeepTheirBitsAndOthersShrink() {
        int[] oneClass = IntStream.range(0, 12).map(i -> 4 * i).toArray();
        Split split = Split.ofRows(toy.train, toy.split.test(), oneClass);
        float[] before = Toy.weights(toy.original);

        try (Model unlearned = new SelectiveDampening(2, 1, 4).unlearn(toy.original, split, toy.trial(1))) {
            float[] after = Toy.weights(unlearned);
            int shrunk = 0;
            for (int i = 0; i < after.length; i++) {
                if (after[i] != before[i]) {
                    assertThat(Math.abs(after[i])).isLessThanOrEqualTo(0.5f * Math.abs(before[i]) + 1e-7f);
                    shrunk++;
                }
            }
            assertThat(shrunk).isBetween(1, after.length - 1);
            assertThat(Toy.statistics(unlearned)).containsExactly(Toy.statistics(toy.original));
        }
    }

    @Test
    void equalImportancesChangeNothing() {
        Tensor importance = Seed.of(1).normal(1, 100).square();

        assertThat(new SelectiveDampening(1, 1, 1)
                        .factors(importance, importance)
                        .toFloats())
                .containsOnly(1f);
    }

    @Test
    void importancesOfSingleExamplesAreMeansOfSquaredGradients() {
        Toy linear = Toy.linear();
        float[] expected = new float[Math.toIntExact(linear.original.weights().size())];
        int[] forgotten = linear.split.forgetRows();
        for (int row : forgotten) {
            var one = linear.train.batch(new int[] {row});
            float[] gradient = Gradients.of(
                            linear.original.logits(one.inputs()).crossEntropy(one.labels()), linear.original.weights())
                    .toFloats();
            for (int i = 0; i < expected.length; i++) {
                expected[i] += gradient[i] * gradient[i] / forgotten.length;
            }
        }

        float[] found = SelectiveDampening.importance(
                        "test", linear.original, linear.split.forget(), 1, linear.trial(1))
                .toFloats();

        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isEqualTo(expected[i], within(1e-5f * expected[i] + 1e-12f));
        }
    }
}
