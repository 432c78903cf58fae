package lethe.data;

import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * Random changes to training inputs that leave their labels true. An implementation is a record whose components are
 * settings; it keeps no state, so the same batch and seed give the same result on any thread.
 */
public interface Augmentation {
    /**
     * Changes every example of a batch on its own.
     *
     * @param images {@code (B, C, H, W)}, channels-last, left as they are
     * @param seed of this batch; derive it from epoch and step
     * @return the same shape and layout
     */
    Tensor apply(Tensor images, Seed seed);
}
