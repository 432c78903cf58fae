package lethe.training;

/** Told what a long computation is doing; the command line shows it. Implementations are called from many threads. */
public interface Progress {
    /** A task of so many units begins. */
    void begin(String task, long units);

    /** So many units of the current task are done. */
    void advance(long units);

    /** Something worth a line. */
    void note(String message);

    /** The current task is over. */
    void end();

    /** Tells nobody. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void begin(String task, long units) {}

            @Override
            public void advance(long units) {}

            @Override
            public void note(String message) {}

            @Override
            public void end() {}
        };
    }
}
