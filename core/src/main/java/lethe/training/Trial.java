package lethe.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import lethe.data.Augmentation;
import lethe.data.NoAugmentation;
import lethe.engine.Seed;
import lethe.models.Model;

/** One execution: its seed, where its progress is told, where it is checkpointed, whether it has been asked to stop. */
public final class Trial {
    private final Seed seed;
    private final Progress progress;
    private final Optional<Checkpoints> checkpoints;
    private final BooleanSupplier stopRequested;
    private final Optional<Recipe> recipe;
    private final Watcher watcher;
    private final Optional<Path> shared;
    /** Of this execution and all its parts, in nanoseconds. */
    private final LongAdder reused;

    private Trial(
            Seed seed,
            Optional<Recipe> recipe,
            Progress progress,
            Optional<Checkpoints> checkpoints,
            BooleanSupplier stopRequested,
            Watcher watcher,
            Optional<Path> shared,
            LongAdder reused) {
        this.seed = seed;
        this.recipe = recipe;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.stopRequested = stopRequested;
        this.watcher = watcher;
        this.shared = shared;
        this.reused = reused;
    }

    /** Looks at a model while it learns or forgets, without changing it. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * Called after each epoch; a resumed execution does not call again for the epochs that it skips.
         *
         * @param stage of a resumable execution, from 0; a method can descend several times
         * @param epoch of the stage, from 1
         * @param model in evaluation mode
         */
        void after(int stage, int epoch, Model model);
    }

    /** A silent execution without checkpoints. */
    public static Trial seeded(long seed) {
        return of(Seed.of(seed));
    }

    /** A silent execution without checkpoints. */
    public static Trial of(Seed seed) {
        return new Trial(
                seed,
                Optional.empty(),
                Progress.silent(),
                Optional.empty(),
                () -> false,
                (stage, epoch, model) -> {},
                Optional.empty(),
                new LongAdder());
    }

    /** The same execution, knowing by which recipe the original model was trained. */
    public Trial trainedBy(Recipe original) {
        return new Trial(seed, Optional.of(original), progress, checkpoints, stopRequested, watcher, shared, reused);
    }

    /** The same execution, telling its progress. */
    public Trial telling(Progress listener) {
        return new Trial(seed, recipe, listener, checkpoints, stopRequested, watcher, shared, reused);
    }

    /** The same execution, resumable from {@code place}. */
    public Trial resumable(Checkpoints place) {
        return new Trial(seed, recipe, progress, Optional.of(place), stopRequested, watcher, shared, reused);
    }

    /** The same execution, stopping at the next step once {@code requested} says so. */
    public Trial stoppable(BooleanSupplier requested) {
        return new Trial(seed, recipe, progress, checkpoints, requested, watcher, shared, reused);
    }

    /** The same execution, watched after every epoch. */
    public Trial watchedBy(Watcher eyes) {
        return new Trial(seed, recipe, progress, checkpoints, stopRequested, eyes, shared, reused);
    }

    /** The same execution, finding and leaving results in a directory that other executions use too. */
    public Trial sharing(Path directory) {
        return new Trial(seed, recipe, progress, checkpoints, stopRequested, watcher, Optional.of(directory), reused);
    }

    /**
     * A part of this execution, with random choices, finished stages and checkpoints of its own. Nobody watches it: what
     * there is to see between parts is for their maker to show.
     *
     * @param name what the part is for
     * @param position such as its number
     */
    public Trial part(String name, long... position) {
        StringBuilder place = new StringBuilder(name);
        for (long index : position) {
            place.append('-').append(index);
        }
        return new Trial(
                seed.derive(name, position),
                recipe,
                progress,
                checkpoints.map(whole -> whole.part(place.toString())),
                stopRequested,
                (stage, epoch, model) -> {},
                shared,
                reused);
    }

    /** Who looks on. */
    public Watcher watcher() {
        return watcher;
    }

    /**
     * The recipe of the original model.
     *
     * @throws IllegalStateException if nobody said; see {@link #trainedBy}
     */
    public Recipe recipe() {
        return recipe.orElseThrow(() -> new IllegalStateException(
                "This method needs the recipe of the original model; pass Trial.seeded(…).trainedBy(recipe)"));
    }

    /** The augmentation of the original model's recipe, or none if nobody said. */
    public Augmentation augmentation() {
        return recipe.map(Recipe::augmentation).orElseGet(NoAugmentation::new);
    }

    /** The origin of all random choices of this execution. */
    public Seed seed() {
        return seed;
    }

    /** The seed for one purpose, and for one position such as an epoch. */
    public Seed random(String purpose, long... position) {
        return seed.derive(purpose, position);
    }

    /** Where progress is told. */
    public Progress progress() {
        return progress;
    }

    Optional<Checkpoints> checkpoints() {
        return checkpoints;
    }

    /** Whether the execution has been asked to stop; whoever works for long asks, and throws {@link StoppedException}. */
    public boolean stopRequested() {
        return stopRequested.getAsBoolean();
    }

    /**
     * Where to keep the result of a finished stage, such as a search that precedes training, until the whole execution is
     * done; nothing if the execution is not resumable.
     */
    public Optional<Path> stageFile(String name) {
        return checkpoints.map(place -> place.file(name));
    }

    /**
     * Where to look for a result that another execution may have left, and where to leave it; nothing if nothing is
     * shared.
     *
     * @param name says everything that the result depends on, such as a digest; others write under other names, or the
     *     same content
     */
    public Optional<Path> sharedFile(String name) {
        return shared.map(directory -> directory.resolve(name));
    }

    /** Says that a result was at hand and what it took when it was computed. */
    public void reuse(Duration spent) {
        reused.add(spent.toNanos());
    }

    /** What this execution would have taken longer if no result had been at hand; belongs to its cost. */
    public Duration reused() {
        return Duration.ofNanos(reused.sum());
    }
}
