package lethe.training;

/** A training or unlearning whose loss is no longer a finite number. Experiments record it as that method's outcome. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DivergedException(long step, double loss) {
        super("The loss is " + loss + " after " + step
                + " steps; lower the learning rate, or the number of epochs of a " + "method that ascends");
    }
}
