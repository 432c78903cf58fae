package lethe.experiments;

import java.util.Arrays;
import java.util.stream.IntStream;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.Observations;
import lethe.attacks.Scores;
import lethe.attacks.Signal;
import lethe.metrics.Intervals;
import lethe.metrics.Residual;

/**
 * The likelihood ratio of each target between two kinds of models, one of each kind in every world:
 *
 * <pre>
 *   φ(f) = log( p_f / (1 − p_f) ),  p_f = exp(−ℓ(f))
 *   Λ(f) = log p(φ(f); models of the one kind) − log p(φ(f); models of the other)
 * </pre>
 *
 * <p>Densities are those of the attack {@link LikelihoodRatio}, fitted to all worlds but the one under test. Each target has
 * means of its own; what few worlds cannot say about its variances they borrow from all targets.
 */
final class ModelRatios {
    /** Worlds below which a variance cannot be fitted without the one under test. */
    static final int FEWEST_WORLDS = 3;

    private final double[][] ofOne; // (worlds × targets)
    private final double[][] ofOther;

    private ModelRatios(double[][] ofOne, double[][] ofOther) {
        this.ofOne = ofOne;
        this.ofOther = ofOther;
    }

    /**
     * The ratios of what both kinds of models say.
     *
     * @param one losses by the models to be recognised, by world and target, in nats; three worlds at least
     * @param other losses by the others, laid out alike
     */
    static ModelRatios of(double[][] one, double[][] other) {
        Observations observations = Observations.paired(Signal.PHI, logOdds(one), logOdds(other));
        Scores scores = new LikelihoodRatio().score(observations);
        int worlds = one.length;
        return new ModelRatios(table(scores, worlds, one[0].length, 0), table(scores, worlds, one[0].length, worlds));
    }

    private static double[][] table(Scores scores, int worlds, int targets, int from) {
        return IntStream.range(0, worlds)
                .mapToObj(w -> IntStream.range(0, targets)
                        .mapToDouble(f -> scores.value(f, from + w))
                        .toArray())
                .toArray(double[][]::new);
    }

    private static float[][] logOdds(double[][] losses) {
        return Arrays.stream(losses).map(ModelRatios::logOdds).toArray(float[][]::new);
    }

    private static float[] logOdds(double[] losses) {
        float[] odds = new float[losses.length];
        for (int f = 0; f < odds.length; f++) {
            double loss = Math.max(losses[f], Double.MIN_NORMAL); // a loss of 0 is one too small to write down
            odds[f] = (float) (loss > 30 ? -loss : -Math.log(Math.expm1(loss)));
        }
        return odds;
    }

    /** Λ of each target, mean over the models to be recognised. */
    double[] means() {
        return IntStream.range(0, ofOne[0].length)
                .mapToDouble(f -> Intervals.mean(
                        Arrays.stream(ofOne).mapToDouble(row -> row[f]).toArray()))
                .toArray();
    }

    /** How surely Λ of these targets tells the models apart. */
    Residual.Recognition recognition(Residual scale, int[] targets, double fpr) {
        return scale.recognition(ofOne, ofOther, targets, fpr);
    }
}
