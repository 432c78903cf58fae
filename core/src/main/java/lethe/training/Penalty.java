package lethe.training;

import lethe.engine.Weights;

/** A term of the loss that depends on the weights alone, so that its gradient needs no differentiation. */
@FunctionalInterface
public interface Penalty {
    /** Adds the gradient of the term to {@link Weights#gradient}. */
    void addGradient(Weights weights);

    /**
     * Applies the proximal operator of a term that has no gradient everywhere, after a step of this rate; does nothing
     * for others.
     */
    default void proximal(Weights weights, double learningRate) {}
}
