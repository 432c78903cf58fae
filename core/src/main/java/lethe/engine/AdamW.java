package lethe.engine;

import java.util.Map;
import java.util.Optional;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019):
 *
 * <pre>
 *   m ← β₁m + (1−β₁)g;   v ← β₂v + (1−β₂)g²
 *   θ ← θ − η·( m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε) + λθ )
 * </pre>
 */
public final class AdamW extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final Tensor mean;
    private final Tensor square;
    private final Tensor steps;

    /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8. */
    public AdamW(Weights weights, double weightDecay) {
        this(weights, 0.9, 0.999, 1e-8, weightDecay, Double.POSITIVE_INFINITY, Optional.empty());
    }

    /**
     * @param maximalNorm a gradient that is longer is shortened to this Euclidean norm first
     * @param mask vector of length P that is 0 for weights that must not move
     */
    public AdamW(
            Weights weights,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double maximalNorm,
            Optional<Tensor> mask) {
        super(weights, mask, maximalNorm);
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        try (Scope scope = Scope.open()) {
            this.mean = Tensor.zeros(weights.size()).retain();
            this.square = Tensor.zeros(weights.size()).retain();
            this.steps = Tensor.zeros(1).retain();
        }
    }

    @Override
    void decay(Tensor direction, Tensor values, double learningRate) {
        // Decoupled: applied to the weights in update, not to the gradient.
    }

    @Override
    void update(Tensor values, Tensor direction, double learningRate) {
        steps.raw.add_(new org.bytedeco.pytorch.Scalar(1.0));
        double t = steps.item();
        mean.mulInPlace(beta1).addInPlace(direction, 1 - beta1);
        square.mulInPlace(beta2).addProductInPlace(direction, direction, 1 - beta2);
        Tensor denominator = square.mul(1 / (1 - Math.pow(beta2, t))).sqrt().add(epsilon);
        if (weightDecay != 0) {
            Tensor shrink = mask().map(mask -> mask.mul(values)).orElse(values);
            values.addInPlace(shrink, -learningRate * weightDecay);
        }
        values.addQuotientInPlace(mean, denominator, -learningRate / (1 - Math.pow(beta1, t)));
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of("mean", mean, "square", square, "steps", steps);
    }
}
