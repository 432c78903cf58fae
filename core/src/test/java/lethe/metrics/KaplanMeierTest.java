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

    @Test
    void theMedianOfGroupsIsThatOfTheirCasesAndItsIntervalThatOfResampledGroups() {
        double[][] times = {{1, 2}, {3, 3}, {4, 9}, {2, 3}};
        boolean[][] seen = {{true, true}, {true, true}, {true, false}, {true, true}};

        Estimate median = KaplanMeier.median(times, seen, new CrossedBootstrap(2000, 1));

        assertThat(median.value()).isEqualTo(3); // of 1 2 2 3 3 3 4 and one above 9
        // Of the 256 draws one has a median of 1, too few for the interval; 13 have a median of 4.
        assertThat(median.low()).isEqualTo(2);
        assertThat(median.high()).isEqualTo(4);
    }

    @Test
    void aGroupThatNeverEndsMakesTheIntervalOpen() {
        double[][] times = {{5}, {6}, {50}, {50}, {50}, {50}};
        boolean[][] seen = {{true}, {true}, {false}, {false}, {false}, {false}};

        Estimate median = KaplanMeier.median(times, seen, new CrossedBootstrap(500, 1));

        assertThat(median.value()).isInfinite();
        assertThat(median.low()).isLessThan(50);
        assertThat(median.high()).isInfinite();
    }

    /** Geometric times of two cases a group, given up after 6: the truth is 2, seen in half of all cases or more. */
    @Test
    void theIntervalOfTheMedianCovers() {
        var random = new java.util.SplittableRandom(4);
        int missed = 0;
        for (int audit = 0; audit < 200; audit++) {
            double[][] times = new double[16][2];
            boolean[][] seen = new boolean[16][2];
            for (int group = 0; group < 16; group++) {
                double ease = 0.25 + 0.1 * random.nextDouble();
                for (int k = 0; k < 2; k++) {
                    int steps = 1;
                    while (steps < 6 && random.nextDouble() > ease) {
                        steps++;
                    }
                    seen[group][k] = steps < 6 || random.nextDouble() <= ease;
                    times[group][k] = steps;
                }
            }
            missed += KaplanMeier.median(times, seen, new CrossedBootstrap(200, audit))
                            .excludes(2)
                    ? 1
                    : 0;
        }

        assertThat(missed).isLessThanOrEqualTo(20); // an interval between whole numbers errs on the wide side
    }
}
