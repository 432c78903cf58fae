package lethe.engine;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A multi-dimensional array of numbers, owned by the {@link Scope} it was made in.
 *
 * <p>Methods return new tensors; those whose name ends in {@code InPlace} change this one and return it. Images are
 * stored channels-last: their shape reads {@code (B, C, H, W)}, their memory is {@code B, H, W, C}.
 */
public final class Tensor implements AutoCloseable {
    /** The label where a text wants no loss: its prompt, and what fills a row up. */
    public static final int IGNORED_LABEL = -100;

    static final TensorOptional NONE = new TensorOptional().retainReference();
    private static final ScalarTypeOptional SAME_TYPE = new ScalarTypeOptional().retainReference();
    private static final LongOptional ALONG_ROWS = new LongOptional(1).retainReference();

    final org.bytedeco.pytorch.Tensor raw;

    Tensor(org.bytedeco.pytorch.Tensor raw) {
        this.raw = raw;
    }

    // ---------------------------------------------------------------- making

    /** A tensor of zeros, 32-bit floats. */
    public static Tensor zeros(long... shape) {
        return new Tensor(torch.zeros(shape, options(ScalarType.Float)));
    }

    /** A tensor of ones, 32-bit floats. */
    public static Tensor ones(long... shape) {
        return new Tensor(torch.ones(shape, options(ScalarType.Float)));
    }

    /** A copy of {@code values}, 32-bit floats, shape {@code (values.length)}. */
    public static Tensor of(float... values) {
        return new Tensor(onDevice(org.bytedeco.pytorch.Tensor.create(values)));
    }

    /** A copy of {@code values}, 64-bit integers, shape {@code (values.length)}. */
    public static Tensor of(long... values) {
        return new Tensor(onDevice(org.bytedeco.pytorch.Tensor.create(values)));
    }

    /** A copy of {@code values}, widened to 64-bit integers; the type of labels and indices. */
    public static Tensor ofInts(int... values) {
        return of(Arrays.stream(values).asLongStream().toArray());
    }

    /** A copy of {@code values} as unsigned bytes of the given shape, on the processor. */
    public static Tensor ofBytes(byte[] values, long... shape) {
        if (elements(shape) != values.length) {
            throw new IllegalArgumentException("Shape " + Arrays.toString(shape) + " holds " + elements(shape)
                    + " bytes, but " + values.length + " are given");
        }
        try (BytePointer bytes = new BytePointer(values)) {
            return new Tensor(torch.from_blob(bytes, shape, new TensorOptions(ScalarType.Byte))
                    .clone());
        }
    }

    /** Zeros as unsigned bytes, on the processor whatever the current device; what images are kept in. */
    public static Tensor zeroBytes(long... shape) {
        return new Tensor(torch.zeros(shape, new TensorOptions(ScalarType.Byte)));
    }

    /** The integers {@code from} to {@code to - 1}. */
    public static Tensor range(long from, long to) {
        return new Tensor(torch.arange(new Scalar(from), new Scalar(to), options(ScalarType.Long)));
    }

    /** Joins tensors along an existing dimension. */
    public static Tensor concat(List<Tensor> parts, long dimension) {
        TensorVector vector = new TensorVector();
        for (Tensor part : parts) {
            vector.push_back(part.raw);
        }
        return new Tensor(torch.cat(vector, dimension));
    }

    static TensorOptions options(ScalarType type) {
        Device device = Scope.currentDevice();
        TensorOptions options = new TensorOptions(type);
        return device == Device.cpu() ? options : options.device(new org.bytedeco.pytorch.DeviceOptional(device.raw()));
    }

    private static org.bytedeco.pytorch.Tensor onDevice(org.bytedeco.pytorch.Tensor raw) {
        Device device = Scope.currentDevice();
        return device == Device.cpu() ? raw : raw.to(device.raw(), raw.scalar_type());
    }

    private static long elements(long... shape) {
        long product = 1;
        for (long side : shape) {
            product = Math.multiplyExact(product, side);
        }
        return product;
    }

    // ---------------------------------------------------------------- shape

    /** The length of one dimension; negative dimensions count from the last. */
    public long size(long dimension) {
        return raw.size(dimension);
    }

    /** The lengths of all dimensions. */
    public long[] shape() {
        long[] shape = new long[(int) raw.dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = raw.size(i);
        }
        return shape;
    }

    /** The number of elements. */
    public long elements() {
        return raw.numel();
    }

    /** The same elements in another shape; one length may be {@code -1}. */
    public Tensor reshape(long... shape) {
        return new Tensor(raw.reshape(shape));
    }

    /** All dimensions from {@code start} on become one. */
    public Tensor flatten(long start) {
        return new Tensor(raw.flatten(start, -1));
    }

    /** The dimensions in another order, without moving memory. */
    public Tensor permute(long... order) {
        return new Tensor(raw.permute(order));
    }

    /** The transpose of a matrix. */
    public Tensor transpose() {
        return new Tensor(raw.t());
    }

    /** A new dimension of length 1. */
    public Tensor unsqueeze(long dimension) {
        return new Tensor(raw.unsqueeze(dimension));
    }

    /** A view of {@code length} entries of one dimension. */
    public Tensor narrow(long dimension, long start, long length) {
        return new Tensor(raw.narrow(dimension, start, length));
    }

    /** One entry of one dimension, which disappears. */
    public Tensor select(long dimension, long index) {
        return new Tensor(raw.select(dimension, index));
    }

    /** The entries of one dimension named by {@code indices} (64-bit integers), copied. */
    public Tensor indexSelect(long dimension, Tensor indices) {
        return new Tensor(raw.index_select(dimension, indices.raw));
    }

    /** From each row the entry of the column that {@code columns} names; shape {@code (B)}. */
    public Tensor gatherColumns(Tensor columns) {
        return new Tensor(raw.gather(1, columns.raw.unsqueeze(1)).squeeze(1));
    }

    /** With {@code value} appended to the last dimension until it has {@code length} entries; itself if it has. */
    public Tensor paddedTo(long length, double value) {
        long missing = length - size(-1);
        return missing == 0
                ? this
                : new Tensor(
                        torch.constant_pad_nd(raw, new long[] {0, missing}, new org.bytedeco.pytorch.Scalar(value)));
    }

    /** A view with explicit strides, in elements. */
    Tensor strided(long[] shape, long... strides) {
        return new Tensor(raw.as_strided(shape, strides));
    }

    /** All windows of {@code size} entries along one dimension, as a new last dimension. */
    public Tensor unfold(long dimension, long size, long step) {
        return new Tensor(raw.unfold(dimension, size, step));
    }

    /** The entries of one dimension in reverse order, copied. */
    public Tensor flip(long dimension) {
        return new Tensor(raw.flip(dimension));
    }

    // ---------------------------------------------------------------- type, memory, device

    /** The elements as {@code precision}; this tensor if they already are. */
    public Tensor to(Precision precision) {
        return type() == precision.type ? this : new Tensor(raw.to(precision.type));
    }

    /** The elements in the type of {@code other}. */
    public Tensor like(Tensor other) {
        ScalarType type = other.type();
        return type() == type ? this : new Tensor(raw.to(type));
    }

    /** Whether the elements are 64-bit integers, as labels, indices and token ids are. */
    public boolean isIntegers() {
        return type() == ScalarType.Long;
    }

    /** The elements as 64-bit integers. */
    public Tensor toIntegers() {
        return new Tensor(raw.to(ScalarType.Long));
    }

    /** The elements as 64-bit floats. */
    public Tensor toDouble() {
        return new Tensor(raw.to(ScalarType.Double));
    }

    /** The elements rounded to the nearest 16-bit floats of IEEE, still as 32-bit floats. */
    public Tensor roundedToHalf() {
        return new Tensor(raw.to(ScalarType.Half).to(ScalarType.Float));
    }

    /** The tensor on another device; itself if it is there already. */
    public Tensor to(Device device) {
        return new Tensor(raw.to(device.raw(), raw.scalar_type()));
    }

    /** A copy whose memory is dense and in the order of the shape. */
    public Tensor contiguous() {
        return new Tensor(raw.contiguous(MemoryFormat.Contiguous));
    }

    /** Images in channels-last memory order, the fast layout for convolutions. */
    public Tensor channelsLast() {
        return new Tensor(raw.contiguous(MemoryFormat.ChannelsLast));
    }

    /** A copy that shares no memory with this tensor. */
    public Tensor copy() {
        return new Tensor(raw.clone());
    }

    /** The same elements, outside of any differentiation. */
    public Tensor detach() {
        return new Tensor(raw.detach());
    }

    // ---------------------------------------------------------------- arithmetic

    public Tensor add(Tensor other) {
        return new Tensor(raw.add(other.raw));
    }

    public Tensor add(double value) {
        return new Tensor(raw.add(new Scalar(value)));
    }

    public Tensor sub(Tensor other) {
        return new Tensor(raw.sub(other.raw));
    }

    public Tensor mul(Tensor other) {
        return new Tensor(raw.mul(other.raw));
    }

    public Tensor mul(double value) {
        return new Tensor(raw.mul(new Scalar(value)));
    }

    public Tensor div(Tensor other) {
        return new Tensor(raw.div(other.raw));
    }

    public Tensor neg() {
        return new Tensor(raw.neg());
    }

    public Tensor abs() {
        return new Tensor(raw.abs());
    }

    /** The nearest whole numbers; halves go to even ones. */
    public Tensor round() {
        return new Tensor(raw.round());
    }

    /** −1, 0 or 1 by the sign of each element. */
    public Tensor sign() {
        return new Tensor(raw.sign());
    }

    public Tensor square() {
        return new Tensor(raw.square());
    }

    public Tensor sqrt() {
        return new Tensor(raw.sqrt());
    }

    public Tensor reciprocal() {
        return new Tensor(raw.reciprocal());
    }

    public Tensor reciprocalSqrt() {
        return new Tensor(raw.rsqrt());
    }

    public Tensor exp() {
        return new Tensor(raw.exp());
    }

    public Tensor log() {
        return new Tensor(raw.log());
    }

    /** Each element moved into {@code [low, high]}. */
    public Tensor clamp(double low, double high) {
        return new Tensor(raw.clamp(
                new org.bytedeco.pytorch.ScalarOptional(new Scalar(low)),
                new org.bytedeco.pytorch.ScalarOptional(new Scalar(high))));
    }

    /** Each element, but at least {@code low}. */
    public Tensor clampMin(double low) {
        return new Tensor(raw.clamp_min(new Scalar(low)));
    }

    /** Each element, but at most {@code high}. */
    public Tensor clampMax(double high) {
        return new Tensor(raw.clamp_max(new Scalar(high)));
    }

    /** Matrix product. */
    public Tensor matmul(Tensor other) {
        return new Tensor(raw.matmul(other.raw));
    }

    // ---------------------------------------------------------------- comparing and choosing

    /** 1 where equal, otherwise 0, as 32-bit floats. */
    public Tensor equalTo(Tensor other) {
        return new Tensor(raw.eq(other.raw).to(ScalarType.Float));
    }

    /** 1 where this is greater than {@code value}, otherwise 0, as 32-bit floats. */
    public Tensor greaterThan(double value) {
        return new Tensor(raw.gt(new Scalar(value)).to(ScalarType.Float));
    }

    /** The column of the largest entry of each row; ties go to the lowest column. */
    public Tensor argmax() {
        return new Tensor(raw.argmax(ALONG_ROWS, false));
    }

    /** The indices of the {@code count} largest elements of a vector, in no particular order. */
    public Tensor largest(long count) {
        T_TensorTensor_T pair = raw.topk(count, 0, true, false);
        return new Tensor(pair.get1());
    }

    /** Whether shape, type and every element are the same. */
    public boolean sameAs(Tensor other) {
        return type() == other.type() && raw.equal(other.raw);
    }

    // ---------------------------------------------------------------- reductions

    /** The sum of all elements, a scalar. */
    public Tensor sum() {
        return new Tensor(raw.sum());
    }

    /** The mean of all elements, a scalar. */
    public Tensor mean() {
        return new Tensor(raw.mean());
    }

    /** Means over some dimensions, which disappear. */
    public Tensor meanOver(long... dimensions) {
        return new Tensor(raw.mean(dimensions, false, SAME_TYPE));
    }

    /** Sums over some dimensions, which disappear. */
    public Tensor sumOver(long... dimensions) {
        return new Tensor(raw.sum(dimensions, false, SAME_TYPE));
    }

    /** Sums of all entries up to each, along one dimension. */
    public Tensor cumulative(long dimension) {
        return new Tensor(raw.cumsum(dimension));
    }

    /** The largest entries over some dimensions, which disappear. */
    public Tensor maxOver(long... dimensions) {
        return new Tensor(raw.amax(dimensions, false));
    }

    /** The Euclidean norm of each entry of the first dimension; shape {@code (B, 1, …, 1)}, broadcasting over the rest. */
    public Tensor normPerExample() {
        long[] others = new long[(int) raw.dim() - 1];
        Arrays.setAll(others, i -> i + 1L);
        return new Tensor(torch.linalg_vector_norm(raw, new Scalar(2), others, true, SAME_TYPE));
    }

    /** Eigenvalues, ascending, and eigenvectors, as columns, of a symmetric matrix. */
    public Tensor[] symmetricEigen() {
        T_TensorTensor_T pair = torch.linalg_eigh(raw);
        return new Tensor[] {new Tensor(pair.get0()), new Tensor(pair.get1())};
    }

    // ---------------------------------------------------------------- network operations

    public Tensor relu() {
        return new Tensor(raw.relu());
    }

    /** Rectifies this tensor itself, where nothing needs its earlier value. */
    public Tensor reluInPlace() {
        raw.relu_();
        return this;
    }

    /** {@code log(1 / (1 + exp(−x)))}, exact also where it is far below 0. */
    public Tensor logSigmoid() {
        return new Tensor(torch.log_sigmoid(raw));
    }

    /** Gaussian error linear unit, exact form. */
    public Tensor gelu() {
        return new Tensor(torch.gelu(raw));
    }

    /** Gaussian error linear unit, ½x(1 + tanh(√(2/π)(x + 0.044715x³))). */
    public Tensor geluTanh() {
        return new Tensor(torch.gelu(raw, "tanh"));
    }

    /** Sigmoid linear unit, x·σ(x). */
    public Tensor silu() {
        return new Tensor(torch.silu(raw));
    }

    /** The rows of this table {@code (V, D)} that {@code ids}, 64-bit integers of any shape, name; {@code (…, D)}. */
    public Tensor embedding(Tensor ids) {
        return new Tensor(torch.embedding(raw, ids.raw));
    }

    /** Layer normalisation over the last dimension, moments in 32 bits or more (Ba et al., 2016). */
    public Tensor layerNorm(Tensor weight, Tensor bias, double epsilon) {
        return new Tensor(torch.layer_norm(
                raw, weight.shape(), new TensorOptional(weight.raw), new TensorOptional(bias.raw), epsilon, true));
    }

    /**
     * Scaled dot-product attention, {@code softmax(q kᵀ / √d) v}, where position i sees positions 0 to i. This holds
     * queries {@code (B, H, T, d)}; keys and values are {@code (B, G, T, d)}, and query head h reads head ⌊h / (H/G)⌋ of
     * theirs.
     */
    public Tensor causalAttention(Tensor keys, Tensor values) {
        return attention(keys, values, NONE, true);
    }

    /** As {@link #causalAttention}, but all queries {@code (B, H, T, d)} see all keys {@code (B, G, S, d)}. */
    public Tensor attention(Tensor keys, Tensor values) {
        return attention(keys, values, NONE, false);
    }

    /**
     * As {@link #causalAttention}, but a query sees the keys {@code (B, G, S, d)} for which {@code visible}, broadcasting
     * to {@code (B, H, T, S)}, is not 0. Every query must see a key.
     */
    public Tensor attention(Tensor keys, Tensor values, Tensor visible) {
        return attention(keys, values, new TensorOptional(visible.raw.to(ScalarType.Bool)), false);
    }

    private Tensor attention(Tensor keys, Tensor values, TensorOptional visible, boolean causal) {
        if (type() == ScalarType.BFloat16 && raw.device().is_cpu()) {
            // On processors without matrix tiles the kernel is some fifteen times slower in bfloat16.
            return to(Precision.FP32)
                    .attention(keys.to(Precision.FP32), values.to(Precision.FP32), visible, causal)
                    .to(Precision.BF16);
        }
        long group = size(1) / keys.size(1);
        return new Tensor(torch.scaled_dot_product_attention(
                raw,
                keys.repeatHeads(group).raw,
                values.repeatHeads(group).raw,
                visible,
                0,
                causal,
                new DoubleOptional(),
                false));
    }

    /** Each head {@code times} times in a row: the fused kernels of processors know no groups. */
    private Tensor repeatHeads(long times) {
        if (times == 1) {
            return this;
        }
        long[] shape = {size(0), size(1), times, size(2), size(3)};
        return new Tensor(raw.unsqueeze(2).expand(shape).reshape(size(0), size(1) * times, size(2), size(3)));
    }

    /** Maximum over square windows as wide as their stride. */
    public Tensor maxPool(long window) {
        return new Tensor(torch.max_pool2d(raw, window));
    }

    /** {@code x Wᵀ + b}. */
    public Tensor linear(Tensor weight, Tensor bias) {
        return isOneRowToRead(weight)
                ? withLast(new Tensor(torch.addmv(bias.raw, weight.raw, reshape(-1).raw)))
                : new Tensor(torch.linear(raw, weight.raw, new TensorOptional(bias.raw)));
    }

    /** {@code x Wᵀ}. */
    public Tensor linear(Tensor weight) {
        return isOneRowToRead(weight)
                ? withLast(new Tensor(torch.mv(weight.raw, reshape(-1).raw)))
                : new Tensor(torch.linear(raw, weight.raw));
    }

    /**
     * Whether a product with a matrix is one with a vector, and nobody differentiates it: then it is bound by reading the
     * matrix, which the product of matrices copies first. That is two to nine times slower.
     */
    private boolean isOneRowToRead(Tensor weight) {
        return raw.dim() > 1
                && raw.numel() == raw.size(-1)
                && weight.raw.is_cpu()
                && type() == ScalarType.Float
                && !GradMode.is_enabled();
    }

    /** A vector in this shape but for the last dimension. */
    private Tensor withLast(Tensor vector) {
        long[] shape = shape();
        shape[shape.length - 1] = vector.elements();
        return vector.reshape(shape);
    }

    /** Logarithms of the softmax over the last dimension. */
    public Tensor logSoftmax() {
        return new Tensor(raw.log_softmax(-1));
    }

    /** Logarithms of the sums of the exponentials over the last dimension, which disappears. */
    public Tensor logSumExp() {
        return new Tensor(raw.logsumexp(-1));
    }

    /** Softmax over the last dimension. */
    public Tensor softmax() {
        return new Tensor(raw.softmax(-1));
    }

    /**
     * Mean cross-entropy, in nats, of logits {@code (B, K)} against labels {@code (B)}; a scalar. For texts logits are
     * {@code (B, T, V)} and labels {@code (B, T)}, and the mean is over all tokens whose label is not
     * {@link #IGNORED_LABEL}.
     */
    public Tensor crossEntropy(Tensor labels) {
        return crossEntropy(labels, 1, 0);
    }

    /** Mean cross-entropy with the target distribution smoothed by {@code smoothing}; a scalar. */
    public Tensor crossEntropy(Tensor labels, double smoothing) {
        return crossEntropy(labels, 1, smoothing);
    }

    /** Summed cross-entropy, so that no example's gradient depends on the size of the batch, a scalar; of texts too. */
    public Tensor crossEntropySum(Tensor labels) {
        return crossEntropy(labels, 2, 0);
    }

    /** Cross-entropy of each example, {@code (B)}, or of each token, {@code (B, T)}, 0 where it is ignored. */
    public Tensor crossEntropyEach(Tensor labels) {
        return crossEntropy(labels, 0, 0);
    }

    private Tensor crossEntropy(Tensor labels, int reduction, double smoothing) {
        long[] shape = shape();
        if (shape.length < 2 || !Arrays.equals(Arrays.copyOf(shape, shape.length - 1), labels.shape())) {
            throw new IllegalArgumentException("logits " + Arrays.toString(shape) + " and labels "
                    + Arrays.toString(labels.shape()) + " disagree on B");
        }
        // (B, T, V) as (B·T, V): the operation wants classes second
        org.bytedeco.pytorch.Tensor rows = shape.length == 2 ? raw : raw.reshape(-1, shape[shape.length - 1]);
        org.bytedeco.pytorch.Tensor targets = shape.length == 2 ? labels.raw : labels.raw.reshape(-1);
        Tensor loss = new Tensor(torch.cross_entropy_loss(rows, targets, NONE, reduction, IGNORED_LABEL, smoothing));
        return reduction == 0 && shape.length > 2 ? loss.reshape(labels.shape()) : loss;
    }

    // ---------------------------------------------------------------- in place

    public Tensor addInPlace(Tensor other) {
        raw.add_(other.raw);
        return this;
    }

    /** Adds {@code factor · other}. */
    public Tensor addInPlace(Tensor other, double factor) {
        raw.add_(other.raw, new Scalar(factor));
        return this;
    }

    public Tensor mulInPlace(Tensor other) {
        raw.mul_(other.raw);
        return this;
    }

    public Tensor mulInPlace(double factor) {
        raw.mul_(new Scalar(factor));
        return this;
    }

    /** Adds {@code factor · numerator / denominator}, element by element. */
    public Tensor addQuotientInPlace(Tensor numerator, Tensor denominator, double factor) {
        raw.addcdiv_(numerator.raw, denominator.raw, new Scalar(factor));
        return this;
    }

    /** Adds {@code factor · a · b}, element by element. */
    public Tensor addProductInPlace(Tensor a, Tensor b, double factor) {
        raw.addcmul_(a.raw, b.raw, new Scalar(factor));
        return this;
    }

    /** Moves towards {@code target} by the fraction {@code weight}. */
    public Tensor lerpInPlace(Tensor target, double weight) {
        raw.lerp_(target.raw, new Scalar(weight));
        return this;
    }

    public Tensor zeroInPlace() {
        raw.zero_();
        return this;
    }

    /** Takes over the elements of {@code source}, which may lie in another order or on another device. */
    public Tensor copyInPlace(Tensor source) {
        raw.copy_(source.raw);
        return this;
    }

    /** Replaces entries of the first dimension named by {@code indices} with those of {@code source}. */
    public Tensor indexCopyInPlace(Tensor indices, Tensor source) {
        raw.index_copy_(0, indices.raw, source.raw);
        return this;
    }

    /** Sets the elements of a vector named by {@code indices} to {@code value}. */
    public Tensor indexFillInPlace(Tensor indices, double value) {
        raw.index_fill_(0, indices.raw, new Scalar(value));
        return this;
    }

    // ---------------------------------------------------------------- differentiation

    /** A leaf with the same elements, for which {@link #gradientOf} and {@link #backward} find gradients. */
    public Tensor asVariable() {
        return new Tensor(raw.detach().requires_grad_(true));
    }

    /** Moves every element into [{@code low}, {@code high}]. */
    public Tensor clampInPlace(double low, double high) {
        raw.clamp_(
                new org.bytedeco.pytorch.ScalarOptional(new Scalar(low)),
                new org.bytedeco.pytorch.ScalarOptional(new Scalar(high)));
        return this;
    }

    /** Adds the gradient of this scalar to every parameter it depends on. */
    public void backward() {
        raw.backward();
    }

    /** The same, for a scalar whose origins are to be differentiated again. */
    public void backwardAgainLater() {
        raw.backward(
                new org.bytedeco.pytorch.Tensor(),
                new org.bytedeco.pytorch.BoolOptional(true),
                false,
                new org.bytedeco.pytorch.TensorArrayRefOptional());
    }

    /** The gradient of this scalar with respect to {@code input} alone; parameters are skipped. */
    public Tensor gradientOf(Tensor input) {
        return new Tensor(
                torch.grad(new TensorVector(raw), new TensorVector(input.raw)).get(0));
    }

    // ---------------------------------------------------------------- reading out

    /** The only element as a number. */
    public double item() {
        return raw.item_double();
    }

    /** Whether every element is finite. */
    public boolean isFinite() {
        return Double.isFinite(raw.sum().item_double()) || raw.isfinite().all().item_bool();
    }

    /** The elements in the order of the shape. */
    public float[] toFloats() {
        org.bytedeco.pytorch.Tensor dense =
                raw.detach().to(Device.cpu().raw(), ScalarType.Float).contiguous(MemoryFormat.Contiguous);
        float[] values = new float[Math.toIntExact(dense.numel())];
        if (values.length > 0) {
            dense.data_ptr_float().get(values);
        }
        return values;
    }

    /** The elements in the order of the shape. */
    public long[] toLongs() {
        org.bytedeco.pytorch.Tensor dense =
                raw.detach().to(Device.cpu().raw(), ScalarType.Long).contiguous(MemoryFormat.Contiguous);
        long[] values = new long[Math.toIntExact(dense.numel())];
        if (values.length > 0) {
            dense.data_ptr_long().get(values);
        }
        return values;
    }

    /** The elements in the order of the shape. */
    public int[] toInts() {
        return Arrays.stream(toLongs()).mapToInt(Math::toIntExact).toArray();
    }

    /** Copies dense unsigned bytes out, {@code length} of them from element {@code from} on. */
    public byte[] readBytes(long from, int length) {
        byte[] values = new byte[length];
        if (length > 0) {
            bytes(from, length).get(values);
        }
        return values;
    }

    /** Overwrites dense unsigned bytes from element {@code from} on. Threads may write to different parts at once. */
    public void writeBytes(long from, byte[] values) {
        if (values.length > 0) {
            bytes(from, values.length).put(values);
        }
    }

    private BytePointer bytes(long from, int length) {
        if (type() != ScalarType.Byte || !raw.is_contiguous() || from < 0 || from > elements() - length) {
            throw new IllegalArgumentException("Bytes " + from + "…" + (from + length) + " are not within " + this
                    + ", or it is not a dense tensor of bytes");
        }
        return new BytePointer(raw.data_ptr()).position(from);
    }

    // ---------------------------------------------------------------- lifetime

    /** Makes this tensor outlive its scope; it then lives until {@link #close()}. */
    public Tensor retain() {
        raw.retainReference();
        return this;
    }

    /** Frees a tensor that was retained. */
    @Override
    public void close() {
        raw.close();
    }

    @Override
    public String toString() {
        return type() + Arrays.toString(shape());
    }

    /** The element type as the constant of that name; what the binding returns is equal but not identical to it. */
    ScalarType type() {
        return raw.scalar_type().intern();
    }
}
