package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import lethe.metrics.Roc;
import lethe.metrics.SpecialFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwoSnapshotsTest {
    private static final int EXAMPLES = 300;
    private static final int WORLDS = 64;

    /** d² = (δ_b² − 2ρ δ_b δ_a + δ_a²)/(1 − ρ²) is how far the ratio rises from one mean to the other. */
    @ParameterizedTest
    @CsvSource({"2, 0.2, 0.9, 4.180154, 0.998441", "1, 1, 0.5, 1.154701, 0.792892", "0, 1, 0, 1, 0.760250"})
    void withAKnownCovarianceTheRatioSeparatesAsTheClosedFormSays(
            double gapBefore, double gapAfter, double correlation, double d, double area) {
        CovariancePrior known = CovariancePrior.known(1, 1, correlation);

        double atPositive = known.logRatio(0, 0, 0, Integer.MAX_VALUE, 0, 0, gapBefore, gapAfter);
        double atNegative = known.logRatio(0, 0, 0, Integer.MAX_VALUE, -gapBefore, -gapAfter, 0, 0);

        assertThat(Math.sqrt(atPositive - atNegative)).isCloseTo(d, within(1e-6));
        assertThat(SpecialFunctions.normalCdf(d / Math.sqrt(2))).isCloseTo(area, within(1e-6));
    }

    /** 9,600 pairs a class and 31 references: standard errors up to 0.004, and estimation costs up to 0.01. */
    @Test
    void theModelBeforeTellsMostOfTheNoiseAfter() {
        Observations both = observe(1, 2, 0.2, 0.9);
        Attack single = new LikelihoodRatio(Density.STUDENT_SHRUNK, true, Signal.PHI);
        double[] before = single.score(both.before()).values();
        double[] after = single.score(both).values();
        double[] diagonal = new double[before.length];
        for (int cell = 0; cell < diagonal.length; cell++) {
            diagonal[cell] = before[cell] + after[cell];
        }

        assertThat(area(new TwoSnapshots().score(both).values(), both)).isCloseTo(0.998441, within(0.001));
        assertThat(area(diagonal, both)).isCloseTo(0.904797, within(0.015));
        assertThat(area(before, both)).isCloseTo(0.921350, within(0.012));
        assertThat(area(after, both)).isCloseTo(0.556231, within(0.02));
    }

    @Test
    void equalGapsCancelInTheDifference() {
        Observations both = observe(2, 1, 1, 0.5);

        assertThat(area(new TwoSnapshots().score(both).values(), both)).isCloseTo(0.792892, within(0.015));
        for (boolean perExample : new boolean[] {false, true}) {
            Attack difference = new BeforeMinusAfter(perExample, Signal.PHI);
            assertThat(area(difference.score(both).values(), both)).isCloseTo(0.5, within(0.015));
        }
    }

    @Test
    void exchangingTheClassesNegatesTheRatio() {
        Observations both = observe(3, 1, 0.5, 0.7);
        double[] scores = new TwoSnapshots().score(both).values();
        double[] swapped = new TwoSnapshots().score(both.swapped()).values();

        for (int cell = 0; cell < scores.length; cell++) {
            assertThat(swapped[cell]).isEqualTo(-scores[cell]);
        }
    }

    /** Of a method that does nothing the second snapshot says nothing new. */
    @Test
    void twoSnapshotsOfOneModelTellWhatOneTells() {
        ShadowDesign design = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, new SplittableRandom(1));
        float[] values = new float[EXAMPLES * WORLDS];
        var random = new SplittableRandom(5);
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = (float) (10 + random.nextGaussian() + (design.memberMatrix()[cell] ? 1 : 0));
        }
        Observations both = new Observations(
                Game.SNAPSHOTS, Signal.PHI, Layout.oneOfEachWorld(WORLDS), values, design.memberMatrix(), values);
        double one = area(
                new LikelihoodRatio(Density.STUDENT_SHRUNK, true, Signal.PHI)
                        .score(both)
                        .values(),
                both);

        assertThat(area(new TwoSnapshots().score(both).values(), both)).isCloseTo(one, within(0.002));
    }

    @Test
    void thePriorRecoversHowExamplesDiffer() {
        // Σ = W⁻¹ of 12 degrees around 12·I, and S of 20 degrees around it: ν₀ = 12, C = I
        var random = new SplittableRandom(9);
        CovariancePrior unit = new CovariancePrior(20, 1, 1, 0, Double.POSITIVE_INFINITY, 0, 0);
        int draws = 20_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
            // log|W| of 2 × 2 is the sum of logarithms of χ² with ν and ν − 1 degrees
            double sigma = 2 * Math.log(12) - logDeterminant(random, 12);
            double log = sigma + logDeterminant(random, 20) - 2 * Math.log(20);
            sum += log;
            squares += log * log;
        }
        double mean = sum / draws;

        CovariancePrior fitted = unit.fitted(mean, squares / draws - mean * mean);

        assertThat(fitted.priorDegrees()).isCloseTo(12, within(0.6));
        assertThat(fitted.before()).isCloseTo(1, within(0.03));
        assertThat(unit.fitted(0, 0.01).priorDegrees()).isInfinite();
    }

    @Test
    void fourWorldsAreTooFewForACovariance() {
        ShadowDesign design = ShadowDesign.balanced(8, 4, 1, new SplittableRandom(1));
        Observations few = new Observations(
                Game.SNAPSHOTS,
                Signal.PHI,
                Layout.oneOfEachWorld(4),
                new float[32],
                design.memberMatrix(),
                new float[32]);

        assertThatThrownBy(() -> new TwoSnapshots().score(few))
                .hasMessageContaining("at least 6 worlds, but there are 4");
    }

    private static double logDeterminant(SplittableRandom random, int degrees) {
        return Math.log(chiSquare(random, degrees)) + Math.log(chiSquare(random, degrees - 1));
    }

    private static double chiSquare(SplittableRandom random, int degrees) {
        double sum = 0;
        for (int k = 0; k < degrees; k++) {
            double z = random.nextGaussian();
            sum += z * z;
        }
        return sum;
    }

    /** Pairs with unit variances whose positives lie higher by the gaps. */
    private static Observations observe(long seed, double gapBefore, double gapAfter, double correlation) {
        ShadowDesign design = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, new SplittableRandom(seed));
        var random = new SplittableRandom(~seed);
        float[] before = new float[EXAMPLES * WORLDS];
        float[] after = new float[EXAMPLES * WORLDS];
        for (int cell = 0; cell < before.length; cell++) {
            double mean = 2 * SyntheticWorlds.trait(cell / WORLDS, 1);
            double first = random.nextGaussian();
            double second = correlation * first + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
            boolean positive = design.memberMatrix()[cell];
            before[cell] = (float) (mean + first + (positive ? gapBefore : 0));
            after[cell] = (float) (mean + second + (positive ? gapAfter : 0));
        }
        return new Observations(
                Game.SNAPSHOTS, Signal.PHI, Layout.oneOfEachWorld(WORLDS), after, design.memberMatrix(), before);
    }

    private static double area(double[] scores, Observations observations) {
        return Roc.of(scores, observations.labels()).auc();
    }
}
