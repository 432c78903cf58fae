package lethe.metrics;

import java.util.stream.IntStream;

/**
 * Choices of which none is better in everything: those that no other beats, where one beats another if all of its costs are
 * at most as high and one is lower.
 */
public final class ParetoFront {
    /** No choice. */
    public static final int NONE = -1;

    private ParetoFront() {}

    /**
     * For each choice the first of the front that beats it, or {@link #NONE} if it is of the front itself.
     *
     * @param costs by choice, as many for each; smaller is better, and NaN beats nothing
     */
    public static int[] beatenBy(double[][] costs) {
        int[] front = IntStream.range(0, costs.length)
                .filter(i -> IntStream.range(0, costs.length).noneMatch(j -> beats(costs[j], costs[i])))
                .toArray();
        return IntStream.range(0, costs.length)
                .map(i -> IntStream.of(front)
                        .filter(j -> beats(costs[j], costs[i]))
                        .findFirst()
                        .orElse(NONE))
                .toArray();
    }

    private static boolean beats(double[] one, double[] other) {
        boolean better = false;
        for (int k = 0; k < other.length; k++) {
            if (!(one[k] <= other[k])) {
                return false;
            }
            better |= one[k] < other[k];
        }
        return better;
    }
}
