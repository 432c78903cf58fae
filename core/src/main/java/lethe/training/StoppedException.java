package lethe.training;

/** A computation that was asked to stop and has stored what it had. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Stopped at a point from which the same command goes on. */
    public StoppedException() {
        super("Stopped as asked; run the same command again to go on");
    }
}
