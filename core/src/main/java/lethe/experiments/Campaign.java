package lethe.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import lethe.catalog.Digest;
import lethe.data.Dataset;
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
import org.jspecify.annotations.Nullable;

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
    private final Consumer<Step> beginning;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Queue<LostWorldException> lost = new ConcurrentLinkedQueue<>();

    Campaign(Setting setting, RunDirectory run, Progress progress, BooleanSupplier stopRequested) {
        this(setting, run, progress, stopRequested, step -> {});
    }

    /**
     * A campaign that is watched.
     *
     * @param beginning told of each step before it begins
     */
    Campaign(
            Setting setting,
            RunDirectory run,
            Progress progress,
            BooleanSupplier stopRequested,
            Consumer<Step> beginning) {
        this.setting = setting;
        this.run = run;
        this.progress = progress;
        this.stopRequested = () -> failed.get() || stopRequested.getAsBoolean();
        this.beginning = beginning;
    }

    /** Who carries out worlds, one after the other. */
    interface Hands extends AutoCloseable {
        /** Does what is not done of a world, telling progress within that of all worlds. */
        void carryOut(World world, Progress worlds);

        @Override
        void close();
    }

    /** Runs until every step is done, on threads of this process. */
    void run() {
        run(setting.worlds(), Isolation.THREAD);
    }

    /**
     * Runs until every step of some worlds is done.
     *
     * @throws StoppedException if asked to stop; every worker has stored its state
     * @throws LostWorldException if some worlds cannot be finished; all others are
     */
    void run(List<World> worlds, Isolation isolation) {
        run(worlds, isolation, () -> false);
    }

    /**
     * The same until no more worlds are needed; those that are worked on by then are finished.
     *
     * @param enough asked before each world but that of the deployed model
     */
    void run(List<World> worlds, Isolation isolation, BooleanSupplier enough) {
        Queue<World> open = new ConcurrentLinkedQueue<>(unfinished(worlds));
        int slots = Math.min(setting.plan().execution().workers(), Math.max(1, open.size()));
        ExecutorService workers = Executors.newFixedThreadPool(slots);
        try (Progress told = progress.begin("world", worlds.size())) {
            told.skip(worlds.size() - open.size());
            List<Future<?>> futures = new ArrayList<>();
            for (int slot = 0; slot < slots; slot++) {
                int number = slot;
                futures.add(workers.submit(() -> work(open, enough, isolation, number, told)));
            }
            await(futures);
        } finally {
            workers.shutdownNow();
        }
        worlds.stream().filter(this::isDone).forEach(this::tidy);
        if (!lost.isEmpty()) {
            throw new LostWorldException(
                    lost.stream().map(LostWorldException::getMessage).collect(Collectors.joining("\n"))
                            + "\nEverything else is done; the same command tries this again",
                    lost.stream().anyMatch(LostWorldException::crashed));
        }
    }

    /** Takes world after world until none is left or something fails that concerns all. */
    private void work(Queue<World> open, BooleanSupplier enough, Isolation isolation, int slot, Progress worlds) {
        try (Hands hands = hands(isolation, slot)) {
            for (World world = next(open, enough, worlds); world != null; world = next(open, enough, worlds)) {
                try {
                    hands.carryOut(world, worlds);
                } catch (LostWorldException e) {
                    worlds.note(String.valueOf(e.getMessage()));
                    lost.add(e);
                }
                worlds.advance(1);
            }
        } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
        }
    }

    private static @Nullable World next(Queue<World> open, BooleanSupplier enough, Progress worlds) {
        synchronized (open) { // one looks while the others wait, for what it finds is theirs too
            World next = open.peek();
            if (next != null && next.index() != Step.DEPLOYED && enough.getAsBoolean()) {
                worlds.note("Every method is decided; of the planned worlds " + open.size() + " are not needed");
                open.clear();
            }
            return open.poll();
        }
    }

    private Hands hands(Isolation isolation, int slot) {
        if (isolation == Isolation.PROCESS) {
            return new WorkerProcess(setting, run, slot, stopRequested);
        }
        return new Hands() {
            @Override
            public void carryOut(World world, Progress worlds) {
                Campaign.this.carryOut(world, worlds, Set.of());
            }

            @Override
            public void close() {}
        };
    }

    /** Those with steps to do. */
    List<World> unfinished(List<World> worlds) {
        return worlds.stream().filter(world -> !isDone(world)).toList();
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

    boolean isDone(World world) {
        return missing(world).isEmpty()
                && run.find(setting.training(world).key()).isPresent();
    }

    /** Removes what a process leaves of a finished world that is killed between recording the last step and cleaning up. */
    private void tidy(World world) {
        try (RunDirectory.Claim claim = run.claim(world)) {
            checkpoints(setting.training(world)).clear();
            unlearning(world).keySet().forEach(step -> checkpoints(step).clear());
            run.discardShared(setting.training(world).key());
        }
    }

    /** The unlearning steps of a world that are not done. */
    private Map<Step, UnlearningMethod> missing(World world) {
        Map<Step, UnlearningMethod> missing = unlearning(world);
        missing.keySet().removeIf(step -> run.find(step.key()).isPresent());
        return missing;
    }

    /** All unlearning steps of a world, in order. */
    private Map<Step, UnlearningMethod> unlearning(World world) {
        Map<Step, UnlearningMethod> steps = new LinkedHashMap<>();
        for (int f = 0; f < world.forgetRows().length; f++) {
            int set = f;
            setting.plan()
                    .labelled()
                    .forEach((label, method) -> steps.put(setting.unlearning(world, set, label, method), method));
        }
        return steps;
    }

    /**
     * Does what is not done of a world on the present thread.
     *
     * @param without keys of steps to leave undone
     * @throws LostWorldException if the training of its original model diverges
     */
    void carryOut(World world, Progress worlds, Set<String> without) {
        if (stopRequested.getAsBoolean()) {
            throw new StoppedException();
        }
        Execution execution = setting.plan().execution();
        Engine.threads(execution.threads());
        int all = 1 + world.forgetRows().length * setting.plan().methods().size();
        try (RunDirectory.Claim claim = run.claim(world);
                Scope scope = Scope.open(Device.of(execution.device()));
                Progress steps = worlds.begin(world.name(), all);
                Model original = original(world, steps)) {
            Map<Step, UnlearningMethod> missing = missing(world);
            steps.skip(all - 1 - missing.size());
            Evaluated asOriginal = Evaluated.of(original, setting, world);
            missing.forEach((step, method) -> {
                if (!without.contains(step.key())) {
                    beginning.accept(step);
                    unlearn(world, step, method, original, asOriginal, steps);
                    steps.advance(1);
                }
            });
            run.discardShared(setting.training(world).key());
        }
    }

    /** Reads the original model of a world, or trains it. */
    private Model original(World world, Progress steps) {
        Step step = setting.training(world);
        beginning.accept(step);
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
        Model model = fit(world, trial);
        double seconds = (System.nanoTime() - start) / 1e9;
        Evaluated evaluated = Evaluated.of(model, setting, world);
        if (!evaluated.isFinite()) {
            model.close();
            throw new LostWorldException(
                    "The original model of the " + world.name()
                            + " answers with numbers that are not finite; lower training.learningRate",
                    false);
        }
        ModelFile.write(model, run.model(step.key()));
        store(world, step, seconds, evaluated, List.of(), Digest.sha256(run.model(step.key())));
        checkpoints.clear();
        steps.advance(1);
        return model;
    }

    private Model fit(World world, Trial trial) {
        try {
            return new Trainer(setting.plan().training())
                    .fit(setting.plan().model(), world.trainingData(setting.train()), trial);
        } catch (DivergedException e) {
            throw new LostWorldException(
                    "The training of the original model diverged in " + world.name() + ": " + e.getMessage(), false);
        }
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
                evaluated = relearned(world, step, unlearned, asOriginal)
                        .map(evaluated::with)
                        .orElse(evaluated);
                String modelDigest = "";
                if (world.index() == Step.DEPLOYED) {
                    ModelFile.write(unlearned, run.model(step.key()));
                    modelDigest = Digest.sha256(run.model(step.key()));
                    Written.of(unlearned, setting, world, evaluated)
                            .ifPresent(written -> run.write(run.writing(step.key()), written.toJson()));
                }
                store(world, step, seconds, evaluated, trajectory.moments(), modelDigest);
            } else {
                fail(world, step, seconds, "The logits are no longer finite numbers; lower the learning rate", steps);
            }
        } catch (DivergedException e) {
            fail(world, step, (System.nanoTime() - start) / 1e9, String.valueOf(e.getMessage()), steps);
        }
        checkpoints.clear();
    }

    /** Teaches a copy of an unlearned model what it was to forget, if the plan wants to know how soon it learns that. */
    private Optional<Relearned> relearned(World world, Step step, Model unlearned, Evaluated asOriginal) {
        return setting.relearn(world).flatMap(relearn -> {
            int[] forgotten = setting.forgotten(world, step.set());
            if (forgotten.length == 0) { // of canaries alone
                return Optional.empty();
            }
            Trial trial = Trial.of(world.unlearningSeed(step.set()).derive("relearn"))
                    .trainedBy(setting.plan().training())
                    .stoppable(stopRequested);
            Dataset pool = setting.train().select(setting.pool());
            double target = relearn.target(Relearn.losses(asOriginal.pool(), pool, forgotten));
            return Optional.of(relearn.of(unlearned, pool.select(forgotten), target, trial));
        });
    }

    private void fail(World world, Step step, double seconds, String reason, Progress steps) {
        steps.note(step.label() + " diverged in " + world.name() + ": " + reason);
        run.append(world, new StepRecord(step.key(), step.place(), step.inputs(), seconds, reason, "", ""));
    }

    private Checkpoints checkpoints(Step step) {
        return run.checkpoints(step.key(), setting.plan().execution().checkpoint());
    }

    private void store(
            World world,
            Step step,
            double seconds,
            Evaluated evaluated,
            List<Evaluated> trajectory,
            String modelDigest) {
        evaluated.write(run.signals(step.key()), trajectory);
        String signalsDigest = Digest.sha256(run.signals(step.key()));
        run.append(
                world,
                new StepRecord(step.key(), step.place(), step.inputs(), seconds, "", signalsDigest, modelDigest));
    }
}
