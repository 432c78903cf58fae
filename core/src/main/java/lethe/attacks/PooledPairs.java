package lethe.attacks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Pairs of many examples in all worlds, ascending by value: the training data of population attacks. Where each world
 * has a threshold of its own, that world is skipped while reading.
 *
 * <p>Whole rows are taken, evenly spread over the pool, up to about 65,536 pairs: enough for a cut or three coefficients,
 * whose error is then far below that of the rates reported.
 */
final class PooledPairs {
    private static final int LIMIT = 1 << 16;

    private final double[] values;
    private final boolean[] positive;
    private final int[] worlds;
    private final int[] classes;

    private PooledPairs(double[] values, boolean[] positive, int[] worlds, int[] classes) {
        this.classes = classes;
        this.values = values;
        this.positive = positive;
        this.worlds = worlds;
    }

    static PooledPairs of(Observations observations) {
        int worlds = observations.worlds();
        int[] rows = rows(observations, worlds);
        return of(
                observations,
                IntStream.range(0, rows.length * worlds)
                        .map(k -> rows[k / worlds] * worlds + k % worlds)
                        .toArray());
    }

    /** Those that teach the rule for one of the {@link Halves}. */
    static PooledPairs teaching(Observations observations, int judged) {
        int[] rows = rows(observations, observations.worlds() / Halves.COUNT);
        return of(observations, Halves.teaching(observations, judged, rows));
    }

    private static int[] rows(Observations observations, int pairsPerRow) {
        int rows = Math.min(observations.examples(), Math.max(1, LIMIT / pairsPerRow));
        return IntStream.range(0, rows)
                .map(r -> (int) ((long) r * observations.examples() / rows))
                .toArray();
    }

    private static PooledPairs of(Observations observations, int[] cells) {
        int worlds = observations.worlds();
        int[] ascending = Arrays.stream(cells)
                .boxed()
                .sorted(Comparator.comparingDouble(cell -> observations.value(cell / worlds, cell % worlds)))
                .mapToInt(Integer::intValue)
                .toArray();
        int pairs = cells.length;
        double[] values = new double[pairs];
        boolean[] positive = new boolean[pairs];
        int[] world = new int[pairs];
        int[] classes = new int[pairs];
        for (int k = 0; k < pairs; k++) {
            int example = ascending[k] / worlds;
            int column = ascending[k] % worlds;
            world[k] = observations.world(example, column);
            values[k] = observations.value(example, column);
            positive[k] = observations.isPositive(example, column);
            classes[k] = observations.classOf(example);
        }
        return new PooledPairs(values, positive, world, classes);
    }

    int size() {
        return values.length;
    }

    double value(int k) {
        return values[k];
    }

    boolean isPositive(int k) {
        return positive[k];
    }

    int world(int k) {
        return worlds[k];
    }

    int classOf(int k) {
        return classes[k];
    }

    /** The median of the negatives outside {@code target} whose class is wanted. */
    double negativeMedianWithout(int target, IntPredicate wanted) {
        double[] negatives = new double[values.length];
        int count = 0;
        for (int k = 0; k < values.length; k++) {
            if (!positive[k] && worlds[k] != target && wanted.test(classes[k])) {
                negatives[count++] = values[k];
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("No negative outside world " + target + "; there are too few worlds");
        }
        double[] found = Arrays.copyOf(negatives, count);
        return 0.5 * (found[(count - 1) / 2] + found[count / 2]);
    }
}
