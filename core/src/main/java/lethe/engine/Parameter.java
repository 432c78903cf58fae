package lethe.engine;

import java.util.function.Function;

/**
 * A learnable tensor of a module. Its memory is a window of the model's flat parameter vector (see {@link Weights}), so
 * that optimizers, masks, norms and copies are a handful of operations however many layers there are.
 */
public final class Parameter {
    private final long[] shape;
    private final Function<Seed, Tensor> initial;
    private final double gradientScale;
    private boolean trainable = true;
    private long offset;
    private @org.jspecify.annotations.Nullable Tensor value;

    Parameter(long[] shape, double gradientScale, Function<Seed, Tensor> initial) {
        this.shape = shape.clone();
        this.gradientScale = gradientScale;
        this.initial = initial;
    }

    /** The master weights, 32-bit floats. */
    public Tensor value() {
        if (value == null) {
            throw new IllegalStateException("The module's weights are not allocated yet; build it through Weights");
        }
        return value;
    }

    /** The weights in the type of {@code activations}; gradients flow through the conversion. */
    public Tensor like(Tensor activations) {
        return value().like(activations);
    }

    /**
     * Excludes the parameter from training, or includes it again. Optimizers made afterwards leave excluded weights
     * unmoved, and no gradient is computed for them.
     */
    public void trainable(boolean flag) {
        trainable = flag;
        if (value != null) {
            value.raw.requires_grad_(flag);
        }
    }

    /** Whether optimizers may move it. */
    public boolean isTrainable() {
        return trainable;
    }

    long[] shape() {
        return shape.clone();
    }

    /** What its gradient is multiplied with before the update, which multiplies its learning rate. */
    double gradientScale() {
        return gradientScale;
    }

    long elements() {
        long product = 1;
        for (long side : shape) {
            product *= side;
        }
        return product;
    }

    /** Where its window of the flat vectors starts. */
    long offset() {
        return offset;
    }

    void place(long start) {
        this.offset = start;
    }

    void bind(Tensor window) {
        this.value = window;
    }

    Tensor draw(Seed seed) {
        return initial.apply(seed);
    }
}
