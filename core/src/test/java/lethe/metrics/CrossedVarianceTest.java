package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CrossedVarianceTest {
    @Test
    void componentsOfATableByHand() {
        // two worlds, two examples, each with a positive and a negative; areas are means of influences:
        // positives 3, 1 and negatives 0, 2 have placements 1, ½ and 1, ½, so influences ±½ of mean ¾
        double[] scores = {3, 0, 2, 1};
        boolean[] positive = {true, false, false, true};

        CrossedVariance variance = CrossedVariance.ofAuc(scores, positive, 2);

        // rows (½, ½) and (−½, −½): all of it belongs to examples
        assertThat(variance.world()).isZero();
        assertThat(variance.example()).isCloseTo(0.5, within(1e-12));
        assertThat(variance.residual()).isCloseTo(0, within(1e-12));
    }

    @Test
    void worldsFollowFromTheFormula() {
        var variance = new CrossedVariance(0.04, 0.1, 0.5);

        double halfWidth = variance.halfWidth(32, 1000);

        assertThat(halfWidth)
                .isCloseTo(1.959963985 * Math.sqrt(0.04 / 32 + 0.1 / 1000 + 3 * 0.5 / 32000), within(1e-9));
        assertThat(variance.worldsFor(halfWidth, 1000)).hasValue(32);
        assertThat(variance.worldsFor(halfWidth * 0.999, 1000)).hasValue(34);
        assertThat(variance.worldsFor(1.96 * Math.sqrt(0.1 / 1000) - 1e-3, 1000))
                .isEmpty();
        assertThatThrownBy(() -> variance.worldsFor(0, 1000)).hasMessageContaining("positive, but is 0");
        // 1.96 / (1.96 + 0.84)
        assertThat(CrossedVariance.halfWidthToDetect(-0.1, 0.8)).isCloseTo(0.06996, within(1e-5));
    }

    /** A pilot of 24 worlds, twelve times: the mean prediction must meet what 96 worlds report and really scatter by. */
    @Test
    void aPilotForetellsTheIntervalsOfMoreWorlds() {
        double[] foretold = new double[3];
        double[] reported = new double[2];
        double[] areas = new double[60];
        for (int seed = 0; seed < areas.length; seed++) {
            var run = new Simulated(300, 96, seed);
            areas[seed] = run.table().auc();
            if (seed < 12) {
                var pilot = new Simulated(300, 24, 1000 + seed);
                CrossedVariance auc = CrossedVariance.ofAuc(pilot.scores, pilot.positive, 24);
                foretold[0] += auc.halfWidth(96, 300) / 12;
                foretold[1] += CrossedVariance.ofTpr(pilot.scores, pilot.positive, 24, 0.05)
                                .halfWidth(96, 300)
                        / 12;
                foretold[2] += auc.variance(96, 300) / 12;
                double[][] replicates = new CrossedBootstrap(200, seed).replicate(run.table(), 0.05);
                for (int statistic = 0; statistic < 2; statistic++) {
                    Estimate interval = CrossedBootstrap.interval(0.5, replicates[statistic]);
                    reported[statistic] += spread(replicates[statistic]) / 12;
                    assertThat(interval.low()).isNotNaN();
                }
            }
        }

        assertThat(foretold[0]).isCloseTo(reported[0], Percentage.withPercentage(12));
        assertThat(foretold[1]).isCloseTo(reported[1], Percentage.withPercentage(20));
        // the variance of 60 areas is itself known to 18 %
        assertThat(foretold[2]).isCloseTo(Intervals.variance(areas), Percentage.withPercentage(50));
    }

    @Test
    void theAreaOfOneExampleNarrowsWithWorldsAlone() {
        var pilot = new Simulated(200, 32, 5);

        CrossedVariance one = CrossedVariance.ofExampleAuc(pilot.scores, pilot.positive, 32);

        double mean = 0;
        for (int i = 0; i < 200; i++) {
            mean += delong(pilot, i) / 200;
        }
        assertThat(one.variance(32, 200)).isCloseTo(mean, within(1e-12));
        assertThat(one.variance(64, 7)).isCloseTo(mean / 2, within(1e-12));
    }

    /** Half the width that 1.96 standard deviations of the replicates span. */
    private static double spread(double[] replicates) {
        return 1.959963985 * Math.sqrt(Intervals.variance(replicates));
    }

    private static double delong(Simulated world, int example) {
        double[] positives = new double[16];
        double[] negatives = new double[16];
        for (int w = 0, p = 0, n = 0; w < 32; w++) {
            double score = world.scores[example * 32 + w];
            if (world.positive[example * 32 + w]) {
                positives[p++] = score;
            } else {
                negatives[n++] = score;
            }
        }
        return DeLong.of(positives, negatives).variance();
    }

    /** Worlds differ in how much they leak, examples too. */
    private static final class Simulated {
        private final double[] scores;
        private final boolean[] positive;
        private final int worlds;

        Simulated(int examples, int worlds, long seed) {
            var random = new SplittableRandom(seed * 7919 + 11);
            this.worlds = worlds;
            scores = new double[examples * worlds];
            positive = new boolean[scores.length];
            double[] ofWorld = new double[worlds];
            for (int w = 0; w < worlds; w++) {
                ofWorld[w] = 0.5 * random.nextGaussian();
            }
            for (int i = 0; i < examples; i++) {
                double ofExample = 0.6 * random.nextGaussian();
                for (int w = 0; w < worlds; w++) {
                    int cell = i * worlds + w;
                    positive[cell] = (i + w) % 2 == 0;
                    scores[cell] = random.nextGaussian() + (positive[cell] ? 0.8 + ofExample + ofWorld[w] : 0);
                }
            }
        }

        ScoreTable table() {
            return ScoreTable.of(scores, positive, worlds);
        }
    }
}
