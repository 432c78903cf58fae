package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RanksTest {
    @Test
    void equalValuesShareTheMeanOfTheirRanks() {
        assertThat(Ranks.of(new double[] {30, 10, 20, 20})).containsExactly(4, 1, 2.5, 2.5);
    }

    @Test
    void infinitiesRankLast() {
        assertThat(Ranks.of(new double[] {Double.POSITIVE_INFINITY, 1, Double.POSITIVE_INFINITY}))
                .containsExactly(2.5, 1, 2.5);
    }

    @Test
    void theCorrelationIsThatOfRanks() {
        double[] a = {1, 2, 3, 4, 5};

        assertThat(Ranks.spearman(a, new double[] {1, 8, 27, 64, 125})).isEqualTo(1);
        assertThat(Ranks.spearman(a, new double[] {5, 4, 3, 2, 1})).isEqualTo(-1);
        // Rank differences 1, −1, 1, −1, 0: 1 − 6·4 / (5·24)
        assertThat(Ranks.spearman(a, new double[] {2, 1, 4, 3, 5})).isCloseTo(0.8, within(1e-12));
        assertThat(Ranks.spearman(a, new double[] {7, 7, 7, 7, 7})).isNaN();
    }

    @Test
    void twoHalvesThatAgreeByHalfMakeTwoThirds() {
        assertThat(Ranks.spearmanBrown(0.5)).isCloseTo(2 / 3.0, within(1e-12));
    }
}
