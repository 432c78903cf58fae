package lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WeightsTest {
    /** A convolution, a normalisation and a linear layer. */
    private static final class Net extends Module {
        private final Convolution conv = child("conv", new Convolution(3, 4, 3, 1, 1));
        private final BatchNorm norm = child("norm", new BatchNorm(4));
        private final Linear head = child("head", new Linear(4, 2));

        @Override
        public Tensor forward(Tensor x) {
            return head.forward(norm.forward(conv.forward(x)).relu().flatten(2).meanOver(2));
        }
    }

    @Test
    void everyParameterIsAWindowOfTheFlatVector() {
        Net net = new Net();
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Weights weights = new Weights(net, Seed.of(1))) {
            assertThat(weights.size()).isEqualTo(4 * 3 * 9 + 4 + 4 + 2 * 4 + 2);
            assertThat(weights.named().keySet())
                    .containsExactly(
                            "conv.weight",
                            "norm.weight",
                            "norm.bias",
                            "head.weight",
                            "head.bias",
                            "norm.running_mean",
                            "norm.running_var");

            weights.values().mulInPlace(0).copyInPlace(Tensor.range(0, weights.size()));

            assertThat(named(weights, "norm.weight").toFloats()).containsExactly(108, 109, 110, 111);
            assertThat(named(weights, "head.bias").toFloats()).containsExactly(124, 125);
            // Kernels lie channels-last: (out, in, row, column) is at ((out·3 + row)·3 + column)·3 + in.
            assertThat(named(weights, "conv.weight").toFloats()[((2 * 3 + 1) * 3 + 2) * 3])
                    .isEqualTo(((2 * 3 + 2) * 3 + 0) * 3 + 1);
            named(weights, "head.bias").mulInPlace(0);
            assertThat(weights.values().narrow(0, 124, 2).toFloats()).containsExactly(0, 0);
        }
    }

    @Test
    void whatIsNotTrainedHasNoGradientToPayFor() {
        try (Scope scope = Scope.open();
                Weights weights = new Weights(new Linear(2, 3), Seed.of(1))) {
            long evaluated = Engine.nativeObjects();
            try (Scope step = Scope.open()) {
                weights.root().forward(Tensor.ones(1, 2)).sum().backward();

                // The derivative was taken before anybody asked for the vector, and is there all the same.
                assertThat(weights.gradient().toFloats()).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1);
            }
            try (Scope step = Scope.open()) {
                weights.root().forward(Tensor.ones(1, 2)).sum().backward();

                assertThat(weights.gradient().toFloats()).containsOnly(2);
            }
            assertThat(Engine.nativeObjects()).isEqualTo(evaluated + 1);
        }
    }

    @Test
    void gradientsLandInTheFlatGradientAndAddUp() {
        Net net = new Net();
        try (Scope scope = Scope.open();
                Weights weights = new Weights(net, Seed.of(1))) {
            Tensor x = Seed.of(2).normal(1, 2, 3, 5, 5);
            weights.clearGradient();
            net.forward(x).mul(Tensor.of(1f, 10f)).sum().backward();

            // d/d bias of Σ (a₀ + 10·a₁) over two images.
            assertThat(weights.gradient().narrow(0, 124, 2).toFloats()).containsExactly(2, 20);
            assertThat(weights.gradient().narrow(0, 0, 108).abs().sum().item()).isPositive();

            net.forward(x).mul(Tensor.of(1f, 10f)).sum().backward();

            assertThat(weights.gradient().narrow(0, 124, 2).toFloats()).containsExactly(4, 40);
            weights.clearGradient();
            assertThat(weights.gradient().abs().sum().item()).isZero();
        }
    }

    @Test
    void copiesTakeParametersAndStatistics() {
        Net first = new Net();
        Net second = new Net();
        try (Scope scope = Scope.open();
                Weights source = new Weights(first, Seed.of(1));
                Weights target = new Weights(second, Seed.of(2))) {
            first.training(true);
            first.forward(Seed.of(3).normal(1, 4, 3, 5, 5));
            first.training(false);
            Tensor x = Seed.of(4).normal(1, 2, 3, 5, 5);
            assertThat(second.forward(x).toFloats())
                    .isNotEqualTo(first.forward(x).toFloats());

            target.copyFrom(source);

            assertThat(second.forward(x).toFloats())
                    .containsExactly(first.forward(x).toFloats());
            assertThat(named(target, "norm.running_mean").toFloats())
                    .containsExactly(named(source, "norm.running_mean").toFloats());
        }
    }

    @Test
    void theSameSeedGivesTheSameWeightsAndEachParameterItsOwn() {
        try (Scope scope = Scope.open();
                Weights first = new Weights(new Net(), Seed.of(1));
                Weights again = new Weights(new Net(), Seed.of(1));
                Weights other = new Weights(new Net(), Seed.of(2))) {
            assertThat(again.values().toFloats()).containsExactly(first.values().toFloats());
            assertThat(other.values().toFloats()).isNotEqualTo(first.values().toFloats());
        }
    }

    @Test
    void loadingNamesEveryTensorThatDoesNotFitAndChangesNothing() {
        try (Scope scope = Scope.open();
                Weights weights = new Weights(new Net(), Seed.of(1))) {
            float[] before = weights.values().toFloats();
            Map<String, Tensor> source = new HashMap<>();
            weights.named().forEach((name, tensor) -> source.put(name, Tensor.zeros(tensor.shape())));
            source.remove("norm.bias");
            source.put("head.weight", Tensor.zeros(2, 5));
            source.put("tail.weight", Tensor.zeros(1));

            assertThatThrownBy(() -> weights.load(source))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("norm.bias is missing")
                    .hasMessageContaining("head.weight has shape [2, 5], expected [2, 4]")
                    .hasMessageContaining("tail.weight belongs to no part");
            assertThat(weights.values().toFloats()).containsExactly(before);
        }
    }

    @Test
    void weightsAreLoadedIntoTheirPlaces() {
        try (Scope scope = Scope.open();
                Weights source = new Weights(new Net(), Seed.of(1));
                Weights target = new Weights(new Net(), Seed.of(2))) {
            Map<String, Tensor> dense = new HashMap<>();
            source.named()
                    .forEach((name, tensor) -> dense.put(name, tensor.detach().contiguous()));

            target.load(dense);

            assertThat(target.values().toFloats())
                    .containsExactly(source.values().toFloats());
        }
    }

    @Test
    void modulesWithoutWeightsSaySo() {
        assertThatThrownBy(() -> new Linear(1, 1).forward(Tensor.ones(1, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not allocated yet");
    }

    private static Tensor named(Weights weights, String name) {
        return Objects.requireNonNull(weights.named().get(name), name);
    }
}
