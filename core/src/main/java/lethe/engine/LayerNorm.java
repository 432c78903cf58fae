package lethe.engine;

/** Layer normalisation over the last dimension, {@code (x − mean) / √(var + ε) · g + b} (Ba et al., 2016). */
public final class LayerNorm extends Module {
    private final double epsilon;
    private final Parameter weight;
    private final Parameter bias;

    /** Gain 1 and bias 0 to begin with. */
    public LayerNorm(long width, double epsilon) {
        this.epsilon = epsilon;
        this.weight = parameter("weight", seed -> Tensor.ones(width), width);
        this.bias = parameter("bias", seed -> Tensor.zeros(width), width);
    }

    @Override
    public Tensor forward(Tensor x) {
        return x.layerNorm(weight.like(x), bias.like(x), epsilon);
    }
}
