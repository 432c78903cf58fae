package lethe.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import lethe.data.Augmentation;
import lethe.data.NoAugmentation;
import lethe.engine.Seed;
import lethe.models.Model;

/** One execution: its seed, where its progress is told, where it is checkpointed, whether it has been asked to stop. */
public final class Trial {
    // Assigned only while a copy is made, by the method that makes it.
    private Seed seed;
    private Optional<Recipe> recipe = Optional.empty();
    private Progress progress = Progress.silent();
    private Optional<Checkpoints> checkpoints = Optional.empty();
    private BooleanSupplier stopRequested = () -> false;
    private Watcher watcher = (stage, epoch, model) -> {};
    private Optional<Path> shared = Optional.empty();
    private Optional<Snapshots> kept = Optional.empty();
    /** Of this execution and all its parts, in nanoseconds. */
    private LongAdder reused = new LongAdder();

    private Trial(Seed seed) {
        this.seed = seed;
    }

    private Trial(Trial other) {
        this.seed = other.seed;
        this.recipe = other.recipe;
        this.progress = other.progress;
        this.checkpoints = other.checkpoints;
        this.stopRequested = other.stopRequested;
        this.watcher = other.watcher;
        this.shared = other.shared;
        this.kept = other.kept;
        this.reused = other.reused;
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
        return new Trial(seed);
    }

    /** The same execution, knowing by which recipe the original model was trained. */
    public Trial trainedBy(Recipe original) {
        Trial copy = new Trial(this);
        copy.recipe = Optional.of(original);
        return copy;
    }

    /** The same execution, telling its progress. */
    public Trial telling(Progress listener) {
        Trial copy = new Trial(this);
        copy.progress = listener;
        return copy;
    }

    /** The same execution, resumable from {@code place}. */
    public Trial resumable(Checkpoints place) {
        Trial copy = new Trial(this);
        copy.checkpoints = Optional.of(place);
        return copy;
    }

    /** The same execution, stopping at the next step once {@code requested} says so. */
    public Trial stoppable(BooleanSupplier requested) {
        Trial copy = new Trial(this);
        copy.stopRequested = requested;
        return copy;
    }

    /** The same execution, watched after every epoch. */
    public Trial watchedBy(Watcher eyes) {
        Trial copy = new Trial(this);
        copy.watcher = eyes;
        return copy;
    }

    /** The same execution, finding and leaving results in a directory that other executions use too. */
    public Trial sharing(Path directory) {
        Trial copy = new Trial(this);
        copy.shared = Optional.of(directory);
        return copy;
    }

    /** The same execution, keeping what later ones can go on from, and going on from what earlier ones kept. */
    public Trial keeping(Snapshots place) {
        Trial copy = new Trial(this);
        copy.kept = Optional.of(place);
        return copy;
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
        return part(place.toString(), seed.derive(name, position));
    }

    /** A part whose random choices come from elsewhere. */
    Trial part(String place, Seed origin) {
        Trial copy = new Trial(this);
        copy.seed = origin;
        copy.checkpoints = checkpoints.map(whole -> whole.part(place));
        copy.watcher = (stage, epoch, model) -> {};
        return copy;
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

    /** How the original model descended, if by AdamW; then methods that ask for nothing else do so too. */
    public Optional<Adam> adam() {
        return recipe.flatMap(Recipe::adam);
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

    /** Whether the execution keeps its state, so that it can be interrupted. */
    public boolean isResumable() {
        return checkpoints.isPresent();
    }

    Optional<Checkpoints> checkpoints() {
        return checkpoints;
    }

    /** Where finished stages may lie: what was asked to be kept, and what lasts as long as the checkpoints. */
    List<Snapshots> snapshots() {
        return Stream.concat(kept.stream(), checkpoints.map(place -> new Snapshots(place.file("finished"))).stream())
                .toList();
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
