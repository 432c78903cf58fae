package lethe.experiments;

import java.util.Locale;

/** Where the workers of a run live; it changes nothing that is computed. */
public enum Isolation {
    /**
     * Threads of this process: nothing is started that the caller does not know of, but a crash of the engine takes the
     * whole process along.
     */
    THREAD,
    /**
     * Processes of their own, with this process's class path and Java options: one that crashes, or is killed for its
     * memory, is replaced, and its world goes on from the last checkpoint.
     */
    PROCESS;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
