package lethe.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import lethe.engine.NoGrad;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * A loop that moves no weights, such as a sum of gradients over a data set. Its state, a few tensors, is stored like that
 * of a {@link Descent}, so that an interrupted execution goes on to the same bits.
 */
public final class Precomputation {
    private static final String STEP = "step";

    private final Map<String, Tensor> state;
    private final Trial trial;
    private final Optional<Path> file;
    private long lastNanos = System.nanoTime();

    /**
     * @param name unlike that of every other one of the same execution
     * @param state what a step changes, in place
     */
    public Precomputation(String name, Map<String, Tensor> state, Trial trial) {
        this.state = state;
        this.trial = trial;
        this.file = trial.stageFile(name + ".safetensors");
    }

    /**
     * Takes steps from 0 on, each in a scope of its own.
     *
     * @param steps how many at most
     * @param step changes the state, and answers whether another step should follow
     * @throws StoppedException if the trial was asked to stop; the state is stored if the trial is resumable
     */
    public void run(int steps, IntPredicate step) {
        int from = restore();
        try (Progress progress = trial.progress().begin("precomputation", steps)) {
            progress.skip(from);
            boolean more = true;
            for (int i = from; i < steps && more; i++) {
                try (Scope scope = Scope.open()) {
                    more = step.test(i);
                }
                progress.advance(1);
                storeIfDue(more ? i + 1 : steps, !more || i + 1 == steps);
            }
        }
    }

    private void storeIfDue(int done, boolean finished) {
        boolean stop = trial.stopRequested();
        boolean due = trial.checkpoints()
                .map(place -> System.nanoTime() - lastNanos >= place.interval().toNanos())
                .orElse(false);
        if (stop || due || finished) {
            file.ifPresent(target -> Safetensors.write(target, state, Map.of(STEP, Integer.toString(done))));
            lastNanos = System.nanoTime();
        }
        if (stop) {
            throw new StoppedException();
        }
    }

    /** Restores the state and returns the number of steps it stands for, 0 if there is none. */
    private int restore() {
        if (file.isEmpty() || !Files.exists(file.get())) {
            return 0;
        }
        Path source = file.get();
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            Map<String, Tensor> stored = Safetensors.read(source);
            state.forEach((name, tensor) -> {
                Tensor found = stored.get(name);
                if (found == null || found.elements() != tensor.elements()) {
                    throw new IllegalArgumentException(
                            "Checkpoint " + source + " holds no tensor '" + name + "' of " + tensor.elements()
                                    + " elements; it belongs to another execution, delete it to start over");
                }
                tensor.copyInPlace(found);
            });
            return Integer.parseInt(Safetensors.metadata(source).getOrDefault(STEP, "0"));
        }
    }
}
