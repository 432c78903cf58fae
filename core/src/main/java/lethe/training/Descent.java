package lethe.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import lethe.data.Batch;
import lethe.engine.Optimizer;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that every training and every gradient-based unlearning runs: epochs of passes of steps, in training mode,
 * each step in a scope of its own; checkpointed, stoppable, and stopped by a loss that is not finite.
 */
public final class Descent {
    private static final Logger LOG = LoggerFactory.getLogger(Descent.class);

    /** Thousands of runs would say the same. */
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private static final int FEW = 4;

    private final Model model;
    private final Optimizer optimizer;
    private final double learningRate;
    private final Schedule schedule;
    private final Trial trial;
    private final Map<String, Tensor> memory;

    /** Prepares a loop over the weights that {@code optimizer} moves. */
    public Descent(Model model, Optimizer optimizer, double learningRate, Schedule schedule, Trial trial) {
        this(model, optimizer, learningRate, schedule, trial, Map.of());
    }

    /**
     * Prepares a loop whose objectives remember something between steps.
     *
     * @param memory what they change, in place; stored with the weights, so that a resumed loop goes on with it
     */
    public Descent(
            Model model,
            Optimizer optimizer,
            double learningRate,
            Schedule schedule,
            Trial trial,
            Map<String, Tensor> memory) {
        this.model = model;
        this.optimizer = optimizer;
        this.learningRate = learningRate;
        this.schedule = schedule;
        this.trial = trial;
        this.memory = Map.copyOf(memory);
    }

    /** Runs all epochs. */
    public void run(int epochs, IntFunction<List<Pass>> passes) {
        run(epochs, passes, epoch -> false);
    }

    /**
     * Runs epochs until {@code stopAfter} an epoch. The model is in evaluation mode when asked, and afterwards.
     *
     * @param passes of each epoch, from 0; the schedule counts steps as if every epoch had as many as the present one
     * @param stopAfter whether to end after this epoch
     * @throws DivergedException if a loss is not finite
     * @throws StoppedException if the trial was asked to stop; the state is stored if the trial is resumable
     */
    public void run(int epochs, IntFunction<List<Pass>> passes, IntPredicate stopAfter) {
        Optional<Checkpoints.Stage> stage = trial.checkpoints().map(Checkpoints::nextStage);
        long taken = stage.map(s -> s.restore(state())).orElse(0L);
        try (Progress progress = trial.progress().begin("epoch", epochs)) {
            run(epochs, passes, stopAfter, stage, taken, progress);
        }
    }

    private void run(
            int epochs,
            IntFunction<List<Pass>> passes,
            IntPredicate stopAfter,
            Optional<Checkpoints.Stage> stage,
            long taken,
            Progress progress) {
        long step = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<Pass> planned = passes.apply(epoch);
            long stepsPerEpoch =
                    planned.stream().mapToLong(pass -> pass.batches().count()).sum();
            if (normalisesFew(model, planned) && WARNED.compareAndSet(false, true)) {
                LOG.warn(
                        "A last batch has fewer than {} examples, by which batch normalisation judges them all: a noisy"
                                + " step, and noise in what is normalised later. Another batch size avoids it.",
                        FEW);
            }
            if (step + stepsPerEpoch < taken) {
                step += stepsPerEpoch;
                progress.skip(1);
                continue;
            }
            model.training(true);
            long before = step;
            for (Pass pass : planned) {
                for (int i = 0; i < pass.batches().count(); i++, step++) {
                    if (step >= taken) {
                        double factor =
                                schedule.factor(epoch * stepsPerEpoch + step - before, stepsPerEpoch * epochs, epochs);
                        takeStep(pass, i, step, learningRate * factor);
                        storeIfDue(stage, step + 1);
                    }
                }
            }
            model.training(false);
            // The loss is looked at before a step; the last step of all can still end in infinity.
            requireFinite(step);
            progress.advance(1);
            trial.watcher().after(stage.map(Checkpoints.Stage::number).orElse(0), epoch + 1, model);
            // Asked again when the run was interrupted exactly here: the state is the same, so is the answer.
            if (stopAfter.test(epoch)) {
                break;
            }
        }
        // What follows, such as the next of many short stages, need not begin here again.
        if (stage.isPresent() && step > taken) {
            stage.get().save(state(), step);
        }
    }

    /** Whether a model with statistics of batches gets a batch of very few examples after full ones. */
    static boolean normalisesFew(Model model, List<Pass> passes) {
        return model.weights().statistics().elements() > 0
                && passes.stream()
                        .map(Pass::batches)
                        .filter(batches -> batches.count() > 1)
                        .anyMatch(batches -> batches.size(batches.count() - 1) < Math.min(FEW, batches.size(0)));
    }

    /** Everything that the next step depends on, by name. */
    private Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("weights.values", optimizer.weights().values());
        state.put("weights.statistics", optimizer.weights().statistics());
        optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
        memory.forEach((name, tensor) -> state.put("memory." + name, tensor));
        return state;
    }

    private void storeIfDue(Optional<Checkpoints.Stage> stage, long steps) {
        boolean stop = trial.stopRequested();
        if (stage.isPresent() && (stop || stage.get().isDue())) {
            stage.get().save(state(), steps);
        }
        if (stop) {
            model.training(false);
            throw new StoppedException();
        }
    }

    private void requireFinite(long step) {
        try (Scope scope = Scope.open()) {
            if (!optimizer.weights().values().isFinite()) {
                throw new DivergedException(step);
            }
        }
    }

    private void takeStep(Pass pass, int index, long step, double rate) {
        try (Scope scope = Scope.open()) {
            Batch batch = pass.batches().batch(index);
            Tensor loss = pass.objective().loss(batch);
            double value = loss.item();
            if (!Double.isFinite(value)) {
                throw new DivergedException(step, value);
            }
            optimizer.differentiate(loss);
            pass.penalty().addGradient(optimizer.weights());
            optimizer.step(rate);
            pass.penalty().proximal(optimizer.weights(), rate);
        }
    }
}
