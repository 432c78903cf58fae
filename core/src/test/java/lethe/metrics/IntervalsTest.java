package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IntervalsTest {
    @Test
    void theMeanOfWorldsHasStudentsInterval() {
        JsonNode pin = ReferenceValues.of("meanInterval");

        Estimate estimate = Intervals.ofMean(ReferenceValues.doubles(pin.get("values")));

        assertThat(estimate.value()).isCloseTo(pin.get("mean").asDouble(), within(1e-12));
        assertThat(estimate.low()).isCloseTo(pin.get("low").asDouble(), within(1e-10));
        assertThat(estimate.high()).isCloseTo(pin.get("high").asDouble(), within(1e-10));
    }

    @Test
    void oneWorldSaysNothingAboutItsSpread() {
        assertThat(Intervals.ofMean(new double[] {0.4}))
                .isEqualTo(new Estimate(0.4, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
        assertThatThrownBy(() -> Intervals.variance(new double[] {1})).hasMessageContaining("two values");
    }

    /** Six worlds in a ring: sums of each world's two comparisons 0, −6, −6, 0, 6, 6, so (144 − 54)/30 = 3. */
    @Test
    void comparisonsThatShareAWorldAddTheirProducts() {
        double[] values = {0, 0, 0, 6, 6, 6};
        double[][] totals = new double[6][6];
        double[][] weights = new double[6][6];
        double[][] own = new double[6][6];
        double[][] each = new double[6][6];
        for (int w = 0; w < 6; w++) {
            totals[w][(w + 1) % 6] = values[w];
            weights[w][(w + 1) % 6] = 1;
            own[w][w] = values[w];
            each[w][w] = 1;
        }

        Estimate ring = Intervals.ofComparisons(totals, weights);

        assertThat(ring.value()).isEqualTo(3);
        assertThat(ring.high() - 3).isCloseTo(4.302652730 * Math.sqrt(3), within(1e-8)); // two degrees of freedom
        assertThat(Intervals.ofComparisons(own, each)).isEqualTo(Intervals.ofMean(values));
    }

    /** (0.1 ± …, 0.2 ± …): C = (0.3² − 0.05 + 0.3² − 0.05)/2 = 0.04, S²/2 = 0.01. */
    @Test
    void areasOfWorldsCovaryByWhatAnExampleDoesInBoth() {
        var areas = new WorldAreas(
                List.of(
                        new WorldAreas.World(0.5, new float[] {0.1f, -0.1f}),
                        new WorldAreas.World(0.7, new float[] {0.2f, -0.2f})),
                false);
        var between = new WorldAreas(
                List.of(new WorldAreas.World(0.6, new float[2]), new WorldAreas.World(0.6, new float[2])), false);
        double quantile = 12.70620474;

        assertThat(areas.mean().value()).isCloseTo(0.6, within(1e-12));
        assertThat(areas.mean().high() - 0.6).isCloseTo(quantile * Math.sqrt(0.05), within(1e-6));
        // With shared rules (0.3² + 0.05 + 0.3² + 0.05)/2 = 0.14
        assertThat(new WorldAreas(areas.worlds(), true).mean().high() - 0.6)
                .isCloseTo(quantile * Math.sqrt(0.15), within(1e-6));
        // One difference counts down and the other up, so that their products are negative.
        assertThat(areas.gap(between, new double[] {0.1, 0.3}, 1)).isEqualTo(Intervals.ofMean(new double[] {0.1, 0.3}));
        // Both count up: C = 0.04/16
        double gap = areas.gap(
                        new WorldAreas(
                                List.of(
                                        new WorldAreas.World(0.4, new float[2]),
                                        new WorldAreas.World(0.4, new float[2])),
                                false),
                        new double[] {0.1, 0.1},
                        0.25)
                .high();
        assertThat(gap - 0.1).isCloseTo(quantile * Math.sqrt(0.0025), within(1e-6));
    }

    /** Of positives 2 and 0 against 1 and 0: placements 1 and ¼, ½ and ⅞ from the other side, around 0.625. */
    @Test
    void influencesOfAWorldAreItsCentredPlacements() {
        WorldAreas.World world =
                WorldAreas.World.of(new double[] {2, 0}, new double[] {1, 0}, new int[] {0, 1}, new int[] {2, 0}, 4);

        assertThat(world.area()).isEqualTo(0.625);
        // Example 0 has a positive 2 and a negative 0: (1 − 0.625)/2 + (0.75 − 0.625)/2
        assertThat(world.influence()).containsExactly(new float[] {0.25f, -0.1875f, -0.0625f, 0}, within(1e-7f));
    }

    @Test
    void exactProportionsAgreeWithBetaQuantiles() {
        for (JsonNode pin : ReferenceValues.of("clopperPearson")) {
            Estimate share =
                    ClopperPearson.of(pin.get("k").asLong(), pin.get("n").asLong());

            assertThat(share.low()).isCloseTo(pin.get("low").asDouble(), within(1e-12));
            assertThat(share.high()).isCloseTo(pin.get("high").asDouble(), within(1e-12));
        }
    }

    @Test
    void moreSuccessesThanTrialsAreRefused() {
        assertThatThrownBy(() -> ClopperPearson.of(3, 2)).hasMessageContaining("3 of 2");
    }

    @Test
    void placementsGiveTheVarianceOfAnArea() {
        JsonNode pin = ReferenceValues.of("delong");

        DeLong delong =
                DeLong.of(ReferenceValues.doubles(pin.get("positives")), ReferenceValues.doubles(pin.get("negatives")));

        // placements (1, .8, .8, .6) and (.25, .75, 1, 1, 1)
        assertThat(delong.auc()).isCloseTo(0.8, within(1e-12));
        assertThat(delong.s10()).isCloseTo(pin.get("s10").asDouble(), within(1e-12));
        assertThat(delong.s01()).isCloseTo(pin.get("s01").asDouble(), within(1e-12));
        assertThat(delong.variance()).isCloseTo(pin.get("variance").asDouble(), within(1e-12));
        // 0.8 + 1.96 · 0.167 would leave the unit interval; Wilson's for 4 pairs: (0.8 + 0.480 + 1.96 · 0.316) / 1.960
        assertThat(delong.interval().high()).isCloseTo(0.969232, within(1e-6));
    }

    @Test
    void anAreaNearOneHasAnIntervalInsideTheUnitInterval() {
        DeLong delong = DeLong.of(new double[] {9, 8, 7, 3}, new double[] {4, 2, 1, 0});

        assertThat(delong.auc()).isEqualTo(15.0 / 16);
        assertThat(delong.interval().high()).isLessThan(1);
        assertThat(delong.interval().low()).isLessThan(15.0 / 16);
    }

    @Test
    void falseDiscoveriesAreControlledStepUp() {
        JsonNode pin = ReferenceValues.of("benjaminiHochberg");
        double[] p = ReferenceValues.doubles(pin.get("p"));

        assertThat(BenjaminiHochberg.adjusted(p))
                .containsExactly(ReferenceValues.doubles(pin.get("adjusted")), within(1e-12));
        assertThat(BenjaminiHochberg.rejections(p, 0.05)).isEqualTo(3);
        assertThat(BenjaminiHochberg.adjusted(new double[] {0.5, 0.001})).containsExactly(0.5, 0.002);
    }

    @Test
    void divergencesAgreeWithTheirFormulas() {
        JsonNode pin = ReferenceValues.of("divergence");
        double[] p = ReferenceValues.doubles(pin.get("p"));
        double[] q = ReferenceValues.doubles(pin.get("q"));

        assertThat(Divergence.kullbackLeibler(p, q)).isCloseTo(pin.get("kl").asDouble(), within(1e-12));
        assertThat(Divergence.kullbackLeibler(q, p)).isInfinite();
        assertThat(Divergence.jensenShannon(p, q)).isCloseTo(pin.get("js").asDouble(), within(1e-12));
        assertThat(Divergence.jensenShannon(q, p)).isCloseTo(pin.get("js").asDouble(), within(1e-12));
        assertThat(Divergence.totalVariation(p, q))
                .isCloseTo(pin.get("totalVariation").asDouble(), within(1e-12));
        assertThat(Divergence.hellinger(p, q)).isCloseTo(pin.get("hellinger").asDouble(), within(1e-12));
        assertThatThrownBy(() -> Divergence.totalVariation(p, new double[] {1, 0, 0, 0, 1}))
                .hasMessageContaining("second distribution sums to 2.0");
    }
}
