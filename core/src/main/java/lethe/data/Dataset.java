package lethe.data;

import java.util.List;
import java.util.Optional;
import lethe.engine.Tensor;

/** Labelled examples in a fixed order, each with an id that outlives reordering. */
public interface Dataset {
    /** A readable name, such as {@code "cifar10 train"}. */
    String name();

    /** The number of examples. */
    int size();

    /** Class names in label order; for texts there are two, that a text goes on as it does, label 0, or otherwise. */
    List<String> classes();

    /** The stable identity of one example. */
    ExampleId id(int row);

    /** How many logits a prediction has: the number of classes, or of tokens for texts. */
    default int outputs() {
        return classes().size();
    }

    /** Whether examples are texts: inputs are token ids {@code (B, T)}, labels the tokens that follow, {@code (B, T)}. */
    default boolean isText() {
        return outputs() != classes().size();
    }

    /** The class index of one example. */
    int label(int row);

    /** The person the example belongs to, where that is known. */
    Optional<String> subject(int row);

    /** SHA-256, in hexadecimal, of the example's content and label. */
    String digest(int row);

    /**
     * The shape of one input, without the batch dimension; {@code (C, H, W)} for images, {@code (T)} for texts, T that of
     * the longest.
     */
    long[] shape();

    /**
     * Inputs of some examples, not augmented: {@code (B, shape…)} on the current device. Images are 32-bit floats in
     * [0, 1], channels-last.
     */
    Tensor inputs(int[] rows);

    /** Labels of some examples, 64-bit integers {@code (B)}, or {@code (B, T)} for texts. */
    default Tensor labels(int[] rows) {
        long[] labels = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = label(rows[i]);
        }
        return Tensor.of(labels);
    }

    /** The batch of some examples, not augmented. */
    default Batch batch(int[] rows) {
        return new Batch(inputs(rows), labels(rows), rows);
    }

    /** Where an example is kept: this data set, or the one that this is a view of. */
    default Origin origin(int row) {
        return new Origin(this, row);
    }

    /** What is known of look-alikes, in a data set that was made with some or a view of it. */
    default Optional<KnownLookalikes> knownLookalikes() {
        return Optional.empty();
    }

    /** A view of some examples, in the given order; ids, labels and contents stay theirs. */
    default Dataset select(int[] rows) {
        return new Selection(this, rows);
    }

    /**
     * Where an example is kept.
     *
     * @param dataset a data set that is no view of another
     * @param row its row there
     */
    record Origin(Dataset dataset, int row) {}
}
