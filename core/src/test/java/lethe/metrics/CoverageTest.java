package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whether intervals cover the truth as often as they say, in worlds where it is known. Counts of a fair 95 % interval are
 * binomial: of 200 at least 180 cover except with probability 0.002, and of 1,000 between 929 and 969 except with 0.005.
 */
class CoverageTest {
    private static final double WORLD = 0.5; // deviation of the leak between worlds
    private static final double EXAMPLE = 0.6; // and between examples
    private static final double GAP = 0.8;
    private static final double LEAK = Math.sqrt(1 + WORLD * WORLD + EXAMPLE * EXAMPLE); // deviation of positives

    /** Measured: area 96 %, rate 100 %, accuracy 98 %. Owen's bootstrap errs on the wide side. */
    @Test
    void theCrossedBootstrapCoversAreasRatesAndAccuracies() {
        double fpr = 0.1;
        double threshold = GAP / 2;
        double area = SpecialFunctions.normalCdf(GAP / Math.sqrt(1 + LEAK * LEAK));
        double rate = SpecialFunctions.normalCdf((GAP - SpecialFunctions.normalQuantile(1 - fpr)) / LEAK);
        double accuracy =
                0.5 * (SpecialFunctions.normalCdf((GAP - threshold) / LEAK) + SpecialFunctions.normalCdf(threshold));
        int[] covered = new int[3];
        for (int seed = 0; seed < 200; seed++) {
            var world = new Simulated(60, 24, seed);
            ScoreTable table = ScoreTable.of(world.scores, world.positive, 24);
            double[] decisions = new double[world.scores.length];
            for (int cell = 0; cell < decisions.length; cell++) {
                decisions[cell] = world.scores[cell] > threshold ? 1 : 0;
            }
            ScoreTable decided = ScoreTable.of(decisions, world.positive, 24);
            var bootstrap = new CrossedBootstrap(200, seed);
            double[][] replicates = bootstrap.replicate(table, fpr);

            covered[0] += covers(CrossedBootstrap.interval(table.auc(), replicates[0]), area);
            covered[1] += covers(CrossedBootstrap.interval(table.tprAtFpr(fpr), replicates[1]), rate);
            covered[2] +=
                    covers(CrossedBootstrap.interval(decided.auc(), bootstrap.replicate(decided)[0]), accuracy);
        }

        assertThat(Arrays.stream(covered).boxed()).allMatch(count -> count >= 180);
    }

    /** Exactly, by summing the binomial distribution: never below 95 %. */
    @Test
    void exactProportionsCoverAtLeastAsOftenAsTheySay() {
        int trials = 60;
        Estimate[] intervals = new Estimate[trials + 1];
        for (int k = 0; k <= trials; k++) {
            intervals[k] = ClopperPearson.of(k, trials);
        }
        for (double p = 0.005; p < 1; p += 0.005) {
            double covered = 0;
            for (int k = 0; k <= trials; k++) {
                double logChoose = SpecialFunctions.logGamma(trials + 1.0)
                        - SpecialFunctions.logGamma(k + 1.0)
                        - SpecialFunctions.logGamma(trials - k + 1.0);
                double probability = Math.exp(logChoose + k * Math.log(p) + (trials - k) * Math.log1p(-p));
                covered += intervals[k].excludes(p) ? 0 : probability;
            }

            assertThat(covered).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void theIntervalOfOneModelCoversItsArea() {
        double area = SpecialFunctions.normalCdf(1 / Math.sqrt(2));
        int covered = 0;
        for (int seed = 0; seed < 1000; seed++) {
            var random = new SplittableRandom(seed * 7919L + 5);
            covered += covers(
                    DeLong.of(normal(random, 60, 1), normal(random, 60, 0)).interval(), area);
        }

        assertThat(covered).isBetween(925, 970);
    }

    @Test
    void theIntervalOfAMeanOverWorldsCoversIt() {
        int covered = 0;
        for (int seed = 0; seed < 1000; seed++) {
            covered += covers(Intervals.ofMean(normal(new SplittableRandom(seed * 7919L + 6), 8, 0.3)), 0.3);
        }

        assertThat(covered).isBetween(929, 969);
    }

    /** Measured: 198, 189 and 184 of 200 with 8, 16 and 32 worlds, of which each meets four others. */
    @Test
    void theIntervalOfComparisonsBetweenWorldsCoversThem() {
        for (int worlds : new int[] {8, 16, 32}) {
            int covered = 0;
            for (int seed = 0; seed < 200; seed++) {
                var random = new SplittableRandom(seed * 7919L + worlds);
                double[] ofWorld = normal(random, worlds, 0);
                double[][] totals = new double[worlds][worlds];
                double[][] weights = new double[worlds][worlds];
                for (int w = 0; w < worlds; w++) {
                    double left = 1;
                    for (int k = 1; k <= 4; k++) { // half of the examples with the next world, half of the rest, …
                        int other = (w + k) % worlds;
                        double share = k == 4 ? left : left / 2;
                        totals[w][other] = share * (0.3 + ofWorld[w] + ofWorld[other] + random.nextGaussian());
                        weights[w][other] = share;
                        left -= share;
                    }
                }
                covered += covers(Intervals.ofComparisons(totals, weights), 0.3);
            }

            assertThat(covered).isGreaterThanOrEqualTo(180);
        }
    }

    /** A gap of two with probability one half; the truth is ((Φ(√2) − ½)/2)². */
    @Test
    void theIntervalOfTheVarianceComponentCoversIt() {
        double truth = Math.pow((SpecialFunctions.normalCdf(Math.sqrt(2)) - 0.5) / 2, 2);
        int covered = 0;
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed * 7919L + 7);
            double[] values = new double[200 * 24];
            boolean[] positive = new boolean[values.length];
            for (int i = 0; i < 200; i++) {
                double gap = random.nextBoolean() ? 2 : 0;
                for (int cell = i * 24; cell < (i + 1) * 24; cell++) {
                    positive[cell] = cell % 2 == 0;
                    values[cell] = random.nextGaussian() + (positive[cell] ? gap : 0);
                }
            }
            covered +=
                    covers(VarianceComponent.of(values, positive, 24, 200, seed).variance(), truth);
        }

        assertThat(covered).isBetween(178, 199);
    }

    private static int covers(Estimate interval, double truth) {
        return interval.excludes(truth) ? 0 : 1;
    }

    private static double[] normal(SplittableRandom random, int count, double mean) {
        double[] values = new double[count];
        for (int k = 0; k < count; k++) {
            values[k] = mean + random.nextGaussian();
        }
        return values;
    }

    /** Negatives are standard normal; positives lie higher by what their world and their example leak. */
    private static final class Simulated {
        private final double[] scores;
        private final boolean[] positive;

        Simulated(int examples, int worlds, long seed) {
            var random = new SplittableRandom(seed * 7919 + 23);
            scores = new double[examples * worlds];
            positive = new boolean[scores.length];
            double[] ofWorld = normal(random, worlds, 0);
            double[] ofExample = normal(random, examples, 0);
            for (int cell = 0; cell < scores.length; cell++) {
                int i = cell / worlds;
                int w = cell % worlds;
                positive[cell] = (i + w) % 2 == 0;
                double leak = GAP + WORLD * ofWorld[w] + EXAMPLE * ofExample[i];
                scores[cell] = random.nextGaussian() + (positive[cell] ? leak : 0);
            }
        }
    }
}
