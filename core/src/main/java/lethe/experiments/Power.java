package lethe.experiments;

import java.util.List;
import java.util.OptionalLong;
import lethe.attacks.Game;

/**
 * How many worlds a wanted interval needs, learned from a finished run that may be as small as a pilot.
 *
 * @param worlds of the run
 * @param pool audit examples, which more worlds do not change
 * @param halfWidth wanted
 * @param rows method by method
 */
public record Power(int worlds, int pool, double halfWidth, List<Row> rows) {
    public Power {
        rows = List.copyOf(rows);
    }

    /**
     * One reported number.
     *
     * @param method label of the unlearning method
     * @param game the game
     * @param attack the attack; empty for the area of single examples, which needs none
     * @param statistic the number, such as {@code AUC} or {@code TPR@1%}
     * @param halfWidthNow expected with the worlds of the run
     * @param worldsNeeded for the wanted half-width; empty if only more examples help
     */
    public record Row(
            String method,
            Game game,
            String attack,
            String statistic,
            double halfWidthNow,
            OptionalLong worldsNeeded) {}
}
