package lethe.data;

/** A data set made with some wrong labels, which knows them: a network can only learn those by heart. */
public interface KnownMislabels {
    /** Whether the label of one example is wrong. */
    boolean mislabelled(int row);

    /** Whether the label of one example of any data set, views included, is known to be wrong. */
    static boolean of(Dataset dataset, int row) {
        Dataset.Origin origin = dataset.origin(row);
        return origin.dataset() instanceof KnownMislabels known && known.mislabelled(origin.row());
    }
}
