package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.engine.Seed;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Residual;
import org.junit.jupiter.api.Test;

class ModelRatiosTest {
    private static final int TARGETS = 300;
    private static final int[] ALL = IntStream.range(0, TARGETS).toArray();

    /** Losses of models whose φ is normal about a mean of each target's own, plus a shift, with deviation 0.5. */
    private static double[][] losses(int worlds, double shift, long seed) {
        RandomGenerator means = Seed.of(99).random();
        double[] mean = IntStream.range(0, TARGETS)
                .mapToDouble(f -> 2 * means.nextGaussian())
                .toArray();
        RandomGenerator noise = Seed.of(seed).random();
        return IntStream.range(0, worlds)
                .mapToObj(w -> Arrays.stream(mean)
                        .map(m -> m + shift + 0.5 * noise.nextGaussian())
                        .map(phi -> Math.log1p(Math.exp(-phi)))
                        .toArray())
                .toArray(double[][]::new);
    }

    @Test
    void ofNormalSignalsItIsWhatItsFormulaSays() {
        // Two normal densities d = 2 deviations apart: E Λ = d²/2 = 2, the area is Φ(d/√2) = 0.9214.
        double[][] one = losses(40, 1, 1);
        double[][] other = losses(40, 0, 2);

        ModelRatios ratios = ModelRatios.of(one, other);

        assertThat(Arrays.stream(ratios.means()).average().orElseThrow()).isEqualTo(2, within(0.1));
        Residual.Recognition found =
                ratios.recognition(new Residual(one, other, new CrossedBootstrap(50, 3)), ALL, 0.01);
        assertThat(found.auc().value()).isEqualTo(0.9214, within(0.01));
        assertThat(found.auc().low()).isLessThan(found.auc().value());
        // Φ(d − z) at z = 2.326, the normal quantile of 0.99: 0.372
        assertThat(found.tpr().tpr().value()).isEqualTo(0.372, within(0.05));
        assertThat(found.tpr().reportable()).isTrue();
    }

    @Test
    void equalModelsGiveNoEvidence() {
        double[][] one = losses(5, 0, 4);
        double[][] other = losses(5, 0, 5);

        ModelRatios ratios = ModelRatios.of(one, other);

        assertThat(ratios.recognition(new Residual(one, other, new CrossedBootstrap(50, 3)), ALL, 0.01)
                        .auc()
                        .value())
                .isEqualTo(0.5, within(0.03));
    }

    @Test
    void fewWorldsBorrowTheirVariancesFromAllTargets() {
        double[][] one = losses(3, 1.5, 6);
        double[][] other = losses(3, 0, 7);

        // d = 3; references of two worlds make their means uncertain by half of the variance: Φ(3 / √(2 · 1.5)) =
        // 0.958.
        assertThat(ModelRatios.of(one, other)
                        .recognition(new Residual(one, other, new CrossedBootstrap(50, 3)), ALL, 0.01)
                        .auc()
                        .value())
                .isEqualTo(0.958, within(0.03));
    }

    @Test
    void lossesThatUnderflowAreStillCompared() {
        double[][] one = {{0, 1000}, {0, 1001}, {0, 1000}};
        double[][] other = {{3, 2}, {3, 2.5}, {3, 2}};

        assertThat(Arrays.stream(ModelRatios.of(one, other).means())).allMatch(Double::isFinite);
    }
}
