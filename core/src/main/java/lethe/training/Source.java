package lethe.training;

import lethe.data.Augmentation;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;

/**
 * Examples to learn from and how they are augmented.
 *
 * @param data the examples, labels included
 * @param augmentation applied to every batch of them
 */
public record Source(Dataset data, Augmentation augmentation) {
    /** The examples as they are. */
    public static Source plain(Dataset data) {
        return new Source(data, new NoAugmentation());
    }
}
