package lethe.engine;

/** {@code x Wᵀ + b}; {@code (B, D)} to {@code (B, D')}. Weights and bias start uniform in ±1/√D. */
public final class Linear extends Module {
    private final Parameter weight;
    private final Parameter bias;

    public Linear(long in, long out) {
        double bound = 1 / Math.sqrt(in);
        this.weight = parameter("weight", seed -> seed.uniform(-bound, bound, out, in), out, in);
        this.bias = parameter("bias", seed -> seed.uniform(-bound, bound, out), out);
    }

    @Override
    public Tensor forward(Tensor x) {
        return heard(x).linear(weight.like(x), bias.like(x));
    }
}
