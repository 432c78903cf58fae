package lethe.cli;

import java.util.Optional;
import lethe.metrics.Estimate;

/**
 * How long the remaining units of a task will take, from how long the others took.
 *
 * <p>Advance i brought k_i units in t_i seconds. One unit takes {@code m = Σt / Σk} with variance
 * {@code s² = Σ (t − k·m)² / k / (n − 1)}, so r more take {@code r·m} with variance {@code s² · (r + r² / Σk)}: what
 * they will scatter, and what the mean is off by. The interval is 1.96 standard deviations to either side.
 */
final class Eta {
    private int observations;
    private double units;
    private double seconds;
    private double weightedSquares;

    /** Some units took some time, all of it. */
    void observe(long units, double seconds) {
        observations++;
        this.units += units;
        this.seconds += seconds;
        weightedSquares += seconds * seconds / units;
    }

    /** Seconds for the remaining units; nothing before the first observation, no width before the third. */
    Optional<Estimate> remaining(double remaining) {
        if (observations == 0) {
            return Optional.empty();
        }
        double mean = seconds / units;
        double value = remaining * mean;
        if (observations < 3) {
            return Optional.of(new Estimate(value, value, value));
        }
        double variance = Math.max(0, weightedSquares - mean * seconds) / (observations - 1);
        double width = 1.96 * Math.sqrt(variance * (remaining + remaining * remaining / units));
        return Optional.of(new Estimate(value, Math.max(0, value - width), value + width));
    }
}
