package lethe.data;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;

/** The failure of those who look for data where there is none. */
final class Missing {
    private Missing() {}

    /** Says what was looked for, where, and how to get it. */
    static UncheckedIOException data(String message) {
        return new UncheckedIOException(message, new FileNotFoundException(message));
    }
}
