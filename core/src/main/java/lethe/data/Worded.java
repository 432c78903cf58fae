package lethe.data;

import java.util.Optional;

/** A data set whose examples can be read. */
public interface Worded {
    /** The text of one example. */
    String text(int row);

    /** The text of one example of any data set, views included, if it has one. */
    static Optional<String> of(Dataset dataset, int row) {
        Dataset.Origin origin = dataset.origin(row);
        return origin.dataset() instanceof Worded worded ? Optional.of(worded.text(origin.row())) : Optional.empty();
    }
}
