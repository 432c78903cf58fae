package lethe.metrics;

import java.util.function.ToDoubleBiFunction;

/**
 * How far an unlearned model is from a retrained one, in the numbers that papers put in their tables. None is an attack;
 * each is 0 or its stated ideal for a model equal to the retrained one, which independent retraining does not reach
 * either, so its own value belongs beside them.
 */
public final class RetrainDistance {
    private static final double BITS = 1 / Math.log(2);

    private RetrainDistance() {}

    /**
     * Mean over examples of the Jensen–Shannon divergence of two models' predictions, in natural logarithms.
     *
     * @param p (examples × classes), probabilities
     * @param q the same of the other model
     */
    public static double jensenShannon(double[][] p, double[][] q) {
        return mean(p, q, Divergence::jensenShannon);
    }

    /**
     * Activation distance: mean over examples of {@code ‖p − q‖₂}.
     *
     * @param p (examples × classes), probabilities
     * @param q the same of the other model
     * @see <a href="https://arxiv.org/abs/2012.13431">Golatkar et al., 2021</a>
     */
    public static double activation(double[][] p, double[][] q) {
        return mean(p, q, Divergence::euclidean);
    }

    /**
     * Zero-retrain forgetting (ZRF): 1 less the mean Jensen–Shannon divergence, in bits, from a model that was never
     * trained; larger means "less is left". A retrained model's own value is the ideal, not 1.
     *
     * @param unlearned (examples × classes), probabilities on the forget set
     * @param untrained the same of a randomly initialised model
     * @see <a href="https://arxiv.org/abs/2205.08096">Chundawat et al., 2023</a>
     */
    public static double zeroRetrainForgetting(double[][] unlearned, double[][] untrained) {
        return zeroRetrainForgetting(jensenShannon(unlearned, untrained));
    }

    /** The same from the mean divergence, in natural logarithms. */
    public static double zeroRetrainForgetting(double divergence) {
        return 1 - BITS * divergence;
    }

    /** Symmetric absolute percentage error {@code 100·|a − b| / (|a| + |b|)}, 0 where both are 0. */
    public static double symmetricPercentage(double a, double b) {
        return a == b ? 0 : 100 * Math.abs(a - b) / (Math.abs(a) + Math.abs(b));
    }

    /** Run-time efficiency: how many times faster than retraining. */
    public static double runTimeEfficiency(double seconds, double retrainSeconds) {
        return retrainSeconds / seconds;
    }

    private static double mean(double[][] p, double[][] q, ToDoubleBiFunction<double[], double[]> distance) {
        if (p.length == 0 || p.length != q.length) {
            throw new IllegalArgumentException(
                    "Need predictions of both models on the same examples, but got " + p.length + " and " + q.length);
        }
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += distance.applyAsDouble(p[i], q[i]);
        }
        return sum / p.length;
    }
}
