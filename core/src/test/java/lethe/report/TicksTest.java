package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TicksTest {
    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theyEncloseTheValuesWithAFewRoundSteps(long seed) {
        var random = new SplittableRandom(seed);
        double low = random.nextDouble(-3, 3);
        double high = low + Math.pow(10, random.nextDouble(-3, 1));

        Ticks ticks = Ticks.enclosing(low, high);

        assertThat(ticks.from()).isLessThanOrEqualTo(low + 1e-9);
        assertThat(ticks.at(ticks.count() - 1)).isGreaterThanOrEqualTo(high - 1e-9);
        assertThat(ticks.count()).isBetween(3, 7);
        double mantissa = ticks.step() * Math.pow(10, ticks.digits());
        assertThat(mantissa).isCloseTo(Math.rint(mantissa), within(1e-6));
    }
}
