package lethe.engine;

import java.util.Map;
import java.util.Optional;

/**
 * Stochastic gradient descent with momentum, as in PyTorch:
 *
 * <pre>
 *   g ← ∇L + λθ;   v ← μv + g;   θ ← θ − η·v        (Nesterov: θ ← θ − η·(g + μv))
 * </pre>
 */
public final class Sgd extends Optimizer {
    private final double momentum;
    private final double weightDecay;
    private final boolean nesterov;
    private final Tensor velocity;

    /** Descent of all trainable weights. */
    public Sgd(Weights weights, double momentum, boolean nesterov, double weightDecay) {
        this(weights, momentum, nesterov, weightDecay, Optional.empty());
    }

    /**
     * @param momentum μ in [0, 1)
     * @param weightDecay λ, coupled
     * @param mask vector of length P that is 0 for weights that must not move
     */
    public Sgd(Weights weights, double momentum, boolean nesterov, double weightDecay, Optional<Tensor> mask) {
        super(weights, mask);
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay;
        try (Scope scope = Scope.open()) {
            this.velocity = Tensor.zeros(momentum == 0 ? 0 : weights.size()).retain();
        }
    }

    @Override
    void decay(Tensor direction, Tensor values, double learningRate) {
        if (weightDecay != 0) {
            direction.addInPlace(values, weightDecay);
        }
    }

    @Override
    void update(Tensor values, Tensor direction, double learningRate) {
        if (momentum == 0) {
            values.addInPlace(direction, -learningRate);
            return;
        }
        velocity.mulInPlace(momentum).addInPlace(direction);
        if (nesterov) {
            values.addInPlace(direction.addInPlace(velocity, momentum), -learningRate);
        } else {
            values.addInPlace(velocity, -learningRate);
        }
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of("velocity", velocity);
    }
}
