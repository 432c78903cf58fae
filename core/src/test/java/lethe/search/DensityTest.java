package lethe.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DensityTest {
    private static final Axis.Interval UNIT = new Axis.Interval(0, 1, false, false);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 30})
    void anEstimateIntegratesToOne(int points) {
        double[] centres = new SplittableRandom(points).doubles(points).sorted().toArray();

        double sum = IntStream.range(0, 10_000)
                .mapToDouble(i -> new Parzen(UNIT, centres).density((i + 0.5) / 10_000))
                .average()
                .orElseThrow();

        assertThat(sum).isCloseTo(1, within(1e-6));
    }

    @Test
    void onePointIsHalfOfAnEstimateAsWideAsTheLongerWay() {
        // One normal of width max(1/3, 0.25, 0.75) around 0.25, cut off where 34.13 % above and 13.06 % below
        // remain.
        double peak = 1 / (Math.sqrt(2 * Math.PI) * 0.75) / (0.3413447461 + 0.1305586598);

        assertThat(new Parzen(UNIT, new double[] {0.25}).density(0.25)).isCloseTo(0.5 * (1 + peak), within(1e-8));
    }

    @Test
    void alternativesCountOnceMoreThanTheyWereSeen() {
        Density density = new Axis.Choice(3).density(List.of(2.0, 2.0, 0.0));

        assertThat(Math.exp(density.log(0))).isCloseTo(2 / 6.0, within(1e-12));
        assertThat(Math.exp(density.log(1))).isCloseTo(1 / 6.0, within(1e-12));
        assertThat(Math.exp(density.log(2))).isCloseTo(3 / 6.0, within(1e-12));
    }

    @Test
    void wholeNumbersShareTheIntervalEqually() {
        var axis = new Axis.Interval(2, 5, false, true);

        assertThat(IntStream.range(0, 4).mapToDouble(i -> axis.value((i + 0.99) / 4)))
                .containsExactly(2.0, 3.0, 4.0, 5.0);
        assertThat(axis.unit(2)).isEqualTo(0.125);
        assertThat(axis.value(0)).isEqualTo(2);
        assertThat(axis.value(1)).isEqualTo(5);
    }

    @Test
    void numbersReadWell() {
        assertThat(new Axis.Interval(1e-4, 1, true, false).value(0.3)).isEqualTo(0.00158);
        assertThat(new Axis.Interval(0.9, 0.99, false, false).value(0.123456)).isEqualTo(0.91111);
        assertThat(new Axis.Interval(0.9994, 0.9999, true, false).value(1)).isEqualTo(0.9999);
    }

    @Test
    void anAxisGoesUpwards() {
        assertThatThrownBy(() -> new Axis.Interval(2, 2, false, false)).hasMessageContaining("low must be less than");
        assertThatThrownBy(() -> new Axis.Interval(0, 2, true, false)).hasMessageContaining("low must be positive");
        assertThatThrownBy(() -> new Axis.Interval(0.5, 2, false, true)).hasMessageContaining("whole numbers");
    }
}
