package lethe.models;

import lethe.engine.Module;
import lethe.engine.Seed;

/**
 * The form of a network, without weights. An implementation is a record whose components are what a plan may set; equal
 * records build equal networks.
 */
public interface Architecture {
    /**
     * Declares the network: from inputs of the given shape, normalised to about unit scale, to logits {@code (B, K)}.
     *
     * @param inputShape one input, {@code (C, H, W)} for images
     * @param classes the number of classes K
     * @throws IllegalArgumentException if the network cannot take such inputs
     */
    Module build(long[] inputShape, int classes);

    /** A model with fresh weights drawn from {@code seed}, on the current device. */
    default Model create(long[] inputShape, int classes, Seed seed) {
        return new Model(this, inputShape, classes, seed);
    }
}
