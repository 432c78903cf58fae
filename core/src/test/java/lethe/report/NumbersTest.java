package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import lethe.metrics.Estimate;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void intervalsStandInBracketsAndMissingOnesAreLeftOut() {
        assertThat(Numbers.area(new Estimate(0.61234, 0.59, 0.634))).isEqualTo("0.612 [0.590, 0.634]");
        assertThat(Numbers.percent(new Estimate(0.051, 0.039, 0.064))).isEqualTo("5.1 % [3.9, 6.4]");
        assertThat(Numbers.difference(new Estimate(-0.01, -0.02, 0.0004))).isEqualTo("−0.010 [−0.020, 0.000]");
        assertThat(Numbers.area(new Estimate(0.5, Double.NaN, Double.NaN))).isEqualTo("0.500");
        assertThat(Numbers.area(new Estimate(Double.NaN, 0, 1))).isEqualTo("n/a");
    }

    @Test
    void ratesKeepTheDigitsTheyNeed() {
        assertThat(Numbers.rate(0.05)).isEqualTo("5 %");
        assertThat(Numbers.rate(0.001)).isEqualTo("0.1 %");
        assertThat(Numbers.rate(1e-5)).isEqualTo("0.001 %");
    }

    @Test
    void aVanishingNegativeIsZero() {
        assertThat(Numbers.fixed(-0.0001, 3)).isEqualTo("0.000");
        assertThat(Numbers.fixed(-0.001, 3)).isEqualTo("−0.001");
    }

    @Test
    void durationsUseTheUnitsThatMatter() {
        assertThat(Numbers.duration(0.25)).isEqualTo("0.25 s");
        assertThat(Numbers.duration(59.6)).isEqualTo("1 min 00 s");
        assertThat(Numbers.duration(125)).isEqualTo("2 min 05 s");
        assertThat(Numbers.duration(4_380)).isEqualTo("1 h 13 min");
        assertThat(Numbers.duration(Double.NaN)).isEqualTo("n/a");
    }
}
