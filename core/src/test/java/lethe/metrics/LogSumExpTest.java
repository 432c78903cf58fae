package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogSumExpTest {
    @Test
    void sumsByHandAndWithoutOverflow() {
        assertThat(LogSumExp.except(new double[] {Math.log(2), 5, Math.log(3)}, 1, 1))
                .isCloseTo(Math.log(5), within(1e-12));
        assertThat(LogSumExp.except(new double[] {2, 4}, -1, 2))
                .isCloseTo(Math.log(Math.exp(1) + Math.exp(2)), within(1e-12));
        assertThat(LogSumExp.except(new double[] {1000, 1000}, -1, 1)).isCloseTo(1000 + Math.log(2), within(1e-9));
    }

    @Test
    void logOddsAreThoseOfTheSoftmax() {
        assertThat(LogSumExp.logOdds(new double[] {2, 1, 0}, 0)).isCloseTo(0.686738312, within(1e-9));
        assertThat(LogSumExp.logOdds(new double[] {2, 1, 0}, 2)).isCloseTo(-2.313261688, within(1e-9));
    }
}
