package lethe.claims;

import java.util.Arrays;
import lethe.metrics.BenjaminiHochberg;
import lethe.metrics.ExampleAreas;
import lethe.metrics.SpecialFunctions;

/**
 * Whose vulnerability differs between two states of the same worlds, each example tested by itself.
 *
 * <p>The difference of {@code |2·AUC − 1|} is divided by its standard deviation over resampled worlds, which are the same
 * for both states, and compared with Student's distribution of at most {@code T/2 − 1} degrees of freedom; shares of replicates
 * would be too coarse for the corrections that hundreds of tests need. The labels of the states are not permuted:
 * unlearning shifts everybody's signals, so states are not exchangeable even where no vulnerability has changed.
 *
 * @param change of each example's vulnerability
 * @param significant whether it is at a false-discovery rate of {@value #RATE}
 * @param resampled mean change over replicates, which noise moves
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Changes(double[] change, boolean[] significant, double[] resampled) {
    private static final double RATE = 0.05;

    static Changes between(ExampleAreas before, ExampleAreas after, Resampling resampling) {
        int n = before.examples();
        double[] change = of(before, after, Resampling.ones(before.worlds()));
        double[] sum = new double[n];
        double[] squares = new double[n];
        int[] defined = new int[n];
        for (int r = 0; r < resampling.replicates(); r++) {
            double[] drawn = of(before, after, resampling.worldWeights(r));
            for (int i = 0; i < n; i++) {
                if (!Double.isNaN(drawn[i])) {
                    double deviation = drawn[i] - change[i];
                    sum[i] += deviation;
                    squares[i] += deviation * deviation;
                    defined[i]++;
                }
            }
        }
        double side = before.worlds() / 2.0; // values
        // A variance from so many values and so many replicates is as uncertain as both together.
        double degrees = 1 / (1 / (side - 1) + 1 / (resampling.replicates() - 1.0));
        double[] pValues = new double[n];
        for (int i = 0; i < n; i++) {
            // Resamples of K values vary by (K − 1)/K of the unbiased variance.
            double variance = side / (side - 1) * (squares[i] - sum[i] * sum[i] / defined[i]) / (defined[i] - 1);
            // Separation that no resample loosens has no spread; the resolution of an area is one pair.
            double resolution = 2 / (side * side);
            double error = Math.max(Math.sqrt(Math.max(0, variance)), resolution);
            pValues[i] = change[i] == 0 ? 1 : SpecialFunctions.studentTwoSided(change[i] / error, degrees);
        }
        double[] adjusted = BenjaminiHochberg.adjusted(pValues);
        boolean[] significant = new boolean[n];
        for (int i = 0; i < n; i++) {
            significant[i] = adjusted[i] <= RATE;
            sum[i] = change[i] + sum[i] / defined[i];
        }
        return new Changes(change, significant, sum);
    }

    /** The change of each example's vulnerability where worlds count so often. */
    static double[] of(ExampleAreas before, ExampleAreas after, int[] worldWeights) {
        return Resampling.difference(
                Resampling.vulnerability(after.areas(worldWeights)),
                Resampling.vulnerability(before.areas(worldWeights)));
    }

    int rises() {
        return count(1);
    }

    int falls() {
        return count(-1);
    }

    private int count(double sign) {
        int count = 0;
        for (int i = 0; i < change.length; i++) {
            count += significant[i] && Math.signum(change[i]) == sign ? 1 : 0;
        }
        return count;
    }

    /** The mean change of the largest hundredth, and what resampling noise alone makes of it: quantiles 2.5 % and 97.5 %. */
    double[] worstHundredth(ExampleAreas before, ExampleAreas after, Resampling resampling) {
        double[] noise = new double[resampling.replicates()];
        for (int r = 0; r < noise.length; r++) {
            noise[r] = worst(Resampling.difference(of(before, after, resampling.worldWeights(r)), resampled));
        }
        Arrays.sort(noise);
        return new double[] {
            worst(change), noise[(int) (0.025 * noise.length)], noise[(int) Math.ceil(0.975 * noise.length) - 1]
        };
    }

    private static double worst(double[] changes) {
        return Resampling.meanOfExtreme(changes, changes, 0.01, true, Resampling.ones(changes.length));
    }
}
