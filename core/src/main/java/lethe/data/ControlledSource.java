package lethe.data;

import java.util.List;
import lethe.engine.Seed;

/** A source that puts look-alikes into its training set, and can do without. */
public interface ControlledSource extends DataSource {
    /**
     * The control: the same examples and targets, and in the place of the look-alikes as many that resemble no target.
     * What differs between models of both is due to resemblance and not to size.
     */
    ControlledSource asControl();

    /** The data, then that of the control; one that would do the same work for both does it once. */
    default List<Holdout> loadBoth(Seed seed) {
        return List.of(load(seed), asControl().load(seed));
    }
}
