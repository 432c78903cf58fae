package lethe.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import lethe.experiments.Signals;

/**
 * Ctrl-C, or SIGTERM as a cluster's queue sends it. The first asks the work to stop at its next checkpoint and says how to
 * go on later; the second stops at once. True once a stop was asked for.
 */
final class Interruption implements BooleanSupplier {
    private final PrintWriter err;
    private final String resumeCommand;
    private final IntConsumer halt;
    private final AtomicInteger signals = new AtomicInteger();

    Interruption(PrintWriter err, String resumeCommand, IntConsumer halt) {
        this.err = err;
        this.resumeCommand = resumeCommand;
        this.halt = halt;
    }

    /** Takes over Ctrl-C and SIGTERM for the rest of this process. */
    static Interruption install(PrintWriter err, String resumeCommand) {
        var interruption = new Interruption(err, resumeCommand, Runtime.getRuntime()::halt);
        Signals.handle("INT", interruption::signal);
        Signals.handle("TERM", interruption::signal);
        return interruption;
    }

    @Override
    public boolean getAsBoolean() {
        return signals.get() > 0;
    }

    void signal() {
        if (signals.incrementAndGet() == 1) {
            err.println();
            err.println("Stopping at the next checkpoint; Ctrl-C again stops at once. To go on later:");
            err.println("  " + resumeCommand);
            err.flush();
        } else {
            halt.accept(ExitCode.INTERRUPTED.number());
        }
    }
}
