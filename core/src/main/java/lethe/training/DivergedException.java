package lethe.training;

import lethe.engine.Scope;
import lethe.engine.Weights;

/** A training or unlearning whose loss or weights are no longer finite numbers. Experiments record it as that method's outcome. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DivergedException(long step, double loss) {
        this("The loss is " + loss, step);
    }

    DivergedException(long step) {
        this("A weight is no longer a finite number", step);
    }

    private DivergedException(String found, long step) {
        this(found + " after " + step
                + " steps; lower the learning rate, or the number of epochs of a method that ascends");
    }

    private DivergedException(String message) {
        super(message);
    }

    /** Fails if a parameter or a statistic is not a finite number, for edits of weights that take no step. */
    public static void unlessFinite(Weights weights) {
        try (Scope scope = Scope.open()) {
            if (!weights.values().isFinite() || !weights.statistics().isFinite()) {
                throw new DivergedException(
                        "A weight is not a finite number; the edit was too strong, or the model was so before");
            }
        }
    }
}
