package lethe.search;

import java.util.List;
import lethe.catalog.Require;

/**
 * A point whose value is known.
 *
 * @param point one coordinate for each axis
 * @param loss what is minimised there; infinite where there is no value
 */
public record Tried(List<Double> point, double loss) {
    public Tried {
        Require.that(!Double.isNaN(loss), "loss must be a number, infinite where there is none");
        point = List.copyOf(point);
    }
}
