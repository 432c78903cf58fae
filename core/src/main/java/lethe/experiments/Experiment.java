package lethe.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import lethe.claims.Claim;
import lethe.claims.Finding;
import lethe.data.Holdout;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.influence.Lookalikes;
import lethe.models.Model;
import lethe.training.Checkpoints;
import lethe.training.Progress;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.UnlearningMethod;

/**
 * A plan brought together with its data, ready to be forecast, run and audited.
 *
 * <pre>{@code
 * try (RunDirectory run = RunDirectory.open(Path.of("out/first"))) {
 *     Results results = new Experiment(Plan.read(file)).run(run, Progress.silent(), () -> false);
 * }
 * }</pre>
 */
public final class Experiment {
    private final Setting setting;

    /**
     * Reads the plan's data and draws its design.
     *
     * @throws IllegalArgumentException if the data is not what it should be or does not suffice for the plan
     * @throws java.io.UncheckedIOException if the data is not there
     */
    public Experiment(Plan plan) {
        this.setting = new Setting(plan);
    }

    /** The plan. */
    public Plan plan() {
        return setting.plan();
    }

    /** The data. */
    public Holdout data() {
        return setting.data();
    }

    /** The training examples that are to be forgotten, as rows. */
    public int[] forgetRows() {
        return setting.forget().clone();
    }

    /** What the plan's policy takes along with what is asked for, if it is to forget look-alikes too. */
    public Optional<Closure> takenAlong() {
        return plan().takenAlong(setting.train());
    }

    /**
     * Look-alikes of these among the examples that stay, before anything is trained; nothing where the search would take
     * minutes. It is done once.
     */
    public Optional<Lookalikes> lookalikes() {
        return setting.lookalikes();
    }

    /** The whole training set, with the examples that are to be forgotten. */
    public Split split() {
        return deployed().split(setting.train(), setting.data().test(), 0);
    }

    /**
     * Trains the original model on the whole training set, as a run would for the deployed model.
     *
     * @param checkpoints where the unfinished training is kept
     */
    public Model train(Progress progress, BooleanSupplier stopRequested, Checkpoints checkpoints) {
        Trial trial = Trial.of(deployed().seed().derive("original"))
                .telling(progress)
                .resumable(checkpoints)
                .stoppable(stopRequested);
        return new Trainer(plan().training()).fit(plan().model(), deployed().trainingData(setting.train()), trial);
    }

    /**
     * Lets one method forget the plan's examples, as a run would for the deployed model.
     *
     * @param original trained on the whole training set
     */
    public Model unlearn(
            UnlearningMethod method,
            Model original,
            Progress progress,
            BooleanSupplier stopRequested,
            Checkpoints checkpoints) {
        original.precision(plan().training().precision());
        Trial trial = Trial.of(deployed().seed().derive("unlearn", 0))
                .trainedBy(plan().training())
                .telling(progress)
                .resumable(checkpoints)
                .stoppable(stopRequested);
        return method.unlearn(original, setting.split(deployed(), 0, method), trial);
    }

    private World deployed() {
        return setting.worlds().get(0);
    }

    /**
     * Does what is not done yet on threads of this process, and audits everything.
     *
     * @param stopRequested asked at every step; a stopped run goes on where it stopped
     * @throws lethe.training.StoppedException if asked to stop
     * @throws LostWorldException if some worlds cannot be finished; all others are
     */
    public Results run(RunDirectory run, Progress progress, BooleanSupplier stopRequested) {
        return run(run, Isolation.THREAD, progress, stopRequested);
    }

    /**
     * Does what is not done yet and audits everything. Where the plan says {@code anytime}, worlds that are not needed are
     * left undone.
     *
     * @param isolation where the workers live
     * @param stopRequested asked at every step; a stopped run goes on where it stopped
     * @throws lethe.training.StoppedException if asked to stop
     * @throws LostWorldException if some worlds cannot be finished; all others are
     */
    public Results run(RunDirectory run, Isolation isolation, Progress progress, BooleanSupplier stopRequested) {
        run.write("plan.yaml", plan().toYaml());
        run.write("environment.json", Json.pretty(Assembly.environment(plan())));
        BooleanSupplier enough = plan().audit()
                .anytime()
                .map(anytime -> new Arrivals(setting, run, anytime))
                .<BooleanSupplier>map(arrivals -> arrivals::isDecided)
                .orElse(() -> false);
        new Campaign(setting, run, progress, stopRequested).run(setting.worlds(), isolation, enough);
        return audit(run, progress);
    }

    /**
     * Does what is not done yet of some worlds and audits nothing. With {@link RunDirectory#openShared}, others can do
     * the same with other worlds meanwhile.
     *
     * @param worlds numbers of worlds: 0 for the deployed model, from 1 for the others
     * @throws IllegalArgumentException if there is no such world, or another process works on it
     * @throws lethe.training.StoppedException if asked to stop
     * @throws LostWorldException if some worlds cannot be finished; all others are
     */
    public void runWorlds(
            RunDirectory run,
            Set<Integer> worlds,
            Isolation isolation,
            Progress progress,
            BooleanSupplier stopRequested) {
        List<World> chosen = setting.worlds().stream()
                .filter(world -> worlds.contains(world.number()))
                .toList();
        if (chosen.size() < worlds.size()) {
            throw new IllegalArgumentException(
                    "Found worlds " + worlds + ", expected 0 for the deployed model, or 1 to "
                            + (setting.worlds().size() - 1) + ", as many as the plan has");
        }
        new Campaign(setting, run, progress, stopRequested).run(chosen, isolation);
    }

    /** Numbers of the worlds that are not done: 0 for the deployed model, from 1 for the others. */
    public List<Integer> unfinished(RunDirectory run) {
        return new Campaign(setting, run, Progress.silent(), () -> false)
                .unfinished(setting.worlds()).stream().map(World::number).toList();
    }

    /** Audits a finished run from its signals alone; no model is read and nothing is trained. */
    public Results audit(RunDirectory run, Progress progress) {
        return new Assembly(new FinishedRun(setting, run), progress).results();
    }

    /**
     * How many worlds intervals of a wanted width need, from the signals of a finished run.
     *
     * @param halfWidth how far an interval may reach to either side
     */
    public Power power(RunDirectory run, double halfWidth) {
        return new PowerAnalysis(new FinishedRun(setting, run)).power(halfWidth);
    }

    /**
     * Examines claims by what a finished run has stored; nothing is trained, and of models only the originals are read, once,
     * by a claim that asks how alike examples are.
     *
     * @param results what the audit of this run found
     * @throws IllegalArgumentException if the run is not finished, or the results are those of another plan
     */
    public List<Finding> study(RunDirectory run, Results results, List<Claim> claims, Progress progress) {
        return new Study(setting, run, results, progress).examine(claims);
    }

    /**
     * What a run would do, by method.
     *
     * @param timed whether to measure how long one step takes; it takes a few training steps of every kind
     */
    public Forecast forecast(RunDirectory run, boolean timed) {
        return new Forecaster(setting, run).forecast(timed);
    }

    /** Every step of a label, in world order. */
    static Map<String, List<Step>> stepsByLabel(Setting setting) {
        Map<String, List<Step>> steps = new LinkedHashMap<>();
        steps.put("original", setting.worlds().stream().map(setting::training).toList());
        setting.plan().labelled().forEach((label, method) -> steps.put(label, unlearnings(setting, label, method)));
        return steps;
    }

    private static List<Step> unlearnings(Setting setting, String label, UnlearningMethod method) {
        return setting.worlds().stream()
                .flatMap(world -> java.util.stream.IntStream.range(0, world.forgetRows().length)
                        .mapToObj(set -> setting.unlearning(world, set, label, method)))
                .toList();
    }
}
