package lethe.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import lethe.catalog.Digest;
import lethe.data.Split;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.training.Checkpoints;
import lethe.training.DivergedException;
import lethe.training.Progress;
import lethe.training.StoppedException;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.UnlearningMethod;

/**
 * Carries out the steps of a plan that are not done yet: trains each world's original model once, lets every method
 * forget every forget set of it, and stores what each resulting model says about the audit examples. Worlds are
 * independent, so as many run at once as there are workers.
 */
final class Campaign {
    private final Setting setting;
    private final RunDirectory run;
    private final Progress progress;
    private final BooleanSupplier stopRequested;
    private final AtomicBoolean failed = new AtomicBoolean();

    Campaign(Setting setting, RunDirectory run, Progress progress, BooleanSupplier stopRequested) {
        this.setting = setting;
        this.run = run;
        this.progress = progress;
        this.stopRequested = () -> failed.get() || stopRequested.getAsBoolean();
    }

    /**
     * Runs until every step is done.
     *
     * @throws StoppedException if asked to stop; every worker has stored its state
     */
    void run() {
        List<World> open =
                setting.worlds().stream().filter(world -> !isDone(world)).toList();
        Execution execution = setting.plan().execution();
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(execution.workers(), Math.max(1, open.size())));
        try (Progress worlds = progress.begin("world", setting.worlds().size())) {
            worlds.skip(setting.worlds().size() - open.size());
            List<Future<?>> futures = new ArrayList<>();
            for (World world : open) {
                futures.add(workers.submit(() -> {
                    carryOut(world, worlds);
                    worlds.advance(1);
                }));
            }
            await(futures);
        } finally {
            workers.shutdownNow();
        }
    }

    /** Waits for all; the first failure stops the others at their next checkpoint and is thrown when they are safe. */
    private void await(List<Future<?>> futures) {
        Throwable first = null;
        for (Future<?> future : futures) {
            try {
                future.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failed.set(true);
                first = first == null ? new StoppedException() : first;
            } catch (ExecutionException e) {
                failed.set(true);
                if (first == null || first instanceof StoppedException) {
                    first = e.getCause();
                }
            }
        }
        if (first instanceof Error error) { // such as an OutOfMemoryError
            throw error;
        } else if (first instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (first != null) {
            throw new IllegalStateException(first);
        }
    }

    private boolean isDone(World world) {
        return missing(world).isEmpty()
                && run.find(setting.training(world).key()).isPresent();
    }

    /** The unlearning steps of a world that are not done. */
    private Map<Step, UnlearningMethod> missing(World world) {
        Map<Step, UnlearningMethod> missing = new LinkedHashMap<>();
        for (int f = 0; f < world.forgetRows().length; f++) {
            for (Map.Entry<String, UnlearningMethod> method :
                    setting.plan().labelled().entrySet()) {
                Step step = setting.unlearning(world, f, method.getKey(), method.getValue());
                if (run.find(step.key()).isEmpty()) {
                    missing.put(step, method.getValue());
                }
            }
        }
        return missing;
    }

    private void carryOut(World world, Progress worlds) {
        if (stopRequested.getAsBoolean()) {
            throw new StoppedException();
        }
        Execution execution = setting.plan().execution();
        Engine.threads(execution.threads());
        Map<Step, UnlearningMethod> missing = missing(world);
        int all = 1 + world.forgetRows().length * setting.plan().methods().size();
        try (Scope scope = Scope.open(Device.of(execution.device()));
                Progress steps = worlds.begin(world.name(), all);
                Model original = original(world, steps)) {
            steps.skip(all - 1 - missing.size());
            Evaluated asOriginal = Evaluated.of(original, setting, world);
            missing.forEach((step, method) -> {
                unlearn(world, step, method, original, asOriginal, steps);
                steps.advance(1);
            });
        }
        run.discardShared(setting.training(world).key());
    }

    /** Reads the original model of a world, or trains it. */
    private Model original(World world, Progress steps) {
        Step step = setting.training(world);
        if (run.find(step.key()).isPresent() && java.nio.file.Files.exists(run.model(step.key()))) {
            steps.skip(1);
            run.verifyModel(step);
            Model stored = ModelFile.read(run.model(step.key()));
            stored.precision(setting.plan().training().precision());
            return stored;
        }
        Checkpoints checkpoints = checkpoints(step);
        Trial trial = Trial.of(world.seed().derive("original"))
                .telling(steps)
                .resumable(checkpoints)
                .keeping(run.snapshots())
                .stoppable(stopRequested);
        long start = System.nanoTime();
        Model model = new Trainer(setting.plan().training())
                .fit(setting.plan().model(), world.trainingData(setting.train()), trial);
        double seconds = (System.nanoTime() - start) / 1e9;
        Evaluated evaluated = Evaluated.of(model, setting, world);
        if (!evaluated.isFinite()) {
            model.close();
            throw new IllegalArgumentException("The original model of the " + world.name()
                    + " answers with numbers that are not finite; lower training.learningRate");
        }
        ModelFile.write(model, run.model(step.key()));
        store(step, seconds, evaluated, List.of(), Digest.sha256(run.model(step.key())));
        checkpoints.clear();
        steps.advance(1);
        return model;
    }

    private void unlearn(
            World world, Step step, UnlearningMethod method, Model original, Evaluated asOriginal, Progress steps) {
        Split split = setting.split(world, step.set(), method);
        Checkpoints checkpoints = checkpoints(step);
        Trial trial = Trial.of(world.unlearningSeed(step.set()))
                .trainedBy(setting.plan().training())
                .telling(steps)
                .resumable(checkpoints)
                // All forget sets and methods go back to the stages of the original; what they train is theirs.
                .keeping(run.snapshots().readOnly())
                .stoppable(stopRequested)
                .sharing(run.shared(setting.training(world).key()));
        Trajectory trajectory = new Trajectory(setting, world, trial);
        if (setting.followed(world)) {
            trial = trial.watchedBy(trajectory);
        }
        long start = System.nanoTime();
        try (Scope scope = Scope.open();
                Model unlearned = method.unlearn(original, split, trial)) {
            // A result that an earlier method left counts as if it had been computed again, or order would decide
            // costs.
            double seconds = (System.nanoTime()
                            - start
                            - trajectory.nanos()
                            + trial.reused().toNanos())
                    / 1e9;
            // The ceiling does nothing; evaluating it again would only repeat the original's numbers.
            boolean unchanged = unlearned.weights().equalTo(original.weights());
            Evaluated evaluated = unchanged ? asOriginal : Evaluated.of(unlearned, setting, world);
            if (evaluated.isFinite()) {
                String modelDigest = "";
                if (world.index() == Step.DEPLOYED) {
                    ModelFile.write(unlearned, run.model(step.key()));
                    modelDigest = Digest.sha256(run.model(step.key()));
                }
                store(step, seconds, evaluated, trajectory.moments(), modelDigest);
            } else {
                fail(world, step, seconds, "The logits are no longer finite numbers; lower the learning rate", steps);
            }
        } catch (DivergedException e) {
            fail(world, step, (System.nanoTime() - start) / 1e9, String.valueOf(e.getMessage()), steps);
        }
        checkpoints.clear();
    }

    private void fail(World world, Step step, double seconds, String reason, Progress steps) {
        steps.note(step.label() + " diverged in " + world.name() + ": " + reason);
        run.append(new StepRecord(step.key(), step.place(), step.inputs(), seconds, reason, "", ""));
    }

    private Checkpoints checkpoints(Step step) {
        return run.checkpoints(step.key(), setting.plan().execution().checkpoint());
    }

    private void store(Step step, double seconds, Evaluated evaluated, List<Evaluated> trajectory, String modelDigest) {
        evaluated.write(run.signals(step.key()), trajectory);
        run.append(new StepRecord(
                step.key(),
                step.place(),
                step.inputs(),
                seconds,
                "",
                Digest.sha256(run.signals(step.key())),
                modelDigest));
    }
}
