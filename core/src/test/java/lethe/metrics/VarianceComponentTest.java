package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VarianceComponentTest {
    @Test
    void theTermsOfASmallTableAgreeWithTheirDefinitions() {
        JsonNode pin = ReferenceValues.of("varianceComponent");
        double[] values = ReferenceValues.doubles(pin.get("values"));
        double[] labels = ReferenceValues.doubles(pin.get("labels"));
        boolean[] positive = new boolean[labels.length];
        for (int cell = 0; cell < labels.length; cell++) {
            positive[cell] = labels[cell] == 1;
        }

        VarianceComponent component =
                VarianceComponent.of(values, positive, pin.get("worlds").asInt(), 50, 1);

        assertThat(component.observed()).isCloseTo(pin.get("observed").asDouble(), within(1e-12));
        assertThat(component.noise()).isCloseTo(pin.get("noise").asDouble(), within(1e-12));
        assertThat(component.variance().value()).isCloseTo(component.observed() - component.noise(), within(1e-15));
    }

    /** Half of the examples with a gap of two: Var(auc) is ((Φ(√2) − ½)/2)² = 0.0444. */
    @Test
    void bothEstimatesFindTheVarianceOfATwoPointWorld() {
        double truth = ReferenceValues.of("varianceComponent").get("truth").asDouble();
        var world = new World(2000, 64, 2, 1);

        VarianceComponent component = world.component(100);

        assertThat(truth).isCloseTo(0.044384, within(1e-6));
        // simulated standard deviation 0.0005
        assertThat(component.variance().value()).isCloseTo(truth, within(0.0015));
        assertThat(component.splitHalf()).isCloseTo(truth, within(0.0015));
        assertThat(component.observed()).isCloseTo(0.047576, within(0.0015)); // expected at 32 values a class
        assertThat(component.reliability()).isBetween(0.85, 0.9);
        assertThat(component.deviation()).isCloseTo(0.2107, within(0.004));
        assertThat(component.variance().excludes(0)).isTrue();
        assertThat(component.leakagePValue()).isEqualTo(1.0 / 101);
    }

    @Test
    void withoutSignalNothingVaries() {
        VarianceComponent component = new World(2000, 64, 0, 2).component(100);

        assertThat(component.variance().value()).isCloseTo(0, within(5e-4));
        assertThat(component.variance().excludes(0)).isFalse();
        assertThat(component.splitHalf()).isCloseTo(0, within(5e-4));
        assertThat(component.reliability()).isCloseTo(0, within(0.06));
        assertThat(component.observed()).isCloseTo(0.005289, within(4e-4)); // (2·32 + 1)/(12·32²)
    }

    /** 200 p-values without signal: uniform by Kolmogorov and Smirnov's test against an exact uniform grid. */
    @Test
    void thePermutationTestKeepsItsLevelEvenWhereExamplesOfOneWorldMoveTogether() {
        double[] p = new double[200];
        double[] uniform = new double[4000];
        for (int seed = 0; seed < p.length; seed++) {
            var world = new World(20, 12, 0, 100 + seed);
            world.shiftWorlds(1.5, seed);
            p[seed] = world.component(99).leakagePValue();
        }
        for (int k = 0; k < uniform.length; k++) {
            uniform[k] = (k + 0.5) / uniform.length;
        }

        KolmogorovSmirnov test = KolmogorovSmirnov.of(p, uniform);

        assertThat(test.pValue()).isGreaterThan(0.01);
    }

    @Test
    void aSingleExampleIsRefused() {
        assertThatThrownBy(() -> VarianceComponent.of(new double[4], new boolean[4], 4, 20, 1))
                .hasMessageContaining("needs two, but there is 1");
        assertThatThrownBy(() -> VarianceComponent.of(new double[5], new boolean[5], 4, 20, 1))
                .hasMessageContaining("do not fill rows of 4 worlds");
    }

    /** Every second example has a gap between its positives and its negatives; labels are balanced in each row. */
    private static final class World {
        private final double[] values;
        private final boolean[] positive;
        private final int worlds;
        private final long seed;

        World(int examples, int worlds, double gap, long seed) {
            var random = new SplittableRandom(seed * 7919 + 17);
            this.worlds = worlds;
            this.seed = seed;
            values = new double[examples * worlds];
            positive = new boolean[values.length];
            for (int i = 0; i < examples; i++) {
                int left = worlds / 2;
                for (int w = 0; w < worlds; w++) {
                    int cell = i * worlds + w;
                    positive[cell] = random.nextInt(worlds - w) < left;
                    left -= positive[cell] ? 1 : 0;
                    values[cell] = random.nextGaussian() + (positive[cell] && i % 2 == 0 ? gap : 0);
                }
            }
        }

        void shiftWorlds(double deviation, long draw) {
            var random = new SplittableRandom(draw * 104_729 + 3);
            for (int w = 0; w < worlds; w++) {
                double shift = deviation * random.nextGaussian();
                for (int cell = w; cell < values.length; cell += worlds) {
                    values[cell] += shift;
                }
            }
        }

        VarianceComponent component(int resamples) {
            return VarianceComponent.of(values, positive, worlds, resamples, seed);
        }
    }
}
