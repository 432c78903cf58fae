package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KaplanMeierTest {
    @Test
    void whoeverIsNoLongerWatchedCountsUntilThen() {
        // Five cases: events at 1, 3 and 5, watched for the last time at 2 and 4.
        var estimate = KaplanMeier.of(new double[] {5, 1, 2, 3, 4}, new boolean[] {true, true, false, true, false});

        assertThat(estimate.survival(0.5)).isEqualTo(1);
        assertThat(estimate.survival(1)).isCloseTo(4 / 5.0, within(1e-12));
        assertThat(estimate.survival(4.5)).isCloseTo(4 / 5.0 * 2 / 3, within(1e-12));
        assertThat(estimate.survival(5)).isZero();
        assertThat(estimate.quantile(0.5)).isEqualTo(5);
        assertThat(estimate.quantile(0.2)).isEqualTo(1);
    }

    @Test
    void aMedianThatIsNeverSeenIsInfinite() {
        var estimate = KaplanMeier.of(new double[] {1, 9, 9}, new boolean[] {true, false, false});

        assertThat(estimate.quantile(0.3)).isEqualTo(1);
        assertThat(estimate.quantile(0.5)).isInfinite();
    }
}
