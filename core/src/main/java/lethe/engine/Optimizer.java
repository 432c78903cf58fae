package lethe.engine;

import java.util.Map;
import java.util.Optional;

/**
 * Moves the weights of one model along its gradient. All operations run over the flat vectors of {@link Weights}, in a
 * handful of calls however many layers there are.
 */
public abstract class Optimizer implements AutoCloseable {
    private final Weights weights;
    private final Optional<Tensor> scales;
    private final Optional<Tensor> mask;
    private final double maximalNorm;

    /**
     * @param mask vector of length P that is 0 for weights that must not move; neither gradient, momentum nor weight
     *     decay touches those
     */
    Optimizer(Weights weights, Optional<Tensor> mask) {
        this(weights, mask, Double.POSITIVE_INFINITY);
    }

    /** @param maximalNorm a gradient that is longer is shortened to this Euclidean norm before anything else */
    Optimizer(Weights weights, Optional<Tensor> mask, double maximalNorm) {
        this.weights = weights;
        this.maximalNorm = maximalNorm;
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            this.scales = weights.gradientScales().map(Tensor::retain);
            Optional<Tensor> trainable = weights.trainableMask();
            this.mask = mask.isPresent() && trainable.isPresent()
                    ? Optional.of(mask.get().mul(trainable.get()).retain())
                    : mask.isPresent() ? Optional.of(mask.get().copy().retain()) : trainable.map(Tensor::retain);
        }
    }

    /** Differentiates {@code loss}, a scalar, and takes one step that lowers it. */
    public final void minimize(Tensor loss, double learningRate) {
        differentiate(loss);
        step(learningRate);
    }

    /** Replaces the gradient by that of {@code loss}, a scalar. */
    public final void differentiate(Tensor loss) {
        weights.clearGradient();
        loss.backward();
    }

    /** Takes one step along the gradient that is there. */
    public final void step(double learningRate) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Tensor direction = weights.gradient();
            if (maximalNorm < Double.POSITIVE_INFINITY) {
                Tensor norm = direction.square().sum().sqrt();
                direction.mulInPlace(
                        norm.add(1e-6).reciprocal().mul(maximalNorm).clampMax(1));
            }
            scales.ifPresent(direction::mulInPlace);
            decay(direction, weights.values(), learningRate);
            mask.ifPresent(direction::mulInPlace);
            update(weights.values(), direction, learningRate);
        }
    }

    /** Adds coupled weight decay to the direction, before masking. */
    abstract void decay(Tensor direction, Tensor values, double learningRate);

    /** Moves {@code values}; {@code direction} may be overwritten and is 0 wherever the mask is. */
    abstract void update(Tensor values, Tensor direction, double learningRate);

    /** What the optimizer remembers between steps, by name, for a checkpoint. */
    public abstract Map<String, Tensor> state();

    /** The weights being moved. */
    public final Weights weights() {
        return weights;
    }

    final Optional<Tensor> mask() {
        return mask;
    }

    @Override
    public void close() {
        scales.ifPresent(Tensor::close);
        mask.ifPresent(Tensor::close);
        state().values().forEach(Tensor::close);
    }
}
