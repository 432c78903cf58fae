package lethe.experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.catalog.Digest;
import lethe.catalog.Settings;
import lethe.data.ControlledSource;
import lethe.data.DataSource;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Holdout;
import lethe.data.KnownLookalikes;
import lethe.data.Quizzed;
import lethe.data.Split;
import lethe.data.TextSet;
import lethe.data.Tofu;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.influence.Closure;
import lethe.influence.SimilarityDetector;
import lethe.metrics.LogSumExp;
import lethe.metrics.TruthRatio;
import lethe.models.Decoder;
import lethe.models.Model;
import lethe.text.Tokenizer;
import lethe.training.DivergedException;
import lethe.training.Evaluation;
import lethe.training.Progress;
import lethe.training.StoppedException;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.Identity;
import lethe.unlearning.Remedy;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;
import lethe.unlearning.WithLookalikes;

/**
 * Measures whether forgetting some examples removes what they taught when their look-alikes stay.
 *
 * <p>The plan's data must be made with look-alikes, the targets be what is forgotten. In each of {@code audit.worlds}
 * repetitions models are trained on
 *
 * <pre>
 *   M_0  D                 everything
 *   M_R  D ∖ F             without the targets F
 *   M_C  D ∖ (F ∪ S)       without targets and look-alikes S: the world in which nothing was taught
 * </pre>
 *
 * <p>with equal initial weights, and every method of the plan starts from M_0. Where the source has a control all of this
 * is done a second time with unrelated examples in the place of S, and without the methods that have a remedy. What each
 * model says goes to one line of a file; what is there is not done again.
 */
public final class InfluenceStudy {
    static final String ORIGINAL = "original";
    static final String RETRAINED = "retrained";
    static final String INFLUENCE_FREE = "influence-free";

    private static final int VERSION = 1;
    private static final int WRITING_VERSION = 1; // of what is asked of language models alone

    private final Plan plan;
    private final List<Arm> arms = new ArrayList<>();

    /**
     * Loads the data.
     *
     * @throws IllegalArgumentException if the plan's data is not made with look-alikes
     */
    public InfluenceStudy(Plan plan) {
        this.plan = plan;
        Seed seed = Seed.of(plan.seed()).derive("data");
        if (plan.data() instanceof ControlledSource source) {
            List<Holdout> both = source.loadBoth(seed);
            arms.add(new Arm(source, both.get(0), false));
            arms.add(new Arm(source.asControl(), both.get(1), true));
        } else {
            arms.add(new Arm(plan.data(), plan.data().load(seed), false));
        }
    }

    /** The training data with its look-alikes. */
    public Dataset train() {
        return arms.get(0).data.train();
    }

    /** Does what is not done yet, and says what came out. */
    public InfluenceResults run(Path directory, Progress progress, BooleanSupplier stopRequested) {
        var log = new InfluenceLog(directory.resolve("influence.jsonl"));
        List<Task> tasks = new ArrayList<>();
        for (int world = 0; world < plan.audit().worlds(); world++) {
            for (Arm arm : arms) {
                tasks.add(new Task(arm, world, log, stopRequested));
            }
        }
        try (Progress all =
                progress.begin("model", tasks.stream().mapToInt(Task::size).sum())) {
            tasks.forEach(task -> task.progress = all);
            carryOut(tasks);
        }
        List<InfluenceRecord> records =
                tasks.stream().flatMap(task -> task.records().stream()).toList();
        return InfluenceAssembly.of(plan, records, arms.get(0).subjects());
    }

    private void carryOut(List<Task> tasks) {
        ExecutorService workers = Executors.newFixedThreadPool(plan.execution().workers());
        try {
            List<Future<?>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(workers.submit(task::carryOut)));
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } finally {
            workers.shutdownNow();
        }
    }

    /** What is done in a world, by label: a method with a remedy is called after all of its parts. */
    private Map<String, UnlearningMethod> methods(boolean control) {
        Catalog<UnlearningMethod> names = Catalog.of(UnlearningMethod.class);
        Map<String, UnlearningMethod> methods = new LinkedHashMap<>();
        for (UnlearningMethod method : plan.methods()) {
            if (method instanceof Identity
                    || method instanceof Retrain
                    || control && method instanceof WithLookalikes) {
                continue;
            }
            String name = names.nameOf(method);
            if (method instanceof WithLookalikes remedied) {
                name = names.nameOf(remedied.method()) + " + "
                        + Catalog.of(Remedy.class).nameOf(remedied.remedy()) + " by "
                        + Catalog.of(SimilarityDetector.class).nameOf(remedied.detector());
            }
            String label = name;
            for (int copy = 2; methods.containsKey(label); copy++) {
                label = name + "-" + copy;
            }
            methods.put(label, method);
        }
        return methods;
    }

    /** A training set with look-alikes, or its control. */
    private final class Arm {
        private final DataSource source;
        private final boolean control;
        private final Holdout data;
        private final int[] targets; // rows of F
        private final int[] planted; // rows of S
        private final int[] rest; // of all others, those that are evaluated
        private final List<Integer> doses = new ArrayList<>();
        private final List<Optional<Tofu.Question>> questions; // about each target
        private final Dataset heldOut;
        private final int[] heldOutTargets; // positions in F
        private final Dataset test;
        private final Dataset validation;

        Arm(DataSource source, Holdout data, boolean control) {
            Seed seed = Seed.of(plan.seed());
            this.source = source;
            this.control = control;
            this.data = data;
            Dataset train = data.train();
            KnownLookalikes known = train.knownLookalikes()
                    .orElseThrow(() -> new IllegalArgumentException("'" + train.name()
                            + "' was not made with look-alikes, so that nobody knows a world without them; use a"
                            + " source such as augmented-copies"));
            this.targets = plan.forget().rows(train, seed.derive("forget"));
            Map<ExampleId, Integer> positions = new HashMap<>();
            for (int f = 0; f < targets.length; f++) {
                positions.put(train.id(targets[f]), f);
            }
            int[] counts = new int[targets.length];
            this.planted = IntStream.range(0, train.size())
                    .filter(row -> KnownLookalikes.of(train, row)
                            .filter(it -> it.unrelated() == control)
                            .map(KnownLookalikes.Lookalike::target)
                            .filter(positions::containsKey)
                            .isPresent())
                    .toArray();
            for (int row : planted) {
                KnownLookalikes.of(train, row)
                        .map(KnownLookalikes.Lookalike::target)
                        .ifPresent(target -> counts[positions.getOrDefault(target, 0)]++);
            }
            Arrays.stream(counts).forEach(doses::add);
            this.rest = rest(train, seed.derive("rest"));
            int[] outside = IntStream.range(0, known.heldOut().size())
                    .filter(row -> positions.containsKey(known.heldOutTarget(row)))
                    .toArray();
            this.heldOut = known.heldOut().select(outside);
            this.heldOutTargets = Arrays.stream(outside)
                    .map(row -> positions.getOrDefault(known.heldOutTarget(row), 0))
                    .toArray();
            int[] order = seed.derive("test").permutation(data.test().size());
            int evaluated = Math.min(order.length, plan.audit().evaluation());
            this.test = data.test().select(Arrays.copyOf(order, evaluated));
            this.validation = data.test().select(Arrays.copyOfRange(order, evaluated, order.length));
            Map<ExampleId, Tofu.Question> asked = new HashMap<>();
            if (source instanceof Quizzed quizzed) {
                quizzed.quiz()
                        .ifPresent(quiz -> quiz.learned().forEach(question -> asked.put(question.id(), question)));
            }
            this.questions = Arrays.stream(targets)
                    .mapToObj(row -> Optional.ofNullable(asked.get(train.id(row))))
                    .toList();
        }

        List<InfluenceAssembly.Subject> subjects() {
            Dataset train = data.train();
            return Arrays.stream(targets)
                    .mapToObj(train::id)
                    .map(id -> new InfluenceAssembly.Subject(
                            id.value(), train.knownLookalikes().flatMap(known -> known.stratum(id))))
                    .toList();
        }

        private int[] rest(Dataset train, Seed seed) {
            int[] closure = without();
            int[] others = IntStream.range(0, train.size())
                    .filter(row -> Arrays.binarySearch(closure, row) < 0)
                    .toArray();
            return Arrays.stream(seed.permutation(others.length))
                    .limit(plan.audit().evaluation())
                    .map(i -> others[i])
                    .sorted()
                    .toArray();
        }

        /** Rows of F and S, ascending. */
        private int[] without() {
            return IntStream.concat(Arrays.stream(targets), Arrays.stream(planted))
                    .sorted()
                    .toArray();
        }

        Split split(UnlearningMethod method) {
            Split split = Split.ofRows(data.train(), data.test(), targets);
            Split validated = validation.size() > 0 ? split.withValidation(validation) : split;
            return method.traits().readsRetain() ? validated : validated.withoutRetain();
        }

        Dataset everythingBut(int[] rows) {
            return data.train()
                    .select(IntStream.range(0, data.train().size())
                            .filter(row -> Arrays.binarySearch(rows, row) < 0)
                            .toArray());
        }
    }

    /** All models of one repetition of one arm. */
    private final class Task {
        private final Arm arm;
        private final int world;
        private final InfluenceLog log;
        private final BooleanSupplier stopRequested;
        private final Seed seed;
        private final Map<String, UnlearningMethod> methods;
        private final Map<Object, Integer> found = new HashMap<>();
        private Progress progress = Progress.silent();

        Task(Arm arm, int world, InfluenceLog log, BooleanSupplier stopRequested) {
            this.arm = arm;
            this.world = world;
            this.log = log;
            this.stopRequested = stopRequested;
            this.seed = Seed.of(plan.seed()).derive("influence", world);
            this.methods = methods(arm.control);
        }

        int size() {
            return 3 + methods.size();
        }

        List<InfluenceRecord> records() {
            List<InfluenceRecord> all = new ArrayList<>();
            List.of(ORIGINAL, RETRAINED, INFLUENCE_FREE)
                    .forEach(model -> log.find(key(model, "")).ifPresent(all::add));
            methods.forEach((label, method) ->
                    log.find(key(label, Settings.toTree(method))).ifPresent(all::add));
            return all;
        }

        void carryOut() {
            Set<String> done = new HashSet<>();
            records().forEach(it -> done.add(it.model()));
            progress.skip(done.size());
            if (done.size() == size()) {
                return;
            }
            Engine.threads(plan.execution().threads());
            try (Scope scope = Scope.open(Device.of(plan.execution().device()))) {
                train(RETRAINED, arm.targets, done);
                train(INFLUENCE_FREE, arm.without(), done);
                if (!done.contains(ORIGINAL) || done.size() < size()) {
                    long start = System.nanoTime();
                    try (Model original = train(new int[0])) {
                        if (!done.contains(ORIGINAL)) {
                            observe(ORIGINAL, "", original, (System.nanoTime() - start) / 1e9, 0, 0);
                        }
                        methods.forEach((label, method) -> unlearn(original, label, method, done));
                    }
                }
            }
        }

        private void train(String name, int[] without, Set<String> done) {
            if (done.contains(name)) {
                return;
            }
            long start = System.nanoTime();
            try (Model model = train(without)) {
                observe(name, "", model, (System.nanoTime() - start) / 1e9, 0, 0);
            }
        }

        private Model train(int[] without) {
            requireWanted();
            return new Trainer(plan.training())
                    .fit(
                            plan.model(),
                            arm.everythingBut(without),
                            Trial.of(seed.derive("train")).stoppable(stopRequested));
        }

        private void unlearn(Model original, String label, UnlearningMethod method, Set<String> done) {
            if (done.contains(label)) {
                return;
            }
            requireWanted();
            Split split = arm.split(method);
            Trial trial =
                    Trial.of(seed.derive("unlearn")).trainedBy(plan.training()).stoppable(stopRequested);
            int lookalikes = 0;
            int forgotten = 0;
            if (method instanceof WithLookalikes remedied) {
                lookalikes = found.computeIfAbsent(
                        List.of(remedied.detector(), remedied.transitive(), remedied.cap(), remedied.share()),
                        settings -> members(remedied.closure(original, split)));
                forgotten = remedied.remedy().forgotten(lookalikes);
            }
            long start = System.nanoTime();
            try (Model model = method.unlearn(original, split, trial)) {
                observe(
                        label,
                        Settings.toTree(method),
                        model,
                        (System.nanoTime() - start) / 1e9,
                        lookalikes,
                        forgotten);
            } catch (DivergedException e) {
                fail(label, Settings.toTree(method), String.valueOf(e.getMessage()));
            }
        }

        private int members(Closure closure) {
            return closure.members().size();
        }

        private void requireWanted() {
            if (stopRequested.getAsBoolean()) {
                throw new StoppedException();
            }
        }

        private void observe(String name, Object settings, Model model, double seconds, int lookalikes, int forgotten) {
            Dataset train = arm.data.train();
            double[] losses = losses(model, train.select(arm.targets));
            double[] outside = arm.heldOut.size() == 0 ? new double[0] : new double[arm.targets.length];
            double[] each = losses(model, arm.heldOut);
            int perTarget = outside.length == 0 ? 1 : each.length / outside.length;
            for (int i = 0; i < each.length; i++) {
                outside[arm.heldOutTargets[i]] += each[i] / perTarget;
            }
            if (!Arrays.stream(losses).allMatch(Double::isFinite)
                    || !Arrays.stream(outside).allMatch(Double::isFinite)) {
                fail(name, settings, "It answers with numbers that are not finite");
                return;
            }
            log.append(new InfluenceRecord(
                    key(name, settings),
                    world,
                    arm.control,
                    name,
                    arm.doses,
                    boxed(losses),
                    boxed(outside),
                    writes(model) ? Recital.of(model, train.select(arm.targets)) : List.of(),
                    writes(model) ? heldOutRecitals(model) : List.of(),
                    writes(model) ? truthRatios(model) : List.of(),
                    group(model, train.select(arm.planted)),
                    group(model, train.select(arm.rest)),
                    Evaluation.accuracy(model, arm.test),
                    lookalikes,
                    forgotten,
                    seconds,
                    ""));
            progress.advance(1);
        }

        private boolean writes(Model model) {
            return arm.data.train().isText() && model.network() instanceof Decoder;
        }

        /** Of each target the mean over its look-alikes that no model learned. */
        private List<Recital> heldOutRecitals(Model model) {
            if (arm.heldOut.size() == 0) {
                return List.of();
            }
            List<Recital> all = Recital.of(model, arm.heldOut);
            return IntStream.range(0, arm.targets.length)
                    .mapToObj(f -> Recital.mean(IntStream.range(0, all.size())
                            .filter(i -> arm.heldOutTargets[i] == f)
                            .mapToObj(all::get)
                            .toList()))
                    .toList();
        }

        private List<Double> truthRatios(Model model) {
            Tokenizer tokenizer =
                    TextSet.behind(arm.data.train(), arm.targets[0]).tokenizer();
            int context = Decoder.of(model).form().context();
            int[] asked = IntStream.range(0, arm.questions.size())
                    .filter(f -> arm.questions
                            .get(f)
                            .filter(question -> AnswerLoss.fits(question, tokenizer, context))
                            .isPresent())
                    .toArray();
            if (asked.length == 0) {
                return List.of();
            }
            List<AnswerLoss> losses = AnswerLoss.of(
                    model,
                    tokenizer,
                    Arrays.stream(asked)
                            .mapToObj(f -> arm.questions.get(f).orElseThrow())
                            .toList());
            double[] ratios = new double[arm.targets.length];
            Arrays.fill(ratios, Double.NaN);
            for (int i = 0; i < asked.length; i++) {
                ratios[asked[i]] = losses.get(i).ratio(TruthRatio.GEOMETRIC);
            }
            return boxed(ratios);
        }

        private void fail(String name, Object settings, String reason) {
            log.append(new InfluenceRecord(
                    key(name, settings),
                    world,
                    arm.control,
                    name,
                    arm.doses,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    InfluenceRecord.Group.NONE,
                    InfluenceRecord.Group.NONE,
                    0,
                    0,
                    0,
                    0,
                    reason));
            progress.advance(1);
        }

        private String key(String name, Object settings) {
            Map<String, Object> inputs = new LinkedHashMap<>();
            inputs.put("version", VERSION);
            inputs.put("data", Settings.toTree(arm.source));
            inputs.put("forget", Settings.toTree(plan.forget()));
            inputs.put("model", Settings.toTree(plan.model()));
            inputs.put("training", Settings.toTree(plan.training()));
            inputs.put("evaluation", plan.audit().evaluation());
            inputs.put("threads", plan.execution().threads());
            inputs.put("device", plan.execution().device());
            inputs.put("seed", Long.toString(seed.value()));
            if (arm.data.train().isText()) {
                inputs.put("writing", WRITING_VERSION);
            }
            inputs.put("what", settings.equals("") ? name : settings);
            return Digest.ofSettings(inputs);
        }
    }

    private static InfluenceRecord.Group group(Model model, Dataset data) {
        if (data.size() == 0) {
            return InfluenceRecord.Group.NONE;
        }
        double loss = Arrays.stream(losses(model, data)).average().orElseThrow();
        return new InfluenceRecord.Group(data.size(), loss, Evaluation.accuracy(model, data));
    }

    /** Cross-entropy of each example; of a text the mean over its tokens. */
    private static double[] losses(Model model, Dataset data) {
        float[] logits = Evaluation.logits(model, data);
        int classes = data.classes().size();
        double[] losses = new double[data.size()];
        double[] z = new double[classes];
        for (int i = 0; i < losses.length; i++) {
            for (int c = 0; c < classes; c++) {
                z[c] = logits[i * classes + c];
            }
            double logOdds = LogSumExp.logOdds(z, data.label(i));
            losses[i] = logOdds > -30 ? Math.log1p(Math.exp(-logOdds)) : -logOdds;
        }
        return losses;
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
