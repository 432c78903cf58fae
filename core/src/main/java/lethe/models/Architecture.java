package lethe.models;

import java.util.Optional;
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
     * @param inputShape one input, {@code (C, H, W)} for images, {@code (T)} for texts, T that of the longest
     * @param classes the number of classes K, or of tokens V
     * @throws IllegalArgumentException if the network cannot take such inputs
     */
    Module build(long[] inputShape, int classes);

    /** Whether the network takes raw inputs, such as images in [0, 1], and normalises them itself. */
    default boolean takesRawInputs() {
        return readsTokens();
    }

    /** Whether inputs are token ids {@code (B, T)}, and logits {@code (B, T, V)} for the token that follows each. */
    default boolean readsTokens() {
        return false;
    }

    /**
     * Digest of the files that models start from, which the settings only name; empty if they start from none. Results are
     * never taken for those of other files in the same place.
     */
    default Optional<String> checkpoint() {
        return Optional.empty();
    }

    /** A model with fresh weights drawn from {@code seed}, on the current device. */
    default Model create(long[] inputShape, int classes, Seed seed) {
        return Model.fresh(this, inputShape, classes, seed);
    }

    /** A model whose weights are all 0, to be filled from elsewhere, on the current device. */
    default Model blank(long[] inputShape, int classes) {
        return Model.blank(this, inputShape, classes);
    }
}
