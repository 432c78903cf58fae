package lethe.data;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** What is known of a data set that was made with look-alikes of some of its examples: the truth that detectors are graded by. */
public interface KnownLookalikes {
    /**
     * An example that was put beside another, the target, which may be asked to be forgotten.
     *
     * @param target the example it was made for
     * @param kind in what it differs, such as {@code "mirror"}
     * @param unrelated whether it does not resemble the target after all, being there as a control of equal size, or as a
     *     decoy: of the target's form, but about something else
     * @param similarity to the target, where that decided about it
     */
    record Lookalike(ExampleId target, String kind, boolean unrelated, OptionalDouble similarity) {
        /** One that was made, so that nobody had to measure how similar it is. */
        public Lookalike(ExampleId target, String kind, boolean unrelated) {
            this(target, kind, unrelated, OptionalDouble.empty());
        }
    }

    /**
     * A group that targets were drawn from.
     *
     * @param name such as {@code "many"}
     * @param level how much of something its targets have, where groups differ in that alone
     */
    record Stratum(String name, OptionalDouble level) {
        /** One that is not more or less than another. */
        public static Stratum of(String name) {
            return new Stratum(name, OptionalDouble.empty());
        }
    }

    /** Whether an example is a target; it may have got no look-alike. */
    boolean isTarget(ExampleId id);

    /** For which target an example was put there; nothing for all others. */
    Optional<Lookalike> lookalike(ExampleId id);

    /** Further look-alikes of targets that are in no training set, for evaluation; may have no example. */
    Dataset heldOut();

    /** For which target one of {@link #heldOut} was made, and how. */
    Lookalike heldOutLookalike(int row);

    /** The target of one of {@link #heldOut}. */
    default ExampleId heldOutTarget(int row) {
        return heldOutLookalike(row).target();
    }

    /** Which group a target was drawn from, where they were drawn from several. */
    default Optional<Stratum> stratum(ExampleId target) {
        return Optional.empty();
    }

    /** For which target an example of any data set was put there. */
    static Optional<Lookalike> of(Dataset dataset, int row) {
        return dataset.knownLookalikes().flatMap(known -> known.lookalike(dataset.id(row)));
    }

    /** Whether a row was put there for another but does not resemble it, such as a decoy. */
    static boolean isUnrelated(Dataset dataset, int row, int target) {
        return of(dataset, row)
                .filter(known -> known.unrelated() && known.target().equals(dataset.id(target)))
                .isPresent();
    }

    /** Rows of the targets in any data set, ascending. */
    static int[] targetsIn(Dataset dataset) {
        return dataset.knownLookalikes()
                .map(known -> IntStream.range(0, dataset.size())
                        .filter(row -> known.isTarget(dataset.id(row)))
                        .toArray())
                .orElseGet(() -> new int[0]);
    }
}
