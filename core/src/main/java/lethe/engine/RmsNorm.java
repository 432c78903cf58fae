package lethe.engine;

/**
 * Root-mean-square normalisation over the last dimension, {@code g · x / √(mean x² + ε)} (Zhang and Sennrich, 2019). The
 * quotient is computed in 32-bit floats and takes the type of the input before it meets the gain.
 */
public final class RmsNorm extends Module {
    private final double epsilon;
    private final Parameter weight;

    /** Gain 1 to begin with. */
    public RmsNorm(long width, double epsilon) {
        this.epsilon = epsilon;
        this.weight = parameter("weight", seed -> Tensor.ones(width), width);
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor wide = x.to(Precision.FP32);
        Tensor scale = wide.square().meanOver(-1).add(epsilon).reciprocalSqrt().unsqueeze(-1);
        return wide.mul(scale).like(x).mul(weight.like(x));
    }
}
