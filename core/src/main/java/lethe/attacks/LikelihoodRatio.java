package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.metrics.Blocks;

/**
 * U-LiRA: the likelihood-ratio attack, tailored to each example.
 *
 * <pre>
 *   score(φ) = log p(φ; positives of this example) − log p(φ; negatives of this example)
 * </pre>
 *
 * <p>"Positive" is the answer where the score exceeds 0, that is, where the posterior at even odds exceeds ½. References
 * come from all worlds but the target's. Unlike the paper, which trains and unlearns afresh for each example, all
 * examples share the worlds of one {@link ShadowDesign}.
 *
 * <p>Three passes over the observations: the first pools variances, the second fits the prior on them, the third scores;
 * each once a target world, so that nothing of the target enters. The cost a pair does not grow with the number of
 * worlds, except for {@link Density#KDE}.
 *
 * @param density how densities are estimated
 * @param sharedVariance whether both classes have one variance; then an attack cannot see a pure change of spread, which
 *     unlearning produces routinely
 * @param signal the signal φ
 * @see <a href="https://arxiv.org/abs/2403.01218">Hayes et al., 2024</a>
 * @see <a href="https://arxiv.org/abs/2112.03570">Carlini et al., 2022</a>
 */
@Named("u-lira")
@AutoService(Attack.class)
public record LikelihoodRatio(Density density, boolean sharedVariance, Signal signal) implements Attack {
    private static final int BLOCK = 1 << 11; // examples; up to so many are summed in their own order

    public LikelihoodRatio() {
        this(Density.STUDENT_SHRUNK, false, Signal.PHI);
    }

    @Override
    public String source() {
        return "Hayes et al., 2024; Carlini et al., 2022";
    }

    @Override
    public boolean perExample() {
        return true;
    }

    /** Two references of each class besides the target, for a variance. */
    @Override
    public int fewestWorlds() {
        return 6;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        if (observations.shadowsPerClass() < 2) {
            throw new IllegalArgumentException("u-lira fits a variance to T/2 − 1 references, which needs at least 6"
                    + " worlds, but there are " + worlds);
        }
        VariancePrior[][] priors = priors(observations);
        double[] scores = new double[observations.examples() * worlds];
        Blocks.forEach(observations.examples(), BLOCK, (from, to) -> {
            var row = new References.Row(observations);
            for (int i = from; i < to; i++) {
                row.enter(i);
                for (int w : row.targets()) {
                    row.target(w);
                    int own = observations.world(i, w);
                    scores[i * worlds + w] =
                            density.logRatio(row.value(), row, priors[1][own], priors[0][own], sharedVariance);
                }
            }
        });
        return new Scores(scores, new double[worlds]);
    }

    /** For each class {negative, positive} and target world, what the other worlds say about variances. */
    VariancePrior[][] priors(Observations observations) {
        int n = observations.examples();
        int worlds = observations.worlds();
        double degrees = (observations.shadowsPerClass() - 1) * (sharedVariance ? 2.0 : 1.0);
        double[][] pooled = sums(observations, 2, (row, w, sums) -> {
            sums[0][w] += Density.negativeSquares(row, sharedVariance) / (n * degrees);
            sums[1][w] += Density.positiveSquares(row, sharedVariance) / (n * degrees);
        });
        double[][] logs = new double[4][worlds]; // of v / pooled, near zero, so that squares keep their digits
        if (density == Density.STUDENT_SHRUNK) {
            double[][] unit = new double[2][worlds];
            double[][] floor = new double[2][worlds];
            for (int c = 0; c < 2; c++) {
                for (int w = 0; w < worlds; w++) {
                    unit[c][w] = pooled[c][w] > 0 ? pooled[c][w] : 1;
                    floor[c][w] = VariancePrior.floor(pooled[c][w]) / unit[c][w];
                }
            }
            logs = sums(observations, 4, (row, w, sums) -> {
                double a = Density.negativeSquares(row, sharedVariance) / (degrees * unit[0][w]);
                double b = Density.positiveSquares(row, sharedVariance) / (degrees * unit[1][w]);
                double logA = Math.log(Math.max(a, floor[0][w]));
                double logB = Math.log(Math.max(b, floor[1][w]));
                sums[0][w] += logA;
                sums[1][w] += logB;
                sums[2][w] += logA * logA;
                sums[3][w] += logB * logB;
            });
        }
        VariancePrior[][] priors = new VariancePrior[2][worlds];
        for (int c = 0; c < 2; c++) {
            for (int w = 0; w < worlds; w++) {
                double mean = logs[c][w] / n;
                double variance = n > 1 ? (logs[2 + c][w] - n * mean * mean) / (n - 1) : 0;
                double unit = pooled[c][w] > 0 ? pooled[c][w] : 1;
                priors[c][w] = density == Density.STUDENT_SHRUNK
                        ? VariancePrior.fit(degrees, pooled[c][w], mean + Math.log(unit), variance)
                        : VariancePrior.of(degrees, pooled[c][w], Double.POSITIVE_INFINITY, unit);
            }
        }
        return priors;
    }

    /** What the references of one target add to sums over all examples, in their column {@code world}. */
    private interface Addition {
        void to(References.Row row, int world, double[][] sums);
    }

    /** Sums (kinds × T) over all examples, block by block, so that threads do not change the order of additions. */
    private static double[][] sums(Observations observations, int kinds, Addition addition) {
        int worlds = observations.worlds();
        double[][] total = new double[kinds][worlds];
        List<double[][]> parts = Blocks.map(observations.examples(), BLOCK, (from, to) -> {
            var row = new References.Row(observations);
            double[][] sums = new double[kinds][worlds];
            for (int i = from; i < to; i++) {
                row.enter(i);
                for (int w : row.targets()) {
                    row.target(w);
                    addition.to(row, w, sums);
                }
            }
            return sums;
        });
        for (double[][] part : parts) {
            for (int kind = 0; kind < kinds; kind++) {
                for (int w = 0; w < worlds; w++) {
                    total[kind][w] += part[kind][w];
                }
            }
        }
        return total;
    }
}
