package lethe.data;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** A data set made with look-alikes of some of its examples, which knows them: the truth that detectors are graded by. */
public interface KnownLookalikes {
    /**
     * An example that was put beside another, the target, which may be asked to be forgotten.
     *
     * @param target the example it was made for
     * @param kind in what it differs, such as {@code "mirror"}
     * @param unrelated whether it does not resemble the target after all, being there as a control of equal size
     */
    record Lookalike(ExampleId target, String kind, boolean unrelated) {}

    /** Rows of the targets, ascending; also of those that got no look-alike. */
    int[] targets();

    /** For which target an example was put there; nothing for all others. */
    Optional<Lookalike> lookalike(int row);

    /** Further look-alikes of targets that are in no training set, for evaluation; may have no example. */
    Dataset heldOut();

    /** The target of one of {@link #heldOut}. */
    ExampleId heldOutTarget(int row);

    /** What is known of a data set, views included. */
    static Optional<KnownLookalikes> of(Dataset dataset) {
        return dataset.size() > 0 && dataset.origin(0).dataset() instanceof KnownLookalikes known
                ? Optional.of(known)
                : Optional.empty();
    }

    /** For which target an example of any data set was put there. */
    static Optional<Lookalike> of(Dataset dataset, int row) {
        Dataset.Origin origin = dataset.origin(row);
        return origin.dataset() instanceof KnownLookalikes known ? known.lookalike(origin.row()) : Optional.empty();
    }

    /** Rows of the targets in any data set, ascending. */
    static int[] targetsIn(Dataset dataset) {
        return IntStream.range(0, dataset.size())
                .filter(row -> dataset.origin(row).dataset() instanceof KnownLookalikes known
                        && Arrays.binarySearch(
                                        known.targets(), dataset.origin(row).row())
                                >= 0)
                .toArray();
    }
}
