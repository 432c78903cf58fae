package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ForgettingQualityTest {
    private static final JsonNode PIN = ReferenceValues.of("competition");

    @Test
    void ratesBoundThePrivacyLoss() {
        for (JsonNode rule : PIN.get("rates")) {
            double epsilon = ForgettingQuality.epsilon(
                    rule.get("fpr").asDouble(), rule.get("fnr").asDouble());

            assertThat(epsilon).isCloseTo(rule.get("epsilon").asDouble(), within(1e-12));
        }
        assertThat(ForgettingQuality.epsilon(0.1, 0.2)).isCloseTo(2.079429, within(1e-6));
        assertThat(ForgettingQuality.epsilon(0, 0)).isInfinite();
        assertThat(ForgettingQuality.epsilon(0, 0.3)).isNaN();
        assertThat(ForgettingQuality.epsilon(0.3, 0)).isNaN();
    }

    @Test
    void lossesFallIntoBinsThatHalveTheScore() {
        double[] epsilons = Arrays.copyOf(ReferenceValues.doubles(PIN.get("epsilons")), 10);
        epsilons[9] = Double.POSITIVE_INFINITY;

        assertThat(ForgettingQuality.height(2.079429, 13)).isEqualTo(0.0625);
        assertThat(ForgettingQuality.height(3.912003, 13)).isEqualTo(0.0078125);
        assertThat(ForgettingQuality.height(0.405448, 13)).isEqualTo(1);
        assertThat(ForgettingQuality.score(epsilons, 13))
                .isCloseTo(PIN.get("score13").asDouble(), within(1e-12));
        assertThat(ForgettingQuality.score(epsilons, 14))
                .isCloseTo(PIN.get("score14").asDouble(), within(1e-12));
    }

    @Test
    void theBestThresholdBetweenNormalGridsIsFound() {
        for (JsonNode row : PIN.get("grid")) {
            int n = row.get(0).asInt();
            double[] retrained = new double[n];
            double[] unlearned = new double[n];
            for (int k = 0; k < n; k++) {
                retrained[k] = SpecialFunctions.normalQuantile((k + 0.5) / n);
                unlearned[k] = retrained[k] + row.get(1).asDouble();
            }

            assertThat(ForgettingQuality.thresholdEpsilon(unlearned, retrained))
                    .isCloseTo(row.get(2).asDouble(), within(1e-9));
        }
    }

    @Test
    void bothFamiliesOfRulesAgreeWithEnumeration() {
        for (JsonNode sample : PIN.get("samples")) {
            double[] unlearned = ReferenceValues.doubles(sample.get("unlearned"));
            double[] retrained = ReferenceValues.doubles(sample.get("retrained"));

            assertThat(ForgettingQuality.thresholdEpsilon(unlearned, retrained))
                    .isCloseTo(sample.get("threshold").asDouble(), within(1e-9));
            assertThat(ForgettingQuality.epsilon(unlearned, retrained))
                    .isCloseTo(sample.get("epsilon").asDouble(), within(1e-9));
            // one example: F is H of its ε, with ⌈ln 15⌉ = 3 units of bins
            assertThat(ForgettingQuality.competitionLiteral(new double[][] {unlearned}, new double[][] {retrained}))
                    .isEqualTo(ForgettingQuality.height(sample.get("literal").asDouble(), 6));
        }
    }

    @Test
    void perfectForgettingDoesNotScoreOne() {
        int examples = 300;
        double[][] unlearned = normal(examples, 64, 1);
        double[][] retrained = normal(examples, 64, 2);
        double[] thresholds = new double[examples];
        for (int i = 0; i < examples; i++) {
            thresholds[i] = ForgettingQuality.thresholdEpsilon(unlearned[i], retrained[i]);
        }

        ForgettingQuality quality = ForgettingQuality.of(unlearned, retrained, normal(examples, 64, 3));

        assertThat(ForgettingQuality.score(thresholds, 13)).isBetween(0.30, 0.40);
        assertThat(quality.score()).isBetween(0.14, 0.20);
        assertThat(quality.normalised()).isCloseTo(1, within(0.2));
        assertThat(quality.split()).isBetween(0.84, 0.94);
        assertThat(quality.epsilons()).hasSize(300);
        assertThat(quality.medianEpsilon()).isBetween(1.0, 2.0);
        assertThat(ForgettingQuality.competitionLiteral(unlearned, retrained)).isBetween(0.14, 0.20);
    }

    @Test
    void theScoreFallsWithTheGapAndDoesNotDependOnTheUnit() {
        double[][] retrained = normal(40, 32, 5);
        double[][] near = shifted(normal(40, 32, 6), 0.5);
        double[][] far = shifted(normal(40, 32, 6), 3);
        double[][] again = normal(40, 32, 7);

        ForgettingQuality quality = ForgettingQuality.of(near, retrained, again);

        assertThat(quality.score())
                .isGreaterThan(ForgettingQuality.of(far, retrained, again).score());
        assertThat(ForgettingQuality.of(scaled(near), scaled(retrained), scaled(again))
                        .score())
                .isEqualTo(quality.score());
        assertThat(quality.withUtility(0.9, 1, 0.7, 0.8)).isCloseTo(quality.score() * 0.9 * 0.875, within(1e-15));
    }

    @Test
    void aSpikeIsPunishedAsReleasedAndSeenByAnInterval() {
        double[][] spike = new double[1][16];
        Arrays.fill(spike[0], 0.1);
        double[][] retrained = normal(1, 16, 9);

        assertThat(ForgettingQuality.competitionLiteral(spike, retrained)).isZero();
        assertThat(ForgettingQuality.epsilon(spike[0], retrained[0])).isGreaterThan(2);
    }

    @Test
    void fewModelsAreRefused() {
        assertThatThrownBy(() -> ForgettingQuality.competitionLiteral(new double[1][3], new double[1][8]))
                .hasMessageContaining("3 unlearned and 8 retrained models; each side needs four");
    }

    private static double[][] normal(int examples, int models, long seed) {
        var random = new SplittableRandom(seed * 1_000_003);
        double[][] values = new double[examples][models];
        for (double[] row : values) {
            for (int k = 0; k < models; k++) {
                row[k] = random.nextGaussian();
            }
        }
        return values;
    }

    private static double[][] shifted(double[][] values, double by) {
        return Arrays.stream(values)
                .map(row -> Arrays.stream(row).map(value -> value + by).toArray())
                .toArray(double[][]::new);
    }

    private static double[][] scaled(double[][] values) {
        return Arrays.stream(values)
                .map(row -> Arrays.stream(row).map(value -> 4 * value).toArray())
                .toArray(double[][]::new);
    }
}
