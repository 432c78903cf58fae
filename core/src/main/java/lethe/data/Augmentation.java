package lethe.data;

import lethe.engine.Seed;
import lethe.engine.Tensor;

/** A random change of training inputs that keeps their labels. */
public interface Augmentation {
    /**
     * Changes a batch.
     *
     * @param inputs {@code (B, shape…)}, left untouched
     * @param seed the same seed changes the same batch in the same way
     */
    Tensor apply(Tensor inputs, Seed seed);
}
