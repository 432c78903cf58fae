package lethe.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * How much the vulnerability of examples truly varies, apart from the noise with which each is measured.
 *
 * <p>The vulnerability of example i is the area {@code auc_i} of its own values, those of worlds in which it is positive
 * against the others. Areas measured with few worlds vary even where the truth does not, so that part is taken off:
 *
 * <pre>
 *   s² = Var_i(auc_i) − mean_i(DeLong variance of auc_i)
 * </pre>
 *
 * <p>A second estimate needs no variance formula: measured on two disjoint halves of the worlds, the noise of the areas is
 * independent, so their covariance over examples is that of the truth.
 *
 * @param variance s² with its interval from a bootstrap over examples; negative where noise exceeds what is seen
 * @param observed {@code Var_i(auc_i)}
 * @param noise mean DeLong variance of {@code auc_i}
 * @param splitHalf covariance over examples of the areas on two halves of the worlds, mean over random halves
 * @param reliability their correlation, mean over the same halves: how well half the worlds rank the examples
 * @param leakagePValue of the permutation test that no example leaks: values are exchanged between worlds, one
 *     permutation for all examples, and {@code mean_i (auc_i − ½)²} compared. It is exact, and rejects equal leakage
 *     everywhere too
 */
public record VarianceComponent(
        Estimate variance, double observed, double noise, double splitHalf, double reliability, double leakagePValue) {
    private static final int SPLITS = 20;

    /**
     * The component of these values.
     *
     * @param values (examples × worlds), row-major; larger means "more likely positive"
     * @param positive the labels, laid out alike; each row needs two of both
     * @param worlds length of a row
     * @param resamples bootstrap replicates, and permutations of the test
     * @param seed of resamples, halves and permutations
     */
    public static VarianceComponent of(double[] values, boolean[] positive, int worlds, int resamples, long seed) {
        if (values.length != positive.length || worlds <= 0 || values.length % worlds != 0) {
            throw new IllegalArgumentException(values.length + " values and " + positive.length
                    + " labels do not fill rows of " + worlds + " worlds");
        }
        int n = values.length / worlds;
        if (n < 2) {
            throw new IllegalArgumentException("A variance over examples needs two, but there is " + n);
        }
        double[] areas = new double[n];
        double[] noises = new double[n];
        for (int i = 0; i < n; i++) {
            DeLong area = DeLong.of(side(values, positive, worlds, i, true), side(values, positive, worlds, i, false));
            areas[i] = area.auc();
            noises[i] = area.variance();
        }
        double observed = Intervals.variance(areas);
        double noise = Intervals.mean(noises);
        var random = new SplittableRandom(seed);
        double[] halves = splitHalves(values, positive, worlds, random.split());
        return new VarianceComponent(
                CrossedBootstrap.interval(observed - noise, replicates(areas, noises, resamples, random.split())),
                observed,
                noise,
                halves[0],
                halves[1],
                leakagePValue(values, positive, worlds, resamples, random.split()));
    }

    /** The standard deviation of vulnerability, 0 where the variance is not positive. */
    public double deviation() {
        return Math.sqrt(Math.max(0, variance.value()));
    }

    private static double[] replicates(double[] areas, double[] noises, int resamples, RandomGenerator random) {
        int n = areas.length;
        double[] replicates = new double[resamples];
        double[] drawn = new double[n];
        for (int r = 0; r < resamples; r++) {
            double noise = 0;
            for (int k = 0; k < n; k++) {
                int i = random.nextInt(n);
                drawn[k] = areas[i];
                noise += noises[i] / n;
            }
            replicates[r] = Intervals.variance(drawn) - noise;
        }
        return replicates;
    }

    /** Mean covariance and correlation of the areas on two halves; rows that lack a class in one are left out. */
    private static double[] splitHalves(double[] values, boolean[] positive, int worlds, RandomGenerator random) {
        int n = values.length / worlds;
        double[][] areas = new double[2][n];
        double covariance = 0;
        double correlation = 0;
        for (int split = 0; split < SPLITS; split++) {
            int[] order = Permutation.random(worlds, random);
            int kept = 0;
            for (int i = 0; i < n; i++) {
                areas[0][kept] = area(values, positive, worlds, i, order, 0, worlds / 2);
                areas[1][kept] = area(values, positive, worlds, i, order, worlds / 2, worlds);
                kept += Double.isNaN(areas[0][kept] + areas[1][kept]) ? 0 : 1;
            }
            double[] moments = moments(areas[0], areas[1], kept);
            covariance += moments[0] / SPLITS;
            correlation += moments[1] / SPLITS;
        }
        return new double[] {covariance, correlation};
    }

    /** The area of row {@code i} in the worlds {@code order[from]} to {@code order[to − 1]}; NaN without both classes. */
    private static double area(double[] values, boolean[] positive, int worlds, int i, int[] order, int from, int to) {
        double wins = 0;
        long pairs = 0;
        for (int p = from; p < to; p++) {
            if (!positive[i * worlds + order[p]]) {
                continue;
            }
            double value = values[i * worlds + order[p]];
            for (int q = from; q < to; q++) {
                if (!positive[i * worlds + order[q]]) {
                    double other = values[i * worlds + order[q]];
                    wins += value > other ? 1 : value == other ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return pairs == 0 ? Double.NaN : wins / pairs;
    }

    /** Covariance and correlation of the first {@code count} pairs. */
    private static double[] moments(double[] a, double[] b, int count) {
        double meanA = 0;
        double meanB = 0;
        for (int k = 0; k < count; k++) {
            meanA += a[k] / count;
            meanB += b[k] / count;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int k = 0; k < count; k++) {
            ab += (a[k] - meanA) * (b[k] - meanB);
            aa += (a[k] - meanA) * (a[k] - meanA);
            bb += (b[k] - meanB) * (b[k] - meanB);
        }
        return new double[] {ab / (count - 1), ab / Math.sqrt(aa * bb)};
    }

    private static double leakagePValue(
            double[] values, boolean[] positive, int worlds, int permutations, RandomGenerator random) {
        int[] ranks = doubledRanks(values, worlds);
        double seen =
                leakage(ranks, positive, worlds, IntStream.range(0, worlds).toArray());
        int atLeast = 1; // the labels as they are belong to the null distribution
        for (int draw = 0; draw < permutations; draw++) {
            int[] order = Permutation.random(worlds, random);
            atLeast += leakage(ranks, positive, worlds, order) >= seen - 1e-12 ? 1 : 0;
        }
        return atLeast / (permutations + 1.0);
    }

    /** {@code mean_i (auc_i − ½)²} with the label of world {@code order[w]} on the value of world w. */
    private static double leakage(int[] doubledRanks, boolean[] positive, int worlds, int[] order) {
        int n = doubledRanks.length / worlds;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            int row = i * worlds;
            long rankSum = 0;
            long count = 0;
            for (int w = 0; w < worlds; w++) {
                int label = positive[row + order[w]] ? 1 : 0;
                rankSum += (long) label * doubledRanks[row + w];
                count += label;
            }
            double area = (rankSum / 2.0 - count * (count + 1) / 2.0) / (count * (worlds - count)); // Mann–Whitney
            sum += (area - 0.5) * (area - 0.5);
        }
        return sum / n;
    }

    /** Twice the rank of each value in its row, which is whole for ties too. */
    private static int[] doubledRanks(double[] values, int worlds) {
        int[] ranks = new int[values.length];
        for (int row = 0; row < values.length; row += worlds) {
            for (int w = 0; w < worlds; w++) {
                int below = 0;
                int notAbove = 0;
                for (int v = 0; v < worlds; v++) {
                    below += values[row + v] < values[row + w] ? 1 : 0;
                    notAbove += values[row + v] <= values[row + w] ? 1 : 0;
                }
                ranks[row + w] = below + notAbove + 1;
            }
        }
        return ranks;
    }

    private static double[] side(double[] values, boolean[] positive, int worlds, int i, boolean wanted) {
        double[] found = new double[worlds];
        int count = 0;
        for (int cell = i * worlds; cell < (i + 1) * worlds; cell++) {
            if (positive[cell] == wanted) {
                found[count++] = values[cell];
            }
        }
        return Arrays.copyOf(found, count);
    }
}
