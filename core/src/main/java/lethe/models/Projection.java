package lethe.models;

import java.util.Optional;
import lethe.engine.Module;
import lethe.engine.Parameter;
import lethe.engine.Tensor;

/**
 * A linear map of a decoder, {@code y = x Wᵀ + b}, to which an adapter of low rank may be added: {@code + s·B(A x)}. W
 * is stored as {@code (out, in)}, or as {@code (in, out)} where the layout has it so.
 */
final class Projection extends Module {
    private final long in;
    private final long out;
    private final boolean transposed;
    private final Parameter weight;
    private final Optional<Parameter> bias;
    private Optional<Adapter> adapter = Optional.empty();

    /** Weights are normal before training, biases 0. */
    Projection(long in, long out, boolean biased, boolean transposed, double standardDeviation) {
        this.in = in;
        this.out = out;
        this.transposed = transposed;
        long[] shape = transposed ? new long[] {in, out} : new long[] {out, in};
        this.weight = parameter("weight", seed -> seed.normal(standardDeviation, shape), shape);
        this.bias = biased ? Optional.of(parameter("bias", seed -> Tensor.zeros(out), out)) : Optional.empty();
    }

    private record Adapter(Parameter a, Parameter b, double scale) {}

    /** Declares an adapter: A {@code (r, in)} uniform in ±1/√in before training, B {@code (out, r)} 0. */
    void adapt(int rank, double scale) {
        double bound = 1 / Math.sqrt(in);
        adapter = Optional.of(new Adapter(
                parameter("lora_A.weight", seed -> seed.uniform(-bound, bound, rank, in), rank, in),
                parameter("lora_B.weight", seed -> Tensor.zeros(out, rank), out, rank),
                scale));
    }

    /** What the adapter adds to the stored matrix, {@code s·BA} in its layout; nothing where there is no adapter. */
    Optional<Tensor> update() {
        return adapter.map(low -> {
            Tensor product = low.b.value().matmul(low.a.value()).mul(low.scale); // (out, in)
            return transposed ? product.transpose() : product;
        });
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor matrix = weight.like(x);
        Tensor oriented = transposed ? matrix.transpose() : matrix;
        Tensor y = bias.map(b -> x.linear(oriented, b.like(x))).orElseGet(() -> x.linear(oriented)); // (…, out)
        return adapter.map(low ->
                        y.add(x.linear(low.a.like(x)).linear(low.b.like(x)).mul(low.scale)))
                .orElse(y);
    }
}
