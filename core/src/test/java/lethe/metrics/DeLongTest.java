package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of 400 fair 95 % intervals at least 362 cover, except with probability 0.0001. */
class DeLongTest {
    private static final int REPETITIONS = 400;
    private static final int FEWEST = 362;

    @Test
    void theVarianceOfPairsIsThatOfTheSumOfBothPlacements() {
        double[] positives = {3, 2, 5};
        double[] negatives = {1, 4, 2.5};

        DeLong paired = DeLong.paired(positives, negatives);

        // negatives below each positive: 2/3, 1/3, 1; positives above each negative: 1, 1/3, 2/3
        // sums of a subject: 5/3, 2/3, 5/3; their variance (1/9 + 4/9 + 1/9)/2 = 1/3, over three subjects 1/9
        assertThat(paired.auc()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(paired.variance()).isCloseTo(1 / 9.0, within(1e-12));
        // apart: variances 1/9 and 1/9, over three each 2/27
        assertThat(DeLong.of(positives, negatives).variance()).isCloseTo(2 / 27.0, within(1e-12));
    }

    /** With correlation 0.8 the interval that takes both sides as independent would be about twice as wide. */
    @ParameterizedTest
    @ValueSource(doubles = {-0.8, 0, 0.8})
    void theIntervalOfPairsCoversWhateverTheirCorrelation(double correlation) {
        double truth = SpecialFunctions.normalCdf(0.7 / Math.sqrt(2));
        int covered = 0;
        double width = 0;
        for (int seed = 0; seed < REPETITIONS; seed++) {
            var random = new SplittableRandom(seed * 7919L + 11);
            double[] positives = new double[80];
            double[] negatives = new double[80];
            for (int k = 0; k < positives.length; k++) {
                negatives[k] = random.nextGaussian();
                positives[k] = 0.7
                        + correlation * negatives[k]
                        + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
            }
            Estimate interval = DeLong.paired(positives, negatives).interval();
            covered += interval.excludes(truth) ? 0 : 1;
            width += (interval.high() - interval.low()) / REPETITIONS;
        }

        assertThat(covered).isBetween(FEWEST, 396);
        assertThat(width).isCloseTo(2 * 1.96 * trueError(correlation), within(0.01));
    }

    /** Of the projection of both placements, whose variances are 1/12 at a gap of 0 and near it at 0.7. */
    private static double trueError(double correlation) {
        int n = 200_000;
        var random = new SplittableRandom(3);
        double[] sums = new double[n];
        for (int k = 0; k < n; k++) {
            double negative = random.nextGaussian();
            double positive =
                    0.7 + correlation * negative + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
            sums[k] = SpecialFunctions.normalCdf(positive) + 1 - SpecialFunctions.normalCdf(negative - 0.7);
        }
        return Math.sqrt(Intervals.variance(sums) / 80);
    }

    @Test
    void separatedScoresHaveWilsonsIntervalOfAsManyPairs() {
        double[] low = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        double[] high = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22};

        Estimate perfect = DeLong.of(high, low).interval();
        Estimate reversed = DeLong.of(low, high).interval();

        // ten independent pairs, all in order: 10/(10 + 1.96²)
        assertThat(perfect.low()).isCloseTo(10 / (10 + 3.841459), within(1e-6));
        assertThat(perfect.high()).isEqualTo(1);
        assertThat(reversed.low()).isEqualTo(0);
        assertThat(reversed.high()).isCloseTo(1 - perfect.low(), within(1e-12));
    }

    @Test
    void equalScoresSayNothing() {
        Estimate interval = DeLong.of(new double[20], new double[20]).interval();

        assertThat(interval.value()).isEqualTo(0.5);
        assertThat(interval.high() - interval.low()).isGreaterThan(0.3);
    }

    /** The worst case: a few positives below all negatives, so that only positives' luck counts. */
    @ParameterizedTest
    @CsvSource({"30, 0.01", "30, 0.03", "30, 0.1", "100, 0.01", "100, 0.05"})
    void aFewPositivesBelowAllNegativesAreAllowedFor(int each, double share) {
        int covered = 0;
        for (int seed = 0; seed < REPETITIONS; seed++) {
            var random = new SplittableRandom(seed * 7919L + 12);
            double[] positives = new double[each];
            double[] negatives = new double[each];
            for (int k = 0; k < each; k++) {
                positives[k] = random.nextDouble() < share ? -1 : 2;
                negatives[k] = random.nextDouble();
            }
            covered += DeLong.of(positives, negatives).interval().excludes(1 - share) ? 0 : 1;
        }

        assertThat(covered).isGreaterThanOrEqualTo(FEWEST);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.93, 0.97, 0.99, 0.998})
    void areasNearOneAreCovered(double area) {
        double gap = SpecialFunctions.normalQuantile(area) * Math.sqrt(2);
        int covered = 0;
        for (int seed = 0; seed < REPETITIONS; seed++) {
            var random = new SplittableRandom(seed * 7919L + 13);
            double[] positives = random.doubles(30)
                    .map(u -> gap + SpecialFunctions.normalQuantile(u))
                    .toArray();
            double[] negatives =
                    random.doubles(200).map(SpecialFunctions::normalQuantile).toArray();
            covered += DeLong.of(positives, negatives).interval().excludes(area) ? 0 : 1;
        }

        assertThat(covered).isGreaterThanOrEqualTo(FEWEST);
    }

    @Test
    void pairsMustBeComplete() {
        assertThatThrownBy(() -> DeLong.paired(new double[3], new double[4]))
                .hasMessageContaining("as many positives as negatives, but there are 3 and 4");
    }
}
