package lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Sgd} and {@link AdamW} against their formulas, written out for one weight at a time in double precision. */
class OptimizerTest {
    private static final double RATE = 0.05;
    /** Single precision over a dozen steps. */
    private static final Offset<Double> ROUNDING = Offset.offset(2e-6);

    /** The loss is Σ c·θ², so the gradient is 2cθ; the gradient of {@code slow} is halved before each step. */
    private static final class Bowl extends Module {
        private final Parameter plain = parameter("plain", seed -> Tensor.of(1f, -2f, 0.5f), 3);
        private final Parameter slow = parameter("slow", 0.5, seed -> Tensor.of(3f, -1f), 2);

        @Override
        public Tensor forward(Tensor curvature) {
            Tensor a = plain.value().square().mul(curvature.narrow(0, 0, 3)).sum();
            return a.add(slow.value().square().mul(curvature.narrow(0, 3, 2)).sum());
        }
    }

    private static final double[] START = {1, -2, 0.5, 3, -1};
    private static final double[] SCALE = {1, 1, 1, 0.5, 0.5};
    private static final float[] MASK = {1, 0, 1, 1, 0};

    /** Curvatures that change from step to step. */
    private static float[] curvature(int step) {
        return new float[] {1, 0.3f + 0.1f * step, 2, 0.7f, 1.5f - 0.1f * step};
    }

    private record Settings(double momentum, boolean nesterov, double decay, boolean masked) {}

    static Stream<Settings> settings() {
        return Stream.of(0.0, 0.9)
                .flatMap(momentum -> Stream.of(false, true)
                        .flatMap(nesterov -> Stream.of(0.0, 0.1)
                                .flatMap(decay -> Stream.of(false, true)
                                        .map(masked -> new Settings(momentum, nesterov, decay, masked)))));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void sgdFollowsItsFormula(Settings s) {
        double[] theta = START.clone();
        double[] v = new double[5];
        for (int step = 0; step < 12; step++) {
            for (int i = 0; i < 5; i++) {
                double g = SCALE[i] * 2 * curvature(step)[i] * theta[i] + s.decay * theta[i];
                v[i] = s.momentum * v[i] + g;
                double direction = s.momentum == 0 ? g : s.nesterov ? g + s.momentum * v[i] : v[i];
                theta[i] -= s.masked && MASK[i] == 0 ? 0 : RATE * direction;
            }
        }

        float[] found = run(12, weights -> new Sgd(weights, s.momentum, s.nesterov, s.decay, mask(s.masked)));

        assertClose(found, theta);
        assertMaskedUnmoved(found, s.masked);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void adamWFollowsItsFormula(Settings s) {
        double[] theta = START.clone();
        double[] m = new double[5];
        double[] v = new double[5];
        for (int t = 1; t <= 12; t++) {
            for (int i = 0; i < 5; i++) {
                double g = SCALE[i] * 2 * curvature(t - 1)[i] * theta[i];
                m[i] = 0.8 * m[i] + 0.2 * g;
                v[i] = 0.95 * v[i] + 0.05 * g * g;
                double mHat = m[i] / (1 - Math.pow(0.8, t));
                double vHat = v[i] / (1 - Math.pow(0.95, t));
                double direction = mHat / (Math.sqrt(vHat) + 1e-6) + s.decay * theta[i];
                theta[i] -= s.masked && MASK[i] == 0 ? 0 : RATE * direction;
            }
        }

        float[] found = run(
                12, weights -> new AdamW(weights, 0.8, 0.95, 1e-6, s.decay, Double.POSITIVE_INFINITY, mask(s.masked)));

        assertClose(found, theta);
        assertMaskedUnmoved(found, s.masked);
    }

    @Test
    void parametersExcludedFromTrainingDoNotMove() {
        Bowl bowl = new Bowl();
        bowl.slow.trainable(false);
        try (Scope scope = Scope.open();
                Weights weights = new Weights(bowl, Seed.of(1));
                Optimizer optimizer = new Sgd(weights, 0.9, false, 0.1)) {
            for (int step = 0; step < 5; step++) {
                optimizer.minimize(bowl.forward(Tensor.of(curvature(step))), RATE);
            }

            assertThat(bowl.slow.value().toFloats()).containsExactly(3, -1);
            assertThat(bowl.plain.value().toFloats()[0]).isLessThan(1);
        }
    }

    @Test
    void aRestoredStateContinuesBitForBit() {
        for (Function<Weights, Optimizer> kind : java.util.List.<Function<Weights, Optimizer>>of(
                weights -> new Sgd(weights, 0.9, true, 0.1), weights -> new AdamW(weights, 0.1))) {
            Bowl first = new Bowl();
            Bowl second = new Bowl();
            try (Scope scope = Scope.open();
                    Weights weights = new Weights(first, Seed.of(1));
                    Optimizer optimizer = kind.apply(weights);
                    Weights resumedWeights = new Weights(second, Seed.of(2));
                    Optimizer resumed = kind.apply(resumedWeights)) {
                for (int step = 0; step < 4; step++) {
                    optimizer.minimize(first.forward(Tensor.of(curvature(step))), RATE);
                }
                resumedWeights.copyFrom(weights);
                optimizer
                        .state()
                        .forEach((name, tensor) ->
                                resumed.state().getOrDefault(name, tensor).copyInPlace(tensor));
                for (int step = 4; step < 8; step++) {
                    optimizer.minimize(first.forward(Tensor.of(curvature(step))), RATE);
                    resumed.minimize(second.forward(Tensor.of(curvature(step))), RATE);
                }

                assertThat(resumedWeights.values().toFloats())
                        .containsExactly(weights.values().toFloats());
            }
        }
    }

    private static Optional<Tensor> mask(boolean masked) {
        return masked ? Optional.of(Tensor.of(MASK)) : Optional.empty();
    }

    private static float[] run(int steps, Function<Weights, Optimizer> kind) {
        Bowl bowl = new Bowl();
        try (Scope scope = Scope.open();
                Weights weights = new Weights(bowl, Seed.of(1));
                Optimizer optimizer = kind.apply(weights)) {
            for (int step = 0; step < steps; step++) {
                optimizer.minimize(bowl.forward(Tensor.of(curvature(step))), RATE);
            }
            return weights.values().toFloats();
        }
    }

    private static void assertClose(float[] found, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).as("weight " + i).isCloseTo(expected[i], ROUNDING);
        }
    }

    /** Bitwise, in spite of momentum and weight decay. */
    private static void assertMaskedUnmoved(float[] found, boolean masked) {
        for (int i = 0; masked && i < MASK.length; i++) {
            if (MASK[i] == 0) {
                assertThat(found[i]).isEqualTo((float) START[i]);
            } else {
                assertThat(found[i]).isNotEqualTo((float) START[i]);
            }
        }
    }
}
