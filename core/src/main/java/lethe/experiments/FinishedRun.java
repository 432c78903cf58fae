package lethe.experiments;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.attacks.Audit;
import lethe.engine.Seed;
import lethe.unlearning.UnlearningMethod;

/**
 * The worlds of a finished run and what their models said, read from disk and kept in memory as far as there is room; no
 * model is read.
 */
final class FinishedRun {
    /** Floats of logits kept in memory, at most a quarter of it; what falls out is read again. */
    private static final long KEPT_FLOATS =
            Math.min(100_000_000, Runtime.getRuntime().maxMemory() / (4 * Float.BYTES));

    private final Setting setting;
    private final RunDirectory directory;
    private final Optional<Arrivals> arrivals;
    private final boolean stoppedEarly;
    private final List<World> worlds;
    private final int[] labels;
    private final String floorLabel;
    private final UnlearningMethod floor;
    private final Map<String, Evaluated> cache = new LinkedHashMap<>();
    private long keptFloats;

    FinishedRun(Setting setting, RunDirectory directory) {
        this.setting = setting;
        this.directory = directory;
        this.arrivals = setting.plan().audit().anytime().map(anytime -> new Arrivals(setting, directory, anytime));
        this.stoppedEarly = arrivals.isPresent() && arrivals.get().stoppedEarly();
        this.worlds = stoppedEarly ? setting.shadows().subList(0, arrivals.get().worlds()) : setting.shadows();
        Map.Entry<String, UnlearningMethod> first =
                setting.plan().labelled().entrySet().iterator().next();
        this.floorLabel = first.getKey();
        this.floor = first.getValue();
        this.labels = Arrays.stream(setting.pool())
                .map(row -> setting.train().label(row))
                .toArray();
    }

    Setting setting() {
        return setting;
    }

    RunDirectory directory() {
        return directory;
    }

    /** The worlds that count, in order. */
    List<World> worlds() {
        return worlds;
    }

    /** Whether worlds that were planned are not needed. */
    boolean stoppedEarly() {
        return stoppedEarly;
    }

    /** Where an audit stands that is looked at after every world. */
    Optional<Results.AnytimeSummary> anytime() {
        return arrivals.map(Arrivals::summary);
    }

    /** Of the examples of the pool. */
    int[] labels() {
        return labels;
    }

    /** Exact retraining. */
    UnlearningMethod floor() {
        return floor;
    }

    String floorLabel() {
        return floorLabel;
    }

    /** The attacks of the plan. */
    Audit audit() {
        AuditPlan audit = setting.plan().audit();
        return new Audit(audit.attacks(), audit.fprs(), audit.bootstrap(), bootstrapSeed());
    }

    long bootstrapSeed() {
        return Seed.of(setting.plan().seed()).derive("bootstrap").value();
    }

    StepRecord record(Step step) {
        return directory
                .find(step.key())
                .orElseThrow(() -> new IllegalArgumentException("'" + step.place() + "' is not finished in "
                        + directory.root() + "; run 'lethe run' again to go on"));
    }

    /** How a method unlearned one forget set of a world. */
    StepRecord unlearned(World world, int set, String label, UnlearningMethod method) {
        return record(setting.unlearning(world, set, label, method));
    }

    boolean diverged(String label, UnlearningMethod method) {
        return worlds.stream()
                .anyMatch(world -> IntStream.range(0, world.forgetRows().length)
                        .anyMatch(set -> unlearned(world, set, label, method).failed()));
    }

    /** What the original model of a world says. */
    Evaluated original(World world) {
        return evaluated(record(setting.training(world)));
    }

    /** What the models that a method left say, if none diverged. */
    Distances.Models atTheEnd(String label, UnlearningMethod method) {
        return (world, set) -> evaluated(unlearned(worlds.get(world), set, label, method));
    }

    /** What was evaluated after each epoch, in order; nothing if only the end was. */
    List<Evaluated> trajectory(StepRecord step) {
        directory.verify(step);
        return Evaluated.trajectory(directory.signals(step.key()));
    }

    /** What the model of a step says that did not diverge. */
    Evaluated evaluated(StepRecord step) {
        Evaluated known = cache.get(step.key());
        if (known != null) {
            return known;
        }
        directory.verify(step);
        Evaluated read = Evaluated.read(directory.signals(step.key()));
        long floats = read.floats();
        if (keptFloats + floats > KEPT_FLOATS) {
            cache.clear();
            keptFloats = 0;
        }
        cache.put(step.key(), read);
        keptFloats += floats;
        return read;
    }

    /** Of each row of the training set; negative if it is not in the pool. */
    int[] positionsInPool(int[] rows) {
        return Arrays.stream(rows)
                .map(row -> Arrays.binarySearch(setting.pool(), row))
                .toArray();
    }
}
