package lethe.experiments;

import lethe.attacks.Prequential;
import lethe.catalog.Require;

/**
 * Looks after every world, and trains no more of them once every method is told: that it leaks, overshoots or stays
 * within a margin of exact retraining. {@link Prequential} says what is compared and why one may look so often.
 *
 * @param margin how large a difference of areas to exact retraining is tolerated
 * @param first how many worlds serve as references only, before the first that is judged
 */
public record Anytime(double margin, int first) {
    /** The probability with which the decision on one method is wrong, however often one looks. */
    public static final double MISS = 0.05;

    /** Two references of each class for a variance. */
    private static final int FEWEST_FIRST = 4;

    public Anytime {
        Require.that(margin > 0 && margin < 0.5, "margin must lie in (0, 0.5), but is " + margin);
        Require.that(first >= FEWEST_FIRST, "first must be at least " + FEWEST_FIRST + ", but is " + first);
    }

    /** A margin of 0.05, the widest half-interval with which a verdict is given, after eight worlds. */
    public Anytime() {
        this(0.05, 8);
    }
}
