package lethe.claims;

import java.util.Arrays;
import lethe.attacks.Observations;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;
import lethe.metrics.Permutation;
import lethe.metrics.ScoreTable;

/** Resamples of worlds and examples for statistics of per-example areas; equal evidence is resampled alike. */
final class Resampling {
    private final CrossedBootstrap bootstrap;
    private final int worlds;
    private final int[][] halves; // the worlds of each

    Resampling(int worlds, int replicates, long seed) {
        this.bootstrap = new CrossedBootstrap(replicates, seed);
        this.worlds = worlds;
        this.halves = Permutation.halves(worlds, seed);
    }

    static Resampling of(Evidence evidence) {
        return new Resampling(evidence.worlds(), evidence.replicates(), evidence.seed());
    }

    /** With at most so many replicates, for statistics of whole trajectories. */
    static Resampling of(Evidence evidence, int atMost) {
        return new Resampling(evidence.worlds(), Math.min(evidence.replicates(), atMost), evidence.seed());
    }

    int replicates() {
        return bootstrap.replicates();
    }

    /** How often each world counts in a replicate. */
    int[] worldWeights(int replicate) {
        return bootstrap.worldDraws(replicate, 0, worlds);
    }

    int[] exampleWeights(int replicate, int examples) {
        return bootstrap.exampleDraws(replicate, examples);
    }

    /** Statistics of weighted worlds and examples. */
    interface Statistics {
        double[] of(int[] worldWeights, int[] exampleWeights);
    }

    /** Each statistic over everything, with its interval. */
    Estimate[] estimate(int examples, Statistics statistics) {
        double[] values = statistics.of(ones(worlds), ones(examples));
        double[][] replicated = new double[values.length][replicates()];
        for (int r = 0; r < replicates(); r++) {
            double[] drawn = statistics.of(worldWeights(r), exampleWeights(r, examples));
            for (int s = 0; s < values.length; s++) {
                replicated[s][r] = drawn[s];
            }
        }
        return intervals(values, replicated);
    }

    /** What the worlds that are weighted so say. */
    interface Reading<S> {
        S read(int[] worldWeights);
    }

    /** Statistics that choose something by some worlds and measure it by others. */
    interface CrossFitted<S> {
        double[] of(S choosing, S measuring, int[] exampleWeights);
    }

    /** Each statistic with both halves of the worlds in both roles, averaged, and its interval. */
    <S> Estimate[] crossFit(int examples, Reading<S> reading, CrossFitted<S> statistics) {
        double[] values = bothWays(reading, statistics, ones(halves[0].length), ones(halves[1].length), ones(examples));
        double[][] replicated = new double[values.length][replicates()];
        for (int r = 0; r < replicates(); r++) {
            double[] drawn = bothWays(
                    reading,
                    statistics,
                    bootstrap.worldDraws(r, 0, halves[0].length),
                    bootstrap.worldDraws(r, 1, halves[1].length),
                    exampleWeights(r, examples));
            for (int s = 0; s < values.length; s++) {
                replicated[s][r] = drawn[s];
            }
        }
        return intervals(values, replicated);
    }

    private <S> double[] bothWays(
            Reading<S> reading, CrossFitted<S> statistics, int[] first, int[] second, int[] exampleWeights) {
        S a = reading.read(spread(0, first));
        S b = reading.read(spread(1, second));
        double[] there = statistics.of(a, b, exampleWeights);
        double[] back = statistics.of(b, a, exampleWeights);
        double[] mean = new double[there.length];
        for (int s = 0; s < mean.length; s++) {
            mean[s] = 0.5 * (there[s] + back[s]);
        }
        return mean;
    }

    private int[] spread(int half, int[] weights) {
        int[] spread = new int[worlds];
        for (int k = 0; k < weights.length; k++) {
            spread[halves[half][k]] = weights[k];
        }
        return spread;
    }

    private static Estimate[] intervals(double[] values, double[][] replicated) {
        Estimate[] estimates = new Estimate[values.length];
        for (int s = 0; s < values.length; s++) {
            // A correlation of −1 between halves makes an infinite reliability, which has no place around a mean.
            double[] finite =
                    Arrays.stream(replicated[s]).filter(Double::isFinite).toArray();
            estimates[s] = !Double.isFinite(values[s]) || finite.length == 0
                    ? new Estimate(values[s], Double.NaN, Double.NaN)
                    : CrossedBootstrap.recentred(values[s], finite);
        }
        return estimates;
    }

    static int[] ones(int count) {
        int[] once = new int[count];
        Arrays.fill(once, 1);
        return once;
    }

    // ---------------------------------------------------------------- areas

    /** The area of each example over the values that a game observes. */
    static ExampleAreas areas(Observations observations) {
        return areas(observations, observations::value);
    }

    /** Another value in place of each that a game observes. */
    interface Values {
        double value(int example, int world);
    }

    static ExampleAreas areas(Observations observations, Values values) {
        return ExampleAreas.of(cells(observations, values), labels(observations), observations.worlds());
    }

    /** The same as scores of all examples together. */
    static ScoreTable table(Observations observations, Values values) {
        return ScoreTable.of(cells(observations, values), labels(observations), observations.worlds());
    }

    static double[] cells(Observations observations, Values values) {
        double[] cells = new double[observations.examples() * observations.worlds()];
        for (int cell = 0; cell < cells.length; cell++) {
            cells[cell] = values.value(cell / observations.worlds(), cell % observations.worlds());
        }
        return cells;
    }

    static boolean[] labels(Observations observations) {
        boolean[] positive = new boolean[observations.examples() * observations.worlds()];
        for (int cell = 0; cell < positive.length; cell++) {
            positive[cell] = observations.isPositive(cell / observations.worlds(), cell % observations.worlds());
        }
        return positive;
    }

    /** Direction-free vulnerability {@code |2·AUC − 1|}. */
    static double[] vulnerability(double[] areas) {
        double[] magnitudes = new double[areas.length];
        for (int i = 0; i < areas.length; i++) {
            magnitudes[i] = Math.abs(2 * areas[i] - 1);
        }
        return magnitudes;
    }

    /** {@code a − b}. */
    static double[] difference(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    /** The mean of the values that are defined; NaN without any. */
    static double mean(double[] values, int[] weights) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < values.length; i++) {
            if (weights[i] > 0 && !Double.isNaN(values[i])) {
                sum += weights[i] * values[i];
                count += weights[i];
            }
        }
        return sum / count;
    }

    /** The mean of the values whose scores are at least (or at most) those of the given share of examples. */
    static double meanOfExtreme(double[] values, double[] scores, double share, boolean largest, int[] weights) {
        double[] sorted = Arrays.stream(scores)
                .filter(score -> !Double.isNaN(score))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int count = Math.max(1, (int) Math.round(share * sorted.length));
        double cut = largest ? sorted[sorted.length - count] : sorted[count - 1];
        double[] chosen = values.clone();
        for (int i = 0; i < chosen.length; i++) {
            boolean in = largest ? scores[i] >= cut : scores[i] <= cut;
            chosen[i] = in ? chosen[i] : Double.NaN;
        }
        return mean(chosen, weights);
    }
}
