package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HolmTest {
    @Test
    void theSmallestCountsMostOftenAndNoneLessThanTheOnesBefore() {
        // 3 · 0.01, then 2 · 0.015 = 0.03, then 1 · 0.02, which is raised to 0.03.
        assertThat(Holm.adjusted(new double[] {0.02, 0.01, 0.015})).containsExactly(0.03, 0.03, 0.03);
        assertThat(Holm.adjusted(new double[] {0.5, 0.9})).containsExactly(1, 1);
        assertThat(Holm.adjusted(new double[0])).isEmpty();
    }

    @Test
    void whatIsNoProbabilityIsRefused() {
        assertThatThrownBy(() -> Holm.adjusted(new double[] {Double.NaN})).hasMessageContaining("[0, 1]");
    }
}
