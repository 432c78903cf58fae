package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import lethe.catalog.Range;
import lethe.data.Dataset;
import lethe.engine.Seed;
import lethe.search.Tried;
import lethe.training.Progress;
import lethe.training.StoppedException;
import lethe.unlearning.Identity;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;
import lethe.unlearning.Untrained;

/**
 * Searches the settings of a plan's methods, in {@linkplain TuningWorlds worlds of its own} that no audit looks at.
 *
 * <p>Each {@link Rule} searches by itself and sees only its own trials, so that the rule without an oracle owes nothing to
 * one. Where two searches propose the same settings, as they do until the sampler learns, the work is done once.
 *
 * <p>A trial is the unlearning of one forget set in each tuning world, stored as steps of a run are: by the content of
 * everything they depend on. A search that is resumed asks for the same trials again and finds them done, so its sequence
 * is that of an undisturbed one.
 */
public final class Tuner {
    private final Plan plan;
    private final Setting setting;
    private final Map<String, MethodSpace> spaces = new LinkedHashMap<>();

    /**
     * Reads the plan's data and draws the tuning worlds.
     *
     * @throws IllegalArgumentException if there is nothing to tune, or too little data outside the audit pool
     */
    public Tuner(Plan plan) {
        this.plan = plan;
        plan.labelled().forEach((label, method) -> {
            if (!(method instanceof Retrain) && !(method instanceof Identity) && !(method instanceof Untrained)) {
                Map<String, Range> written = plan.tune().spaces().getOrDefault(label, Map.of());
                spaces.put(
                        label,
                        written.isEmpty() ? MethodSpace.around(label, method) : new MethodSpace(method, written));
            }
        });
        if (spaces.isEmpty()) {
            throw new IllegalArgumentException(
                    "The plan names no method besides retraining and doing nothing; there is nothing to tune");
        }
        this.setting = TuningWorlds.beside(new Setting(plan));
    }

    private static Map<String, Object> written(MethodSpace space) {
        Map<String, Object> written = new LinkedHashMap<>();
        space.ranges().forEach((setting, range) -> written.put(setting, range.written()));
        return written;
    }

    /** What happened in all worlds with the same settings. */
    private record Attempt(Map<String, Object> settings, Optional<Tuned.Score> score, double seconds) {
        double loss(Rule rule) {
            return score.map(it -> it.under(rule)).orElse(Double.POSITIVE_INFINITY);
        }
    }

    /** The models that attempts are compared with, one a world. */
    private record References(List<Behaviour> original, List<Behaviour> retrained) {}

    /**
     * Does the trials that are not done yet, and chooses.
     *
     * @param run its own directory, not that of an audit
     * @param stopRequested asked at every step; a stopped search goes on where it stopped
     * @throws StoppedException if asked to stop
     */
    public Tuned run(RunDirectory run, Progress progress, BooleanSupplier stopRequested) {
        run.write("plan.yaml", plan.toYaml());
        run.write("environment.json", Json.pretty(Assembly.environment(plan)));
        Rule[] rules = Rule.values();
        List<Tuned.Method> methods = new ArrayList<>();
        try (Progress trials = progress.begin(
                "trial", (long) spaces.size() * rules.length * plan.tune().trials())) {
            Sitting sitting = new Sitting(run, trials, stopRequested);
            References references = sitting.references();
            for (Map.Entry<String, MethodSpace> entry : spaces.entrySet()) {
                List<Tuned.Choice> choices = new ArrayList<>();
                for (Rule rule : rules) {
                    choose(rule, sitting.search(entry.getKey(), entry.getValue(), rule, references))
                            .ifPresent(choices::add);
                }
                methods.add(new Tuned.Method(entry.getKey(), written(entry.getValue()), choices));
            }
            Tuned tuned = new Tuned(
                    score(references.original(), references), score(references.retrained(), references), methods);
            run.write("tuned.json", Json.pretty(tuned));
            return tuned;
        }
    }

    private static Optional<Tuned.Choice> choose(Rule rule, List<Attempt> attempts) {
        int failed = (int) attempts.stream().filter(it -> it.score().isEmpty()).count();
        double seconds = attempts.stream().mapToDouble(Attempt::seconds).sum();
        return attempts.stream()
                .min(Comparator.comparingDouble(attempt -> attempt.loss(rule))) // of equals, the earliest
                .flatMap(best -> best.score()
                        .map(score ->
                                new Tuned.Choice(rule, best.settings(), score, attempts.size(), failed, seconds)));
    }

    private Tuned.Score score(List<Behaviour> unlearned, References references) {
        double accuracyLoss = plan.tune().accuracyLoss();
        return new Tuned.Score(
                Behaviour.mean(unlearned),
                Rule.ORACLE.loss(unlearned, references.retrained(), references.original(), accuracyLoss),
                Rule.FREE.loss(unlearned, references.retrained(), references.original(), accuracyLoss));
    }

    /** A search as far as it depends on where it is carried out. */
    private final class Sitting {
        private final RunDirectory run;
        private final Progress trials;
        private final BooleanSupplier stopRequested;

        Sitting(RunDirectory run, Progress trials, BooleanSupplier stopRequested) {
            this.run = run;
            this.trials = trials;
            this.stopRequested = stopRequested;
        }

        /** Trains the originals of all worlds, and again without their forget sets. */
        References references() {
            carryOut(List.of());
            List<Behaviour> originals = new ArrayList<>();
            for (World world : setting.worlds()) {
                originals.add(
                        behaviour(world, run.find(setting.training(world).key()).orElseThrow()));
            }
            List<Behaviour> retrained = behaviours("retrain", floor())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Retraining diverged in a tuning world; lower training.learningRate"));
            return new References(originals, retrained);
        }

        List<Attempt> search(String label, MethodSpace space, Rule rule, References references) {
            TunePlan tune = plan.tune();
            Seed seed = Seed.of(plan.seed()).derive("tune", tune.seed()).derive("propose " + label);
            double limit = tune.time().isZero()
                    ? Double.POSITIVE_INFINITY
                    : tune.time().toMillis() / 1e3;
            List<Tried> history = new ArrayList<>();
            List<Attempt> attempts = new ArrayList<>();
            double spent = 0;
            for (int trial = 0; trial < tune.trials(); trial++) {
                if (spent >= limit) {
                    trials.skip(tune.trials() - trial);
                    break;
                }
                List<Double> point = tune.sampler()
                        .propose(
                                space.axes(),
                                history,
                                seed.derive("trial", trial).random());
                Attempt attempt = attempt(label, space, point, references);
                history.add(new Tried(point, attempt.loss(rule)));
                attempts.add(attempt);
                spent += attempt.seconds();
            }
            return attempts;
        }

        private Attempt attempt(String label, MethodSpace space, List<Double> point, References references) {
            UnlearningMethod method;
            try {
                method = space.at(point);
            } catch (IllegalArgumentException refused) {
                trials.note(label + " refuses " + point + ": " + refused.getMessage());
                trials.skip(1);
                return new Attempt(Map.of(), Optional.empty(), 0);
            }
            List<Step> steps = steps(label, method);
            if (steps.stream().allMatch(step -> run.find(step.key()).isPresent())) {
                trials.skip(1);
            } else {
                carryOut(List.of(method));
                trials.advance(1);
            }
            double seconds = steps.stream()
                    .mapToDouble(step -> run.find(step.key()).orElseThrow().seconds())
                    .sum();
            Optional<Tuned.Score> score = behaviours(label, method).map(found -> score(found, references));
            return new Attempt(space.chosen(method), score, seconds);
        }

        /** Whatever of the originals, retraining and these methods is missing. */
        private void carryOut(List<UnlearningMethod> methods) {
            if (stopRequested.getAsBoolean()) {
                throw new StoppedException();
            }
            List<UnlearningMethod> all = new ArrayList<>(methods);
            all.add(floor());
            new Campaign(setting.with(plan.with(all)), run, trials, stopRequested).run();
        }

        private UnlearningMethod floor() {
            return plan.methods().get(0);
        }

        private List<Step> steps(String label, UnlearningMethod method) {
            return setting.worlds().stream()
                    .map(world -> setting.unlearning(world, 0, label, method))
                    .toList();
        }

        /** One a world, unless the method failed in one of them. */
        private Optional<List<Behaviour>> behaviours(String label, UnlearningMethod method) {
            List<Behaviour> found = new ArrayList<>();
            List<Step> steps = steps(label, method);
            for (int w = 0; w < steps.size(); w++) {
                StepRecord done = run.find(steps.get(w).key()).orElseThrow();
                if (done.failed()) {
                    return Optional.empty();
                }
                found.add(behaviour(setting.worlds().get(w), done));
            }
            return Optional.of(found);
        }

        private Behaviour behaviour(World world, StepRecord done) {
            run.verify(done);
            Evaluated evaluated = Evaluated.read(run.signals(done.key()));
            Dataset train = setting.train();
            int[] forget = world.forgetRows()[0];
            int classes = train.classes().size();
            float[] logits = new float[forget.length * classes];
            for (int i = 0; i < forget.length; i++) {
                int position = Arrays.binarySearch(setting.pool(), forget[i]);
                System.arraycopy(evaluated.pool().logits(), position * classes, logits, i * classes, classes);
            }
            return Behaviour.of(
                    new Behaviour.Group(logits, labels(train, forget)),
                    new Behaviour.Group(evaluated.retain().logits(), labels(train, world.retainSample())),
                    new Behaviour.Group(
                            evaluated.test().logits(),
                            labels(
                                    setting.test(),
                                    IntStream.range(0, setting.test().size()).toArray())));
        }
    }

    private static int[] labels(Dataset data, int[] rows) {
        return Arrays.stream(rows).map(data::label).toArray();
    }
}
