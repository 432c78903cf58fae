package lethe.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The area under the curve of every example over its own values in many worlds, for any weights of the worlds.
 *
 * <p>Values are sorted once; the areas of a resample, or of half of the worlds, then cost one pass.
 */
public final class ExampleAreas {
    private final int worlds;
    private final int[] order; // (n × T): worlds of each example by ascending value
    private final int[] positive; // in that order, all bits set or none, which spares the inner loop a branch
    private final int[] negative; // likewise
    private final boolean[] first; // in that order, whether it is the first of equal values

    private ExampleAreas(int worlds, int[] order, int[] positive, int[] negative, boolean[] first) {
        this.worlds = worlds;
        this.order = order;
        this.positive = positive;
        this.negative = negative;
        this.first = first;
    }

    /**
     * The areas of these values.
     *
     * @param values (examples × worlds), row-major; larger means "more likely positive"
     * @param positive the labels, laid out alike
     * @param worlds length of a row
     */
    public static ExampleAreas of(double[] values, boolean[] positive, int worlds) {
        boolean[] all = new boolean[values.length];
        Arrays.fill(all, true);
        return of(values, positive, all, worlds);
    }

    /**
     * The same of some of the values.
     *
     * @param counted which values count at all, laid out alike
     */
    public static ExampleAreas of(double[] values, boolean[] positive, boolean[] counted, int worlds) {
        if (counted.length != values.length) {
            throw new IllegalArgumentException(
                    "Of " + values.length + " values " + counted.length + " are known to count or not");
        }
        if (values.length != positive.length || worlds <= 0 || values.length % worlds != 0) {
            throw new IllegalArgumentException(values.length + " values and " + positive.length
                    + " labels do not fill rows of " + worlds + " worlds");
        }
        int[] order = new int[values.length];
        int[] positives = new int[values.length];
        int[] negatives = new int[values.length];
        boolean[] first = new boolean[values.length];
        for (int row = 0; row < values.length; row += worlds) {
            int start = row;
            int[] sorted = IntStream.range(0, worlds)
                    .boxed()
                    .sorted((a, b) -> Double.compare(values[start + a] + 0.0, values[start + b] + 0.0)) // −0 is 0
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int k = 0; k < worlds; k++) {
                order[row + k] = sorted[k];
                int cell = row + sorted[k];
                positives[row + k] = counted[cell] && positive[cell] ? -1 : 0;
                negatives[row + k] = counted[cell] && !positive[cell] ? -1 : 0;
                first[row + k] = k == 0 || values[row + sorted[k]] != values[row + sorted[k - 1]];
            }
        }
        return new ExampleAreas(worlds, order, positives, negatives, first);
    }

    /** The number of examples. */
    public int examples() {
        return order.length / worlds;
    }

    /** The number of worlds. */
    public int worlds() {
        return worlds;
    }

    /** The areas over all worlds. */
    public double[] areas() {
        int[] once = new int[worlds];
        Arrays.fill(once, 1);
        return areas(once);
    }

    /** The areas where each world counts so many times; NaN for an example without weight on a side. */
    public double[] areas(int[] weights) {
        double[] areas = new double[examples()];
        for (int i = 0; i < areas.length; i++) {
            long below = 0; // weight of negatives with smaller values
            long caught = 0; // of positives
            long halves = 0;
            long tiedPositives = 0;
            long tiedNegatives = 0;
            for (int k = i * worlds; k < (i + 1) * worlds; k++) {
                if (first[k]) {
                    halves += tiedPositives * (2 * below + tiedNegatives);
                    below += tiedNegatives;
                    caught += tiedPositives;
                    tiedPositives = 0;
                    tiedNegatives = 0;
                }
                int weight = weights[order[k]];
                tiedPositives += weight & positive[k];
                tiedNegatives += weight & negative[k];
            }
            halves += tiedPositives * (2 * below + tiedNegatives);
            below += tiedNegatives;
            caught += tiedPositives;
            areas[i] = halves / (2.0 * below * caught);
        }
        return areas;
    }
}
