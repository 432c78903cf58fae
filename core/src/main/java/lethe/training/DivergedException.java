package lethe.training;

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
        super(found + " after " + step
                + " steps; lower the learning rate, or the number of epochs of a method that ascends");
    }
}
