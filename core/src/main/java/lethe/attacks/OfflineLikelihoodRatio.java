package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import lethe.catalog.Named;

/**
 * LiRA offline: how unlikely the value is for an example never seen, judged by negative references alone.
 *
 * <pre>
 *   z(φ)  = (φ − mean of the negatives of this example) / their standard deviation
 *   score = z, one-sided, or |z|, two-sided
 * </pre>
 *
 * <p>The paper's test is one-sided. A forgotten example may however be pushed below those never seen, which a one-sided
 * score takes for innocence; a two-sided one pays for noticing both with an area of 0.635 where the other has 0.760.
 *
 * <p>References come from all worlds but the target's, and the cut from scores made without the target.
 *
 * @param density how the distribution of the negatives is estimated; {@code gauss-pooled} is the paper's global variance,
 *     taken within examples
 * @param twoSided whether both sides count
 * @param signal the signal φ
 * @see <a href="https://arxiv.org/abs/2112.03570">Carlini et al., 2022</a>
 */
@Named("lira-offline")
@AutoService(Attack.class)
public record OfflineLikelihoodRatio(Density density, boolean twoSided, Signal signal) implements Attack {
    public OfflineLikelihoodRatio() {
        this(Density.STUDENT_SHRUNK, false, Signal.PHI);
    }

    @Override
    public String source() {
        return "Carlini et al., 2022";
    }

    @Override
    public boolean perExample() {
        return true;
    }

    /** Two references must remain for a variance when the target and a world to calibrate on are both taken out. */
    @Override
    public int fewestWorlds() {
        return 8;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        int k = observations.shadowsPerClass();
        if (k < 3) {
            throw new IllegalArgumentException("lira-offline needs at least 8 worlds, but there are " + worlds);
        }
        VariancePrior[] priors = new LikelihoodRatio(density, false, signal).priors(observations)[0];
        var row = new References.Row(observations);
        double[] scores = new double[observations.examples() * worlds];
        for (int i = 0; i < observations.examples(); i++) {
            row.enter(i);
            for (int w = 0; w < worlds; w++) {
                row.target(w);
                VariancePrior prior = priors[observations.world(i, w)];
                scores[i * worlds + w] = sided(density.deviation(row.value(), row, prior));
            }
        }
        double[] thresholds = HeldOutCut.thresholds(observations, (cells, target) -> {
            VariancePrior[] bySize = {priors[target].withDegrees(k - 2), priors[target].withDegrees(k - 1)};
            return Arrays.stream(cells)
                    .mapToDouble(cell -> {
                        int i = cell / worlds;
                        References rest = References.ofNegatives(negatives(observations, i, cell % worlds, target));
                        VariancePrior prior = bySize[rest.k - k + 1];
                        return sided(density.deviation(observations.value(i, cell % worlds), rest, prior));
                    })
                    .toArray();
        });
        return new Scores(scores, thresholds);
    }

    private double sided(double deviation) {
        return twoSided ? Math.abs(deviation) : deviation;
    }

    /** Negatives of an example in worlds other than that of {@code column} and {@code without}. */
    static double[] negatives(Observations observations, int example, int column, int without) {
        int[] columns = observations.negativeColumns(example, column);
        double[] values = new double[columns.length];
        int count = 0;
        for (int c : columns) {
            if (observations.world(example, c) != without) {
                values[count++] = observations.value(example, c);
            }
        }
        return Arrays.copyOf(values, count);
    }
}
