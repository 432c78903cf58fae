package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.Stairs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class MaskedSmallGradientsTest {
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

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.77, 1})
    void ofEachConvolutionTheSmallestGradientsAreChosen(double share) {
        Weights weights = toy.original.weights();
        Tensor gradient = Seed.of(1).normal(1, weights.size());

        Tensor mask = method(share).mask(weights, gradient);
        weights.windows(mask).forEach((name, window) -> {
            float[] chosen = window.toFloats();
            float[] g = Toy.part(toy.original, gradient, name).toFloats();
            long count = IntStream.range(0, chosen.length)
                    .filter(i -> chosen[i] == 1)
                    .count();
            assertThat(count).as(name).isEqualTo(window.shape().length == 4 ? Math.round(share * chosen.length) : 0);
            double largestChosen = IntStream.range(0, chosen.length)
                    .filter(i -> chosen[i] == 1)
                    .mapToDouble(i -> Math.abs(g[i]))
                    .max()
                    .orElse(0);
            double smallestLeft = IntStream.range(0, chosen.length)
                    .filter(i -> chosen[i] == 0)
                    .mapToDouble(i -> Math.abs(g[i]))
                    .min()
                    .orElse(Double.MAX_VALUE);
            assertThat(largestChosen).as(name).isLessThanOrEqualTo(smallestLeft);
        });
    }

    @Test
    void chosenWeightsAreDrawnWithTheSpreadOfTheirFanOutAndOthersKeepTheirBits() {
        try (Model model = toy.original.copy()) {
            Tensor mask = method(0.5)
                    .mask(model.weights(), Seed.of(1).normal(1, model.weights().size()));
            float[] marks = mask.toFloats();
            float[] before = Toy.weights(model);

            MaskedSmallGradients.drawAnew(model.weights(), mask, Seed.of(2));

            float[] after = Toy.weights(model);
            for (int i = 0; i < marks.length; i++) {
                assertThat(after[i] == before[i]).isEqualTo(marks[i] == 0);
            }
            // The last residual block: 16 channels of 16 · 9 weights, fan-out 144, half of them drawn.
            var name = "residual3.1.conv.weight";
            float[] drawn = Toy.part(model, model.weights().values(), name).toFloats();
            float[] chosen = Toy.part(model, mask, name).toFloats();
            double squares = IntStream.range(0, drawn.length)
                    .filter(i -> chosen[i] == 1)
                    .mapToDouble(i -> drawn[i] * drawn[i] * 144 / 2)
                    .sum();
            double count = drawn.length / 2.0;
            assertThat(squares).isEqualTo(count, within(5 * Math.sqrt(2 * count))); // χ²
        }
    }

    @Test
    void gradientsOutsideTheChoiceAreMultipliedInConvolutionsOnly() {
        Weights weights = toy.original.weights();
        Tensor mask = method(0.3).mask(weights, Seed.of(1).normal(1, weights.size()));

        Tensor factors = method(0.3).multiplier(weights, mask);

        assertThat(Toy.part(toy.original, factors, "head.weight").toFloats()).containsOnly(1);
        assertThat(Toy.part(toy.original, factors, "prep.norm.weight").toFloats())
                .containsOnly(1);
        float[] chosen = Toy.part(toy.original, mask, "prep.conv.weight").toFloats();
        float[] kernel = Toy.part(toy.original, factors, "prep.conv.weight").toFloats();
        for (int i = 0; i < kernel.length; i++) {
            assertThat(kernel[i]).isEqualTo(chosen[i] == 1 ? 1f : 0.1f, within(1e-7f));
        }
    }

    @Test
    void withoutOtherGradientsOnlyTheChosenKernelWeightsMove() {
        var method = new MaskedSmallGradients(0.3, 0, 2, 0.01, 16, 0.9, 0, Schedule.constant());
        float[] before = Toy.weights(toy.original);

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            float[] after = Toy.weights(unlearned);
            float[] kernels = Toy.weights(toy.original);
            Tensor isKernel = Tensor.zeros(kernels.length);
            Surgery.kernels(toy.original.weights(), isKernel)
                    .values()
                    .forEach(window -> window.addInPlace(Tensor.ones(1)));
            float[] inKernel = isKernel.toFloats();
            long still = IntStream.range(0, after.length)
                    .filter(i -> inKernel[i] == 1 && after[i] == before[i])
                    .count();
            long expected = Surgery.kernels(toy.original.weights(), isKernel).values().stream()
                    .mapToLong(window -> window.elements() - Math.round(0.3 * window.elements()))
                    .sum();
            assertThat(still).isEqualTo(expected);
        }
    }

    @Test
    void ratesClimbToTheMiddleEpochAndDown() {
        var stairs = new Stairs();
        double[] five = {1 / 3.0, 2 / 3.0, 1, 2 / 3.0, 1 / 3.0};
        double[] four = {1 / 2.0, 1, 2 / 3.0, 1 / 3.0};

        for (int step = 0; step < 35; step++) {
            assertThat(stairs.factor(step, 35, 5)).isEqualTo(five[step / 7], within(1e-12));
        }
        for (int step = 0; step < 8; step++) {
            assertThat(stairs.factor(step, 8, 4)).isEqualTo(four[step / 2], within(1e-12));
        }
        assertThat(stairs.factor(0, 3, 1)).isEqualTo(1);
    }

    private static MaskedSmallGradients method(double share) {
        return new MaskedSmallGradients(share, 0.1, 2, 0.01, 16, 0.9, 5e-4, new Stairs());
    }
}
