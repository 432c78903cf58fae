package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * LiRA with a global threshold: the likelihood ratio of two normal densities common to all examples, one of all positives
 * and one of all negatives of the other worlds.
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
        double[][] sum = new double[2][worlds];
        double[][] squares = new double[2][worlds];
        int[][] count = new int[2][worlds];
        for (int i = 0; i < n; i++) {
            for (int w = 0; w < worlds; w++) {
                int side = observations.isPositive(i, w) ? 1 : 0;
                int world = observations.world(i, w);
                double value = observations.value(i, w) - centre;
                sum[side][world] += value;
                squares[side][world] += value * value;
                count[side][world]++;
            }
        }
        double[][] mean = new double[2][worlds];
        double[][] variance = new double[2][worlds];
        for (int target = 0; target < worlds; target++) {
            for (int side = 0; side < 2; side++) {
                double size = 0;
                for (int w = 0; w < worlds; w++) {
                    size += w == target ? 0 : count[side][w];
                    mean[side][target] += w == target ? 0 : sum[side][w];
                    variance[side][target] += w == target ? 0 : squares[side][w];
                }
                mean[side][target] /= size;
                variance[side][target] = variance[side][target] / size - mean[side][target] * mean[side][target];
            }
            double floor = VariancePrior.floor(0.5 * (variance[0][target] + variance[1][target]));
            variance[0][target] = Math.max(variance[0][target], floor);
            variance[1][target] = Math.max(variance[1][target], floor);
        }
        double[] scores = new double[n * worlds];
        for (int i = 0; i < n; i++) {
            for (int w = 0; w < worlds; w++) {
                int own = observations.world(i, w);
                double value = observations.value(i, w) - centre;
                scores[i * worlds + w] = Density.gauss(value - mean[1][own], variance[1][own])
                        - Density.gauss(value - mean[0][own], variance[0][own]);
            }
        }
        return new Scores(scores, new double[worlds]);
    }
}
