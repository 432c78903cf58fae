package lethe.search;

import java.util.Arrays;
import java.util.Collection;
import java.util.random.RandomGenerator;

/** Alternatives as likely as they were frequent, each counted once more than it was seen. */
final class Frequencies implements Density {
    private final double[] counts;

    Frequencies(int alternatives, Collection<Double> seen) {
        counts = new double[alternatives];
        Arrays.fill(counts, 1);
        seen.forEach(coordinate -> counts[coordinate.intValue()]++);
    }

    @Override
    public double draw(RandomGenerator random) {
        double left = random.nextDouble() * Arrays.stream(counts).sum();
        int drawn = 0;
        while (drawn < counts.length - 1 && left >= counts[drawn]) {
            left -= counts[drawn++];
        }
        return drawn;
    }

    @Override
    public double log(double coordinate) {
        return Math.log(counts[(int) coordinate] / Arrays.stream(counts).sum());
    }
}
