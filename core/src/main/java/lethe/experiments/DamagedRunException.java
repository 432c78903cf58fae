package lethe.experiments;

/** A run directory holds something other than what was written there; nothing in it was used or changed. */
public final class DamagedRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DamagedRunException(String message) {
        super(message);
    }

    DamagedRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
