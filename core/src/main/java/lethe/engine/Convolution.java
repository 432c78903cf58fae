package lethe.engine;

import java.util.function.Function;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A square two-dimensional convolution; {@code (B, C, H, W)} to {@code (B, C', H', W')}. */
public final class Convolution extends Module {
    private static final long[] ONE = {1, 1};

    private final Parameter weight;
    private final long[] stride;
    private final long[] padding;

    /** Without bias; Kaiming-normal in fan-out mode (He et al., 2015). */
    public Convolution(long in, long out, long kernel, long stride, long padding) {
        this(
                in,
                out,
                kernel,
                stride,
                padding,
                seed -> seed.normal(Math.sqrt(2.0 / (out * kernel * kernel)), out, in, kernel, kernel));
    }

    /** Without bias; weights {@code (C', C, kernel, kernel)} from {@code initial}. */
    public Convolution(long in, long out, long kernel, long stride, long padding, Function<Seed, Tensor> initial) {
        this.weight = parameter("weight", initial, out, in, kernel, kernel);
        this.stride = new long[] {stride, stride};
        this.padding = new long[] {padding, padding};
    }

    /** The kernels, {@code (C', C, kernel, kernel)}. */
    public Parameter weight() {
        return weight;
    }

    @Override
    public Tensor forward(Tensor x) {
        return new Tensor(torch.conv2d(heard(x).raw, weight.like(x).raw, Tensor.NONE, stride, padding, ONE, 1));
    }

    /** Convolves and adds one bias per output channel. */
    public Tensor forward(Tensor x, Tensor bias) {
        return new Tensor(torch.conv2d(
                heard(x).raw, weight.like(x).raw, new TensorOptional(bias.like(x).raw), stride, padding, ONE, 1));
    }
}
