package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RocTest {
    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @Test
    void areaAndRatesOfTenScoresWithATieAcrossClasses() {
        JsonNode pin = ReferenceValues.of("roc");
        Roc roc = Roc.of(doubles(pin, "positives"), doubles(pin, "negatives"));

        // 17 of 25 pairs are won and one is tied
        assertThat(roc.auc()).isEqualTo(17.5 / 25);
        assertThat(roc.tprAtFpr(0.1)).isEqualTo(0.4);
        assertThat(roc.tprAtFpr(0.2)).isEqualTo(0.4); // 0.6 is a tie: taking its negative takes a second one's place
        assertThat(roc.tprAtFpr(0.4)).isEqualTo(0.8);
        assertThat(roc.realisedFpr(0.3)).isEqualTo(0.2);
    }

    @Test
    void heavilyTiedScoresAgreeWithTheDefinition() {
        JsonNode pin = ReferenceValues.of("roc").get("tied");
        Roc roc = Roc.of(doubles(pin, "positives"), doubles(pin, "negatives"));

        assertThat(roc.auc()).isCloseTo(pin.get("auc").asDouble(), within(1e-12));
        for (double fpr : new double[] {0.01, 0.05, 0.1, 0.2, 0.5}) {
            assertThat(roc.tprAtFpr(fpr)).isCloseTo(pin.get("tpr").get("" + fpr).asDouble(), within(1e-12));
        }
    }

    @Test
    void evenlySpacedNormalScoresReachTheClosedForm() {
        JsonNode pin = ReferenceValues.of("equalVariance");

        assertThat(Roc.auc(grid(100, 1, 1), grid(100, 0, 1)))
                .isEqualTo(pin.get("grid100Auc").asDouble());
        assertThat(Roc.auc(grid(200, 1, 1), grid(200, 0, 1)))
                .isEqualTo(pin.get("grid200Auc").asDouble());
        for (JsonNode row : pin.get("rows")) {
            double d = row.get("d").asDouble();
            Roc roc = Roc.of(grid(5_000, d, 1), grid(5_000, 0, 1));
            assertThat(roc.auc()).isCloseTo(row.get("auc").asDouble(), within(5e-4));
            assertThat(roc.balancedAccuracy(d / 2))
                    .isCloseTo(row.get("accuracy").asDouble(), within(5e-4));
            for (double fpr : new double[] {0.001, 0.01, 0.05}) {
                assertThat(roc.tprAtFpr(fpr))
                        .isCloseTo(
                                row.get("tpr").get("" + fpr).asDouble(),
                                within(0.02)); // a vertex is half a rank off, which is steep at d = 3
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyScoresGiveTheAreaAndRatesOfTheDefinition(boolean tied) {
        var random = new SplittableRandom(1);
        double[] scores = new double[400_000]; // sorted and counted in several blocks
        boolean[] positive = new boolean[scores.length];
        for (int k = 0; k < scores.length; k++) {
            positive[k] = random.nextBoolean();
            double score = random.nextGaussian() + (positive[k] ? 0.3 : 0);
            scores[k] = tied ? Math.rint(50 * score) : score;
        }
        scores[7] = Double.NEGATIVE_INFINITY;
        scores[8] = Double.NEGATIVE_INFINITY;
        scores[9] = Double.POSITIVE_INFINITY;
        Roc roc = Roc.of(scores, positive);

        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double ranks = 0; // Wilcoxon's sum with mean ranks, each twice a whole number
        long above = 0;
        for (int k = 0; k < scores.length; k++) {
            if (positive[k]) {
                ranks += 0.5 * (first(sorted, scores[k]) + 1 + notAbove(sorted, scores[k]));
                above += scores[k] > roc.thresholdAtFpr(0.01) ? 1 : 0;
            }
        }
        double p = roc.positives();
        assertThat(roc.auc()).isEqualTo((ranks - p * (p + 1) / 2) / (p * roc.negatives()));
        assertThat(roc.tprAtFpr(0.01)).isEqualTo(above / p);
        assertThat(roc.realisedFpr(0.01)).isLessThanOrEqualTo(0.01);
    }

    private static int notAbove(double[] ascending, double score) {
        return score == Double.POSITIVE_INFINITY ? ascending.length : first(ascending, Math.nextUp(score));
    }

    /** The position of the first value that is not below {@code score}. */
    private static int first(double[] ascending, double score) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] < score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Test
    void aPureChangeOfSpreadIsInvisibleToTheRawScoreOnly() {
        double[] narrow = grid(100, 0, 1);
        double[] wide = grid(100, 0, 2);

        assertThat(Roc.auc(narrow, wide)).isCloseTo(0.5, within(1e-12));
        assertThat(Roc.auc(negatedMagnitude(narrow), negatedMagnitude(wide)))
                .isCloseTo(ReferenceValues.of("varianceOnly").get("grid100").asDouble(), within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void exchangingTheClassesMirrorsTheArea(long seed) {
        double[] a = tiedScores(new SplittableRandom(seed));
        double[] b = tiedScores(new SplittableRandom(seed + 1000));

        assertThat(Roc.auc(a, b) + Roc.auc(b, a)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void falsePositivesNeverExceedTheAllowance(long seed) {
        var random = new SplittableRandom(seed);
        double[] scores = tiedScores(random);
        double fpr = random.nextDouble();

        assertThat(Roc.tprAtFpr(scores, scores, fpr)).isLessThanOrEqualTo(fpr);
        assertThat(Roc.of(scores, scores).realisedFpr(fpr)).isLessThanOrEqualTo(fpr);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aMonotoneTransformOfTheScoreChangesNothing(long seed) {
        double[] a = tiedScores(new SplittableRandom(seed));
        double[] b = tiedScores(new SplittableRandom(seed + 1000));
        double[] expA = Arrays.stream(a).map(Math::exp).toArray();
        double[] expB = Arrays.stream(b).map(Math::exp).toArray();

        assertThat(Roc.auc(expA, expB)).isEqualTo(Roc.auc(a, b));
        assertThat(Roc.tprAtFpr(expA, expB, 0.2)).isEqualTo(Roc.tprAtFpr(a, b, 0.2));
    }

    @Test
    void roundingDoesNotLoseAnAdmissibleFalsePositive() {
        double[] negatives = grid(100, 0, 1);

        assertThat(Roc.of(negatives, negatives).falsePositives(0.29)).isEqualTo(29); // 0.29 · 100 is 28.999…
    }

    @Test
    void theVarianceOfAnAreaIsThatOfHanleyAndMcNeil() {
        // A = 0.8 of 50 and 50: Q1 = 2/3, Q2 = 32/45; (0.16 + 49 · 0.0266667 + 49 · 0.0711111) / 2500.
        assertThat(Roc.areaVariance(0.8, 50, 50)).isCloseTo(0.001980444, within(1e-9));
        assertThat(Roc.areaVariance(0.5, 64, 64)).isCloseTo(129.0 / (12 * 64 * 64), within(1e-12));
    }

    @Test
    void aRateThatRestsOnFewNegativesIsMarked() {
        Roc roc = Roc.of(grid(50, 1, 1), grid(200, 0, 1));

        OperatingPoint point = roc.operatingPoint(0.001, new double[] {0, 0.1});

        assertThat(point.reportable()).isFalse();
        assertThat(point.negativesNeeded()).isEqualTo(10_000);
        assertThat(point.falsePositives()).isZero();
        assertThat(point.realisedFprHigh()).isCloseTo(0.018275, within(1e-6)); // exact limit of 0 in 200
        assertThat(roc.operatingPoint(0.05, new double[] {0, 1}).reportable()).isTrue();
    }

    @Test
    void aDrawnCurveEndsInTheCornerAndHasEachVertexOnce() {
        Roc roc = Roc.of(grid(500, 1, 1), grid(500, 0, 1));
        double[] rates = roc.drawingRates(40);
        double[][] replicates = new double[40][];
        Arrays.setAll(replicates, k -> new double[] {roc.tprAtFpr(rates[k])});

        RocCurve curve = roc.curve(rates, replicates);

        assertThat(curve.fpr())
                .doesNotHaveDuplicates()
                .isSorted()
                .startsWith(0.0)
                .endsWith(1.0);
        assertThat(curve.tpr()).isSorted().endsWith(1.0);
    }

    @Test
    void scoresThatAreNoNumbersAreRefused() {
        assertThatThrownBy(() -> Roc.auc(new double[] {1, Double.NaN}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positive score at 1 is NaN");
        assertThatThrownBy(() -> Roc.auc(new double[0], new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 positives, 1 negatives");
    }

    static double[] grid(int n, double mean, double deviation) {
        double[] values = new double[n];
        for (int k = 0; k < n; k++) {
            values[k] = mean + deviation * SpecialFunctions.normalQuantile((k + 0.5) / n);
        }
        return values;
    }

    private static double[] negatedMagnitude(double[] values) {
        return Arrays.stream(values).map(v -> -Math.abs(v)).toArray();
    }

    private static double[] doubles(JsonNode node, String name) {
        return ReferenceValues.doubles(node.get(name));
    }

    private static double[] tiedScores(SplittableRandom random) {
        return random.ints(random.nextInt(1, 50), 0, 5).asDoubleStream().toArray();
    }
}
