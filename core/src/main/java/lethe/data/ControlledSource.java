package lethe.data;

/** A source that puts look-alikes into its training set, and can do without. */
public interface ControlledSource extends DataSource {
    /**
     * The control: the same examples and targets, and in the place of the look-alikes as many that resemble no target.
     * What differs between models of both is due to resemblance and not to size.
     */
    ControlledSource asControl();
}
