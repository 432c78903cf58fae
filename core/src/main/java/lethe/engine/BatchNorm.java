package lethe.engine;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalisation over the channels of {@code (B, C, H, W)} (Ioffe and Szegedy, 2015). Parameters and statistics
 * are 32-bit floats whatever the type of the input.
 */
public final class BatchNorm extends Module {
    private final double momentum;
    private final double epsilon;
    private final Parameter weight;
    private final Parameter bias;
    private final Statistic runningMean;
    private final Statistic runningVariance;

    /** The usual settings: momentum 0.1, ε 1e-5, everything learned. */
    public BatchNorm(long channels) {
        this(channels, 0.1, 1e-5, true, 1);
    }

    /**
     * @param momentum weight of the newest batch in the running statistics
     * @param epsilon added to variances
     * @param learnScale whether the scale is learned, or stays 1
     * @param biasGradientScale what the gradient of the bias is multiplied with
     */
    public BatchNorm(long channels, double momentum, double epsilon, boolean learnScale, double biasGradientScale) {
        this.momentum = momentum;
        this.epsilon = epsilon;
        this.weight = parameter("weight", seed -> Tensor.ones(channels), channels);
        this.weight.trainable(learnScale);
        this.bias = parameter("bias", biasGradientScale, seed -> Tensor.zeros(channels), channels);
        this.runningMean = statistic("running_mean", 0, channels);
        this.runningVariance = statistic("running_var", 1, channels);
    }

    @Override
    public Tensor forward(Tensor x) {
        return new Tensor(torch.batch_norm(
                x.raw,
                new TensorOptional(weight.value().raw),
                new TensorOptional(bias.value().raw),
                new TensorOptional(runningMean.value().raw),
                new TensorOptional(runningVariance.value().raw),
                isTraining(),
                momentum,
                epsilon,
                true));
    }
}
