package lethe.training;

import java.util.Optional;
import lethe.catalog.Require;
import lethe.engine.AdamW;
import lethe.engine.Tensor;
import lethe.engine.Weights;

/**
 * Settings of AdamW, as usual for language models.
 *
 * @param beta1 β₁, the memory of the gradient's mean
 * @param beta2 β₂, the memory of its square
 * @param clip a longer gradient is shortened to this Euclidean norm; 0 never shortens
 */
public record Adam(double beta1, double beta2, double clip) {
    private static final double EPSILON = 1e-8;

    public Adam {
        Require.that(beta1 >= 0 && beta1 < 1, "beta1 must lie in [0, 1), but is " + beta1);
        Require.that(beta2 >= 0 && beta2 < 1, "beta2 must lie in [0, 1), but is " + beta2);
        Require.notNegative("clip", clip);
    }

    /** β of 0.9 and 0.99, gradients no longer than 1, after nanoGPT for small models. */
    public Adam() {
        this(0.9, 0.99, 1);
    }

    /** An optimizer at rest; {@code mask}, a vector of length P, is 0 for weights that must not move. */
    public AdamW optimizer(Weights weights, double weightDecay, Optional<Tensor> mask) {
        return new AdamW(
                weights, beta1, beta2, EPSILON, weightDecay, clip == 0 ? Double.POSITIVE_INFINITY : clip, mask);
    }
}
