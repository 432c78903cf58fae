package lethe.training;

import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * A loop that moves no weights, such as a sum of gradients over a data set. Its state, a few tensors, is stored like that
 * of a {@link Descent}, so that an interrupted execution goes on to the same bits.
 */
public final class Precomputation {
    private final Map<String, Tensor> state;
    private final Trial trial;
    private final Optional<Checkpoints.Stage> stage;

    /**
     * @param name unlike that of every other one of the same execution
     * @param state what a step changes, in place
     */
    public Precomputation(String name, Map<String, Tensor> state, Trial trial) {
        this.state = state;
        this.trial = trial;
        this.stage = trial.checkpoints().map(place -> place.stage(name));
    }

    /**
     * Takes steps from 0 on, each in a scope of its own.
     *
     * @param steps how many at most
     * @param step changes the state, and answers whether another step should follow
     * @throws StoppedException if the trial was asked to stop; the state is stored if the trial is resumable
     */
    public void run(int steps, IntPredicate step) {
        int from = stage.map(stored -> Math.toIntExact(stored.restore(state))).orElse(0);
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
        stage.filter(place -> stop || finished || place.isDue()).ifPresent(place -> place.save(state, done));
        if (stop) {
            throw new StoppedException();
        }
    }
}
