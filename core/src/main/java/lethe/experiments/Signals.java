package lethe.experiments;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/** Signals of the operating system, such as Ctrl-C. */
public final class Signals {
    private Signals() {}

    /**
     * Lets {@code action} take the place of what a signal does otherwise, for the rest of this process.
     *
     * @param name such as INT or TERM
     * @param action called on a thread of its own
     */
    public static void handle(String name, Runnable action) {
        // By reflection, for the class is not part of the platform's promise: without it the signal ends the process.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler onSignal = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                    return null;
                }
                return method.invoke(action, arguments);
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onSignal));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LoggerFactory.getLogger(Signals.class).debug("{} ends the process at once", name, e);
        }
    }
}
