package lethe.training;

import java.util.List;
import lethe.engine.Tensor;

/**
 * How likely a model finds what an example's labels say. An image has one label, a text one for each of its tokens that
 * a loss is wanted of; with {@code V_i} those of example i, {@code n_i = |V_i|}:
 *
 * <pre>
 *   NLL_i = − Σ_{t ∈ V_i} log p(y_t | x_<t),     ℓ_i = NLL_i / n_i
 * </pre>
 *
 * <p>Everywhere logits are {@code (B, K)} with labels {@code (B)}, or {@code (B, T, V)} with labels {@code (B, T)}.
 */
public final class Likelihood {
    /** Below it the confidence of a text is no longer told from certainty. */
    private static final double CERTAIN = 1e-12;

    private Likelihood() {}

    /** Summed negative log-likelihood NLL of each example, {@code (B)}. */
    public static Tensor nll(Tensor logits, Tensor labels) {
        return perExample(logits.crossEntropyEach(labels));
    }

    /** Mean negative log-likelihood ℓ of each example, {@code (B)}; 0 where no loss is wanted of any token. */
    public static Tensor meanNll(Tensor logits, Tensor labels) {
        return nll(logits, labels).div(lengths(labels).clampMin(1));
    }

    /** The number n of labels of each example, {@code (B)}, as floats. */
    public static Tensor lengths(Tensor labels) {
        return perExample(wanted(labels));
    }

    /** 1 where a loss is wanted and 0 elsewhere, in the shape of the labels. */
    public static Tensor wanted(Tensor labels) {
        return labels.greaterThan(-1);
    }

    /** The mean of some numbers in the shape of the labels, over those labels that a loss is wanted of; a scalar. */
    public static Tensor mean(Tensor each, Tensor labels) {
        Tensor wanted = wanted(labels);
        return each.mul(wanted).sum().div(wanted.sum().clampMin(1));
    }

    /** Mean cross-entropy against whole distributions, which are in the shape of the logits; a scalar. */
    public static Tensor crossEntropy(Tensor logits, Tensor distribution, Tensor labels) {
        return mean(distribution.mul(logits.logSoftmax()).sumOver(-1).neg(), labels);
    }

    /** Mean divergence {@code KL(reference ‖ model)} over the labels that a loss is wanted of; a scalar. */
    public static Tensor divergence(Tensor reference, Tensor logits, Tensor labels) {
        Tensor logP = reference.logSoftmax();
        return mean(logP.exp().mul(logP.sub(logits.logSoftmax())).sumOver(-1), labels);
    }

    /** 1 at each label and 0 elsewhere, in the shape of the logits; labels of no interest count as 0. */
    public static Tensor oneHot(Tensor logits, Tensor labels) {
        return labels.clampMin(0).unsqueeze(-1).equalTo(Tensor.range(0, logits.size(-1)));
    }

    /** {@code log p̄} and {@code log(1 − p̄)} of each text, {@code (B, 2)}, with {@code p̄ = exp(−ℓ)}. */
    static Tensor confidence(Tensor logits, Tensor labels) {
        Tensor loss = meanNll(logits, labels).toDouble().clampMin(CERTAIN);
        Tensor otherwise = loss.neg().exp().neg().add(1).log();
        return Tensor.concat(List.of(loss.neg().unsqueeze(1), otherwise.unsqueeze(1)), 1);
    }

    private static Tensor perExample(Tensor each) {
        return each.shape().length == 1 ? each : each.sumOver(1);
    }
}
