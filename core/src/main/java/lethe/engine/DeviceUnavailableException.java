package lethe.engine;

/** A device was asked for that the engine cannot use here. */
public final class DeviceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeviceUnavailableException(String message) {
        super(message);
    }
}
