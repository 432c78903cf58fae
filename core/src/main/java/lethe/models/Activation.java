package lethe.models;

import java.util.function.UnaryOperator;
import lethe.engine.Tensor;

/** What bends the hidden layer of a decoder's perceptrons. */
public enum Activation {
    /** Gaussian error linear unit, exact. */
    GELU(Tensor::gelu),
    /** Its approximation by a hyperbolic tangent. */
    GELU_TANH(Tensor::geluTanh),
    /** Sigmoid linear unit. */
    SILU(Tensor::silu),
    /** Rectified linear unit. */
    RELU(Tensor::relu);

    private final UnaryOperator<Tensor> function;

    Activation(UnaryOperator<Tensor> function) {
        this.function = function;
    }

    Tensor apply(Tensor x) {
        return function.apply(x);
    }
}
