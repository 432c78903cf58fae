package lethe.training;

/** Work was asked to stop and did, behind a checkpoint from which it can go on. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoppedException(String message) {
        super(message);
    }
}
