package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleAreasTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aWeightCountsAWorldThatOften(long seed) {
        var random = new SplittableRandom(seed);
        int worlds = 10;
        double[] values = random.ints(3L * worlds, 0, 6).asDoubleStream().toArray(); // ties on purpose
        boolean[] positive = new boolean[values.length];
        for (int cell = 0; cell < positive.length; cell++) {
            positive[cell] = cell % 2 == 0;
        }
        int[] weights = random.ints(worlds, 1, 4).toArray();

        double[] areas = ExampleAreas.of(values, positive, worlds).areas(weights);

        for (int i = 0; i < 3; i++) {
            assertThat(areas[i])
                    .isCloseTo(
                            Roc.auc(repeated(values, i, weights, 0), repeated(values, i, weights, 1)), within(1e-12));
        }
    }

    /** The values of one row at worlds of one parity, each as often as its weight. */
    private static double[] repeated(double[] values, int row, int[] weights, int parity) {
        var repeated = java.util.stream.DoubleStream.builder();
        for (int w = parity; w < weights.length; w += 2) {
            for (int k = 0; k < weights[w]; k++) {
                repeated.add(values[row * weights.length + w]);
            }
        }
        return repeated.build().toArray();
    }

    @Test
    void valuesThatDoNotCountAreAsIfTheyWereNotThere() {
        double[] values = {1, 2, 3, 4, 4, 3, 2, 1};
        boolean[] positive = {true, false, true, false, true, false, true, false};
        boolean[] counted = {false, true, true, true, true, true, true, false};

        assertThat(ExampleAreas.of(values, positive, counted, 4).areas()).containsExactly(0.5, 0.5);
        assertThatThrownBy(() -> ExampleAreas.of(values, positive, new boolean[3], 4))
                .hasMessage("Of 8 values 3 are known to count or not");
    }

    @Test
    void anExampleWithoutWeightOnASideHasNoArea() {
        var areas = ExampleAreas.of(
                new double[] {1, 2, 3, 4, 4, 3, 2, 1},
                new boolean[] {true, false, true, false, true, false, true, false},
                4);

        assertThat(areas.areas()).containsExactly(0.25, 0.75);
        assertThat(areas.areas(new int[] {1, 0, 2, 0})).containsOnly(Double.NaN);
    }
}
