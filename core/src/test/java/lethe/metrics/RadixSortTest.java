package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RadixSortTest {
    private static final int MANY = 10_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sortsAsComparingDoes(long seed) {
        assertSorted(seed, x -> x);
        assertSorted(seed, x -> (float) x);
        assertSorted(seed, x -> Math.rint(3 * x) + 0.0); // many ties
        assertSorted(seed, x -> Math.copySign(Math.exp(200 * Math.abs(x)), x)); // infinities among them
        assertSorted(seed, x -> x * Double.MIN_VALUE + 0.0);
        assertSorted(seed, x -> 1);
    }

    private static void assertSorted(long seed, DoubleUnaryOperator of) {
        var random = new SplittableRandom(seed);
        double[] values = new double[MANY];
        Arrays.setAll(values, k -> of.applyAsDouble(random.nextGaussian()));
        double[] expected = values.clone();
        Arrays.sort(expected);

        assertThat(RadixSort.ascending(values)).isEqualTo(expected);
    }
}
