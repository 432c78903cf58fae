package lethe.cli;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Ctrl-C. The first asks the work to stop at its next checkpoint and says how to go on later; the second stops at once.
 * True once a stop was asked for.
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

    /** Takes over Ctrl-C for the rest of this process. */
    static Interruption install(PrintWriter err, String resumeCommand) {
        var interruption = new Interruption(err, resumeCommand, Runtime.getRuntime()::halt);
        // By reflection, for the class is not part of the platform's promise: without it Ctrl-C just ends the process.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler onSignal = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    interruption.signal();
                    return null;
                }
                return method.invoke(interruption, arguments);
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("INT"),
                            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onSignal));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            org.slf4j.LoggerFactory.getLogger(Interruption.class).debug("Ctrl-C ends the process at once", e);
        }
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
