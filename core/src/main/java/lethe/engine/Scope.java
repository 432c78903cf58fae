package lethe.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.PointerScope;

/**
 * Owns every tensor made by its thread while it is the innermost scope, and frees them when closed.
 *
 * <p>Native memory is invisible to the garbage collector, so every step of a loop runs in a scope. What must survive is
 * named with {@link #keep}: it then belongs to the enclosing scope.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *     Tensor loss = model.logits(batch.inputs()).crossEntropy(batch.labels());
 *     optimizer.minimize(loss);
 *     return step.keep(loss.detach());
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
    private static final ThreadLocal<Deque<Scope>> OPEN = ThreadLocal.withInitial(ArrayDeque::new);

    private final PointerScope pointers = new PointerScope();
    private final Device device;

    private Scope(Device device) {
        this.device = device;
        OPEN.get().push(this);
    }

    /** Opens a scope on the device of the enclosing one, or on the processor. */
    public static Scope open() {
        return new Scope(currentDevice());
    }

    /** Opens a scope whose new tensors are placed on {@code device}. */
    public static Scope open(Device device) {
        return new Scope(device);
    }

    /** The device on which the calling thread makes tensors. */
    public static Device currentDevice() {
        Scope innermost = OPEN.get().peek();
        return innermost == null ? Device.cpu() : innermost.device;
    }

    /**
     * Hands a tensor of this scope to the enclosing scope of the same thread; without one it lives until
     * {@link Tensor#close()}.
     */
    public Tensor keep(Tensor tensor) {
        Scope outer = null;
        boolean found = false;
        for (Scope scope : OPEN.get()) {
            if (found) {
                outer = scope;
                break;
            }
            found = scope == this;
        }
        if (outer == null) {
            return tensor.retain();
        }
        outer.pointers.attach(tensor.raw);
        return tensor;
    }

    @Override
    public void close() {
        OPEN.get().remove(this);
        pointers.close();
    }
}
