package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import lethe.ReferenceValues;
import lethe.metrics.Roc;
import lethe.metrics.SpecialFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OfflineLikelihoodRatioTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;
    private static final References NEGATIVES = References.ofNegatives(new double[] {3, 5, 7}); // mean 5, variance 4

    @Test
    void deviationsByHand() {
        VariancePrior six = VariancePrior.of(2, 2.5, 6, 1); // (6 · 1 + 2 · 4) / 8 = 1.75

        assertThat(Density.GAUSS_PER_EXAMPLE.deviation(2.5, NEGATIVES, prior())).isEqualTo(-1.25);
        assertThat(Density.GAUSS_POOLED.deviation(2.5, NEGATIVES, prior()))
                .isCloseTo(-2.5 / Math.sqrt(2.5), within(1e-12));
        assertThat(Density.STUDENT_SHRUNK.deviation(2.5, NEGATIVES, six))
                .isCloseTo(-2.5 / Math.sqrt(1.75 * 4 / 3), within(1e-12));
    }

    @Test
    void kernelsGiveTheQuantileOfTheirMeanDistribution() {
        double[] centres = {3, 5, 7};
        double below = (SpecialFunctions.normalCdf(-0.5 / 2)
                        + SpecialFunctions.normalCdf(-2.5 / 2)
                        + SpecialFunctions.normalCdf(-4.5 / 2))
                / 3;

        assertThat(Density.kernelDeviation(2.5, centres, 2))
                .isCloseTo(SpecialFunctions.normalQuantile(below), within(1e-12));
        assertThat(Density.kernelDeviation(7.5, centres, 2))
                .isCloseTo(-SpecialFunctions.normalQuantile(below), within(1e-12));
        assertThat(Density.kernelDeviation(5, new double[] {4}, 0.5)).isCloseTo(2, within(1e-12));
        assertThat(Density.kernelDeviation(107, centres, 2)).isEqualTo(50);
        assertThat(Density.kernelDeviation(-97, centres, 2)).isEqualTo(-50);
    }

    @ParameterizedTest
    @EnumSource(Density.class)
    void oneSideReachesTheClosedFormAndTwoSidesPay(Density density) {
        Observations observations =
                SyntheticWorlds.observe(1000, 64, 3, (i, member, noise) -> i % 9 + noise + (member ? 1 : 0));

        // 32,000 pairs a class: standard error 0.002; 31 references cost about 0.01
        assertThat(auc(density, false, observations)).isCloseTo(0.760250, within(0.016));
        assertThat(auc(density, true, observations)).isCloseTo(0.635460, within(0.016));
    }

    @Test
    void onlyTwoSidesNoticeOverUnlearning() {
        Observations observations =
                SyntheticWorlds.observe(1000, 64, 5, (i, member, noise) -> noise + (member ? i % 2 == 0 ? 1 : -1 : 0));

        assertThat(auc(Density.GAUSS_POOLED, false, observations)).isCloseTo(0.5, within(0.008));
        assertThat(auc(Density.GAUSS_POOLED, true, observations))
                .isCloseTo(ReferenceValues.of("signFlip").get("twoSided").asDouble(), within(0.012));
    }

    @Test
    void withoutSignalThePooledAreaIsOneHalf() {
        Observations observations = SyntheticWorlds.observe(600, 66, 13, (i, member, noise) -> noise);

        double standardError = Math.sqrt(1.0 / 6 / (600 * 33));
        assertThat(auc(Density.STUDENT_SHRUNK, false, observations)).isCloseTo(0.5, within(3 * standardError));
        assertThat(auc(Density.STUDENT_SHRUNK, true, observations)).isCloseTo(0.5, within(3 * standardError));
    }

    @Test
    void cutsAreAboutAsGoodAsTheBestOnes() {
        Observations observations =
                SyntheticWorlds.observe(600, 32, 17, (i, member, noise) -> i % 5 + noise + (member ? 2 : 0));
        Scores scores = new OfflineLikelihoodRatio().score(observations);

        assertThat(Roc.of(scores.decisions(observations), observations.labels()).auc())
                .isGreaterThan(0.80); // Φ(1) = 0.841 at best
    }

    @Test
    void sixWorldsAreTooFewToCalibrateOn() {
        Observations observations = SyntheticWorlds.observe(8, 6, 1, (i, member, noise) -> noise);

        assertThatThrownBy(() -> new OfflineLikelihoodRatio().score(observations))
                .hasMessageContaining("at least 8 worlds, but there are 6");
    }

    private static VariancePrior prior() {
        return VariancePrior.of(2, 2.5, NEVER, 2.5);
    }

    private static double auc(Density density, boolean twoSided, Observations observations) {
        double[] scores = new OfflineLikelihoodRatio(density, twoSided, Signal.PHI)
                .score(observations)
                .values();
        return Roc.of(scores, observations.labels()).auc();
    }
}
