package lethe.attacks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Pairs of many examples in all worlds, ascending by value: the training data of population attacks, from which each
 * target's own world is skipped while reading.
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
        return of(observations, observations.worlds(), cell -> true);
    }

    /** Those that teach the rule for one of the {@link Halves}. */
    static PooledPairs teaching(Observations observations, int judged) {
        return of(observations, observations.worlds() / Halves.COUNT, Halves.teaching(observations, judged)::get);
    }

    private static PooledPairs of(Observations observations, int perRow, IntPredicate counted) {
        int worlds = observations.worlds();
        int rows = Math.min(observations.examples(), Math.max(1, LIMIT / perRow));
        int[] order = IntStream.range(0, rows * worlds)
                .filter(k -> counted.test(row(observations, rows, k) * worlds + k % worlds))
                .boxed()
                .sorted(Comparator.comparingDouble(k -> observations.value(row(observations, rows, k), k % worlds)))
                .mapToInt(Integer::intValue)
                .toArray();
        int pairs = order.length;
        double[] values = new double[pairs];
        boolean[] positive = new boolean[pairs];
        int[] world = new int[pairs];
        int[] classes = new int[pairs];
        for (int k = 0; k < pairs; k++) {
            int example = row(observations, rows, order[k]);
            int column = order[k] % worlds;
            world[k] = observations.world(example, column);
            values[k] = observations.value(example, column);
            positive[k] = observations.isPositive(example, column);
            classes[k] = observations.classOf(example);
        }
        return new PooledPairs(values, positive, world, classes);
    }

    private static int row(Observations observations, int rows, int pair) {
        return (int) ((long) (pair / observations.worlds()) * observations.examples() / rows);
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
