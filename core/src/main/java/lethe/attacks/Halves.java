package lethe.attacks;

import java.util.Arrays;

/**
 * Who teaches an attack that fits one rule for everybody: worlds with even numbers teach the rule that judges those with
 * odd ones, and the other way round.
 *
 * <p>In each half an example teaches as often as a positive as it does as a negative; what one class has more is left out,
 * at random. Each example is positive in half of all worlds: where it is positive in the target, it is negative more often
 * elsewhere, so that a rule taught by all that is elsewhere ranks the wrong way where nothing is left. What remains says
 * nothing about labels in the other half.
 *
 * <p>A rule for each world, taught by all others, has another flaw too. Nearly the same worlds teach all of these rules,
 * which then err together, and no interval that takes them as given sees it. In 300 synthetic audits of 48 examples in 16
 * worlds where nothing was left, such a logistic regression had a mean area of 0.457 and left out chance 78 times, by
 * halves 0.499 and not once.
 */
final class Halves {
    static final int COUNT = 2;

    private Halves() {}

    /** The half that a world is in. */
    static int of(int world) {
        return world % COUNT;
    }

    /**
     * The positions example · T + column of the values by which these examples teach the rule for half {@code judged}, in
     * their order.
     *
     * @throws IllegalArgumentException if there are none
     */
    static int[] teaching(Observations observations, int judged, int[] examples) {
        int worlds = observations.worlds();
        int[] cells = new int[examples.length * worlds];
        int[][] own = new int[2][worlds]; // of one example, {negative, positive}
        int taught = 0;
        for (int i : examples) {
            int start = taught;
            int[] count = new int[2];
            for (int c = 0; c < worlds; c++) {
                if (of(observations.world(i, c)) != judged) {
                    int side = observations.isPositive(i, c) ? 1 : 0;
                    own[side][count[side]++] = i * worlds + c;
                }
            }
            // A single world has one label of each example, and nothing to weigh it against.
            int kept = worlds == COUNT ? worlds : Math.min(count[0], count[1]);
            for (int side = 0; side < 2; side++) {
                int first = count[side] > kept ? Scatter.below(count[side], i, judged) : 0;
                for (int k = 0; k < Math.min(kept, count[side]); k++) {
                    cells[taught++] = own[side][(first + k) % count[side]];
                }
            }
            Arrays.sort(cells, start, taught);
        }
        if (taught == 0) {
            throw new IllegalArgumentException("In half of the " + worlds + " worlds none of " + examples.length
                    + " examples is both positive and negative, so nothing can be learned from them; audit more examples"
                    + " or worlds");
        }
        return Arrays.copyOf(cells, taught);
    }
}
