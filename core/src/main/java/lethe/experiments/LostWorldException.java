package lethe.experiments;

/** Worlds that could not be finished, while all others were; the message names each with its reason. */
public final class LostWorldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean crashed;

    LostWorldException(String message, boolean crashed) {
        super(message);
        this.crashed = crashed;
    }

    /** Whether a worker process died again and again, rather than a training that diverged. */
    public boolean crashed() {
        return crashed;
    }
}
