package lethe.training;

import java.nio.file.Path;
import java.util.Optional;
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

    private Trial(
            Seed seed,
            Optional<Recipe> recipe,
            Progress progress,
            Optional<Checkpoints> checkpoints,
            BooleanSupplier stopRequested,
            Watcher watcher) {
        this.seed = seed;
        this.recipe = recipe;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.stopRequested = stopRequested;
        this.watcher = watcher;
    }

    /** Looks at a model while it learns or forgets, without changing it. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * Called after each epoch; a resumed execution does not call again for the epochs that it skips.
         *
         * @param epoch from 1; a method that descends in several stages begins anew in each
         * @param model in evaluation mode
         */
        void after(int epoch, Model model);
    }

    /** A silent execution without checkpoints. */
    public static Trial seeded(long seed) {
        return of(Seed.of(seed));
    }

    /** A silent execution without checkpoints. */
    public static Trial of(Seed seed) {
        return new Trial(
                seed, Optional.empty(), Progress.silent(), Optional.empty(), () -> false, (epoch, model) -> {});
    }

    /** The same execution, knowing by which recipe the original model was trained. */
    public Trial trainedBy(Recipe original) {
        return new Trial(seed, Optional.of(original), progress, checkpoints, stopRequested, watcher);
    }

    /** The same execution, telling its progress. */
    public Trial telling(Progress listener) {
        return new Trial(seed, recipe, listener, checkpoints, stopRequested, watcher);
    }

    /** The same execution, resumable from {@code place}. */
    public Trial resumable(Checkpoints place) {
        return new Trial(seed, recipe, progress, Optional.of(place), stopRequested, watcher);
    }

    /** The same execution, stopping at the next step once {@code requested} says so. */
    public Trial stoppable(BooleanSupplier requested) {
        return new Trial(seed, recipe, progress, checkpoints, requested, watcher);
    }

    /** The same execution, watched after every epoch. */
    public Trial watchedBy(Watcher eyes) {
        return new Trial(seed, recipe, progress, checkpoints, stopRequested, eyes);
    }

    /** Who watches; nobody unless said. */
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
}
