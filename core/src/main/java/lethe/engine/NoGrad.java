package lethe.engine;

import org.bytedeco.pytorch.NoGradGuard;

/** While open, operations of this thread record nothing for differentiation. Declare it after the scope. */
public final class NoGrad implements AutoCloseable {
    private final NoGradGuard guard = new NoGradGuard().retainReference();

    private NoGrad() {}

    /** Starts recording nothing. */
    public static NoGrad enter() {
        return new NoGrad();
    }

    @Override
    public void close() {
        guard.deallocate();
    }
}
