package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResidualTest {
    private static final CrossedBootstrap BOOTSTRAP = new CrossedBootstrap(200, 7);

    @Test
    void theShareIsWhatIsLeftOfTheSumOfInfluences() {
        // I = 2, 6; left 1, 3 of them: 4/8. The mean of ratios would be the same here, so a second subject differs.
        var residual = new Residual(new double[][] {{1, 1}}, new double[][] {{3, 7}}, BOOTSTRAP);

        Residual.Share half = residual.share(new double[][] {{2, 4}}, new int[] {0, 1});
        Residual.Share uneven = residual.share(new double[][] {{3, 1}}, new int[] {0, 1});

        assertThat(half.pooled().value()).isEqualTo(0.5);
        assertThat(half.median()).isEqualTo(0.5);
        assertThat(uneven.pooled().value()).isEqualTo((0 + 6) / 8.0);
        assertThat(uneven.median()).isEqualTo((0 + 1) / 2.0);
        assertThat(residual.influences()).containsExactly(2, 6);
    }

    @Test
    void theOriginalHasAllOfItAndTheWorldWithoutHasNone() {
        double[][] present = noisy(1, 3, 20);
        double[][] absent = noisy(5, 3, 20);
        var residual = new Residual(present, absent, BOOTSTRAP);
        int[] all = IntStream.range(0, 20).toArray();

        assertThat(residual.share(present, all).pooled()).isEqualTo(new Estimate(1, 1, 1));
        assertThat(residual.share(absent, all).pooled()).isEqualTo(new Estimate(0, 0, 0));
        assertThat(residual.distinguishability(absent, all).value()).isEqualTo(0.5);
        assertThat(residual.distinguishability(present, all).value()).isEqualTo(1);
        assertThat(residual.gap(present, present, all)).isEqualTo(new Estimate(0, 0, 0));
        assertThat(residual.gapPValue(present, present, all)).isEqualTo(1);
        assertThat(residual.gapPValue(present, absent, all)).isEqualTo(2.0 / 201);
    }

    @Test
    void targetsWhoseInfluenceIsInDoubtHaveNoRatioOfTheirOwn() {
        // Influences over three seeds: 4, 4, 4 and 9, −4, −2; the second has mean 1 and standard error 4.04.
        double[][] present = {{0, 0}, {0, 0}, {0, 0}};
        double[][] absent = {{4, 9}, {4, -4}, {4, -2}};
        var residual = new Residual(present, absent, BOOTSTRAP);

        Residual.Share share = residual.share(new double[][] {{1, 1}, {1, 1}, {1, 1}}, new int[] {0, 1});

        assertThat(share.certain()).isEqualTo(1);
        assertThat(share.median()).isEqualTo(0.75);
        assertThat(share.pooled().value()).isEqualTo((3 + 0) / 5.0, within(1e-12));
        // Variances over seeds without influence: 0 and 49, mean 24.5.
        assertThat(residual.noise()).isEqualTo(Math.sqrt(24.5), within(1e-12));
    }

    @Test
    void meansAreOverTheSeedsThatSaySomething() {
        // The first target: ℓ_C = 5 of seed 2, ℓ_0 = (1 + 2)/2, ℓ = (3 + 4)/2; nothing is known of the second without
        // it.
        double n = Double.NaN;
        var residual = new Residual(
                new double[][] {{1, 1}, {2, 1}, {n, n}}, new double[][] {{n, n}, {n, n}, {5, n}}, BOOTSTRAP);
        double[][] losses = {{3, 3}, {4, 3}, {n, n}};

        assertThat(residual.share(losses, new int[] {0, 1}).pooled().value()).isEqualTo(1.5 / 3.5, within(1e-12));
        assertThat(residual.influence(new int[] {0, 1}).value()).isEqualTo(3.5, within(1e-12));
        assertThat(residual.share(losses, new int[] {0, 1}).certain()).isZero(); // one seed has no spread
        assertThat(residual.gap(losses, losses, new int[] {0, 1})).isEqualTo(new Estimate(0, 0, 0));
    }

    @Test
    void theCourseIsALineOverDoublings() {
        // Shares 0, 0.25, 0.5 at k = 0, 1, 3: one quarter each time 1 + k doubles, and one half at k = 3.
        double[][] present = {{0, 0, 0}};
        double[][] absent = {{4, 4, 4}};
        int[] doses = {0, 1, 3};
        var residual = new Residual(present, absent, BOOTSTRAP);

        Residual.Course course = residual.course(new double[][] {{4, 3, 2}}, doses);

        assertThat(course.slope().value()).isEqualTo(0.25, within(1e-12));
        assertThat(course.half()).hasValueCloseTo(3.0, within(1e-9));
        assertThat(residual.course(absent, doses).half()).isEmpty();
        assertThatThrownBy(() -> residual.course(absent, new int[] {1, 1, 1})).hasMessageContaining("two different");
    }

    @Test
    void theTrendIsALineOverLevels() {
        // Shares 1, 0.75, 0.25 at levels 0, 0.1, 0.2: slope −3.75 by least squares. The last target does not count.
        double[][] present = {{0, 0, 0, 0}};
        double[][] absent = {{4, 4, 4, 4}};
        double[] levels = {0, 0.1, 0.2, 0.3};
        var residual = new Residual(present, absent, BOOTSTRAP);
        double[][] losses = {{0, 1, 3, 0}};

        assertThat(residual.trend(losses, levels, new int[] {0, 1, 2}).value()).isEqualTo(-3.75, within(1e-12));
        assertThat(residual.mean(losses, new int[] {1, 2}).value()).isEqualTo(2, within(1e-12));
        assertThatThrownBy(() -> residual.trend(losses, levels, new int[] {0}))
                .hasMessageContaining("two different levels");
    }

    /**
     * Ridge regression through the origin on one coordinate for each target, which is learned from its own example and k
     * copies alone: w = m · y / (m + λ) for m of them, so that the residual y − w is y · λ / (m + λ).
     */
    @Test
    void onALinearModelTheShareIsKnownInClosedForm() {
        double lambda = 2;
        int[] copies = {0, 1, 3, 8};
        var random = new SplittableRandom(3);
        double[] y = random.doubles(copies.length, 1, 3).toArray();
        double[][] present = {new double[4]};
        double[][] without = {new double[4]};
        double[][] absent = {new double[4]};
        for (int f = 0; f < copies.length; f++) {
            present[0][f] = y[f] - ridge(y[f], copies[f] + 1, lambda);
            without[0][f] = y[f] - ridge(y[f], copies[f], lambda);
            absent[0][f] = y[f] - ridge(y[f], 0, lambda);
        }
        var residual = new Residual(present, absent, BOOTSTRAP);

        for (int f = 0; f < copies.length; f++) {
            int k = copies[f];
            double expected = k * (k + 1 + lambda) / ((k + lambda) * (k + 1)); // k/(k + λ) of (k + 1)/(k + 1 + λ)
            assertThat(residual.share(without, new int[] {f}).pooled().value()).isEqualTo(expected, within(1e-12));
        }
    }

    @Test
    void lossesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new Residual(new double[][] {{1, 2}}, new double[][] {{1}}, BOOTSTRAP))
                .hasMessageContaining("by seed and target");
    }

    /** The weight by steepest descent, not by the formula. */
    private static double ridge(double y, int examples, double lambda) {
        double w = 0;
        for (int step = 0; step < 4000; step++) {
            w -= 0.01 * (examples * (w - y) + lambda * w);
        }
        return w;
    }

    private static double[][] noisy(double mean, int seeds, int targets) {
        var random = new SplittableRandom((long) mean);
        return IntStream.range(0, seeds)
                .mapToObj(s -> random.doubles(targets, mean - 0.5, mean + 0.5).toArray())
                .toArray(double[][]::new);
    }

    @Test
    void intervalsHoldTheTruthAsOftenAsTheySay() {
        int covered = 0;
        int repetitions = 100;
        for (int repetition = 0; repetition < repetitions; repetition++) {
            var random = new SplittableRandom(1000 + repetition);
            double[][][] losses = new double[3][6][30]; // 0, C, R with ρ = 0.4
            for (int f = 0; f < 30; f++) {
                double influence = random.nextDouble(1, 3);
                for (int s = 0; s < 6; s++) {
                    losses[0][s][f] = random.nextGaussian(0, 0.3);
                    losses[1][s][f] = influence + random.nextGaussian(0, 0.3);
                    losses[2][s][f] = 0.6 * influence + random.nextGaussian(0, 0.3);
                }
            }
            Estimate share = new Residual(losses[0], losses[1], new CrossedBootstrap(200, repetition))
                    .share(losses[2], IntStream.range(0, 30).toArray())
                    .pooled();
            covered += share.excludes(0.4) ? 0 : 1;
        }
        // Binomial: fewer than 88 of 100 at 95 % has probability 0.0015; the bootstrap errs on the wide side.
        assertThat(covered).isGreaterThanOrEqualTo(88);
    }
}
