package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.stream.IntStream;
import lethe.catalog.Named;

/**
 * LiRA with a global threshold: the likelihood ratio of two normal densities common to all examples, one of positives and
 * one of negatives of the half of the worlds that the target is not in.
 *
 * <pre>
 *   score(φ) = log N(φ; mean and variance of all positives) − log N(φ; mean and variance of all negatives)
 * </pre>
 *
 * <p>What {@link LikelihoodRatio} gains over it is due to knowing the example: with means that differ between examples
 * by τ within-example deviations, a gap of d gives {@code Φ(d/√(2 + 2τ²))} here and {@code Φ(d/√2)} there. Each class has
 * a variance of its own, so the score need not rise with φ. The cut is 0.
 *
 * @param signal the signal φ
 * @see <a href="https://arxiv.org/abs/2112.03570">Carlini et al., 2022</a>
 */
@Named("lira-global")
@AutoService(Attack.class)
public record GlobalLikelihoodRatio(Signal signal) implements Attack {
    public GlobalLikelihoodRatio() {
        this(Signal.PHI);
    }

    @Override
    public String source() {
        return "Carlini et al., 2022";
    }

    @Override
    public boolean perExample() {
        return false;
    }

    @Override
    public Scores score(Observations observations) {
        int n = observations.examples();
        int worlds = observations.worlds();
        double centre = 0; // near all values, so that squares keep their digits
        for (int cell = 0; cell < n * worlds; cell++) {
            centre += observations.value(cell / worlds, cell % worlds) / ((double) n * worlds);
        }
        int[] everybody = IntStream.range(0, n).toArray();
        double[][] mean = new double[Halves.COUNT][2]; // of each class, to judge each half by
        double[][] variance = new double[Halves.COUNT][2];
        for (int half = 0; half < Halves.COUNT; half++) {
            int[] count = new int[2];
            for (int cell : Halves.teaching(observations, half, everybody)) {
                int side = observations.labels()[cell] ? 1 : 0;
                double value = observations.value(cell / worlds, cell % worlds) - centre;
                mean[half][side] += value;
                variance[half][side] += value * value;
                count[side]++;
            }
            for (int side = 0; side < 2; side++) {
                mean[half][side] /= count[side];
                variance[half][side] = variance[half][side] / count[side] - mean[half][side] * mean[half][side];
            }
            double floor = VariancePrior.floor(0.5 * (variance[half][0] + variance[half][1]));
            variance[half][0] = Math.max(variance[half][0], floor);
            variance[half][1] = Math.max(variance[half][1], floor);
        }
        double[] scores = new double[n * worlds];
        for (int i = 0; i < n; i++) {
            for (int w = 0; w < worlds; w++) {
                int own = Halves.of(observations.world(i, w));
                double value = observations.value(i, w) - centre;
                scores[i * worlds + w] = Density.gauss(value - mean[own][1], variance[own][1])
                        - Density.gauss(value - mean[own][0], variance[own][0]);
            }
        }
        return Scores.byHalves(scores, new double[worlds]);
    }
}
