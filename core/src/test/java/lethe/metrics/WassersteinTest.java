package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WassersteinTest {
    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    @Test
    void itIsTheAreaBetweenTheDistributionFunctions() {
        // F_a steps to 1/2 at 0 and 1 at 1; F_b to 1/3 at 0, 2/3 at 0.5, 1 at 1: |1/2−1/3|·0.5 + |1/2−2/3|·0.5
        assertThat(Wasserstein.distance(new double[] {1, 0}, new double[] {0.5, 1, 0}))
                .isCloseTo(1 / 6.0, within(1e-12));
        assertThat(Wasserstein.distance(new double[] {1}, new double[] {3, 3})).isEqualTo(2);
    }

    /** For samples of one size, the cheapest way to move one onto the other keeps the order. */
    @ParameterizedTest
    @MethodSource("seeds")
    void ofEqualSizesItIsTheMeanDistanceInOrder(long seed) {
        var random = new SplittableRandom(seed);
        double[] a = random.ints(20, 0, 8).asDoubleStream().toArray(); // ties on purpose
        double[] b = random.doubles(20, -2, 9).toArray();
        double[] left = Arrays.stream(a).sorted().toArray();
        double[] right = Arrays.stream(b).sorted().toArray();
        double mean = 0;
        for (int i = 0; i < 20; i++) {
            mean += Math.abs(left[i] - right[i]) / 20;
        }

        assertThat(Wasserstein.distance(a, b)).isCloseTo(mean, within(1e-12));
        assertThat(Wasserstein.distance(b, a)).isCloseTo(mean, within(1e-12));
        assertThat(Wasserstein.distance(a, a)).isZero();
    }

    @Test
    void nothingHasNoDistance() {
        assertThatThrownBy(() -> Wasserstein.distance(new double[0], new double[1]))
                .hasMessage("Need values on both sides: 0 and 1");
        assertThatThrownBy(() -> Wasserstein.distance(new double[] {Double.NaN}, new double[1]))
                .hasMessage("A value is not a number");
    }
}
