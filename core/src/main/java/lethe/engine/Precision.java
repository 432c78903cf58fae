package lethe.engine;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number format of activations. Master weights, statistics, logits and losses are always 32-bit floats. */
public enum Precision {
    /** IEEE single precision. */
    FP32(ScalarType.Float),
    /** bfloat16: eight bits of mantissa, twice the arithmetic rate on processors that support it. */
    BF16(ScalarType.BFloat16);

    final ScalarType type;

    Precision(ScalarType type) {
        this.type = type;
    }
}
