package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.catalog.Digest;
import lethe.catalog.Settings;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.data.TextSet;
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

/** All models of one repetition of one arm of an influence study. */
final class InfluenceWorld {
    private static final int VERSION = 1;
    private static final int WRITING_VERSION = 1; // of what is asked of language models alone

    private final Plan plan;
    private final InfluenceArm arm;
    private final int world;
    private final InfluenceLog log;
    private final BooleanSupplier stopRequested;
    private final Seed seed;
    private final Map<String, UnlearningMethod> methods;
    private final Map<Object, Integer> found = new HashMap<>();
    private Progress progress = Progress.silent();

    InfluenceWorld(Plan plan, InfluenceArm arm, int world, InfluenceLog log, BooleanSupplier stopRequested) {
        this.plan = plan;
        this.arm = arm;
        this.world = world;
        this.log = log;
        this.stopRequested = stopRequested;
        this.seed = Seed.of(plan.seed()).derive("influence", world);
        this.methods = methods(plan, arm.control());
    }

    void report(Progress to) {
        this.progress = to;
    }

    int size() {
        return 3 + methods.size();
    }

    List<InfluenceRecord> records() {
        List<InfluenceRecord> all = new ArrayList<>();
        List.of(InfluenceResults.ORIGINAL, InfluenceResults.RETRAINED, InfluenceResults.INFLUENCE_FREE)
                .forEach(model -> log.find(key(model, "")).ifPresent(all::add));
        methods.forEach((label, method) -> log.find(key(label, Settings.toTree(method)))
                .map(it -> it.labelled(label)) // another plan may have had it under another
                .ifPresent(all::add));
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
            train(InfluenceResults.RETRAINED, arm.targetRows(), done);
            train(InfluenceResults.INFLUENCE_FREE, arm.without(), done);
            if (!done.contains(InfluenceResults.ORIGINAL) || done.size() < size()) {
                long start = System.nanoTime();
                try (Model original = train(new int[0])) {
                    if (!done.contains(InfluenceResults.ORIGINAL)) {
                        observe(InfluenceResults.ORIGINAL, "", original, (System.nanoTime() - start) / 1e9, 0, 0);
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
            observe(label, Settings.toTree(method), model, (System.nanoTime() - start) / 1e9, lookalikes, forgotten);
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
        double[] losses = losses(model, arm.targets());
        double[] outside = arm.heldOut().size() == 0 ? new double[0] : new double[arm.size()];
        double[] each = losses(model, arm.heldOut());
        int perTarget = outside.length == 0 ? 1 : each.length / outside.length;
        for (int i = 0; i < each.length; i++) {
            outside[arm.heldOutTarget(i)] += each[i] / perTarget;
        }
        if (!Arrays.stream(losses).allMatch(Double::isFinite)
                || !Arrays.stream(outside).allMatch(Double::isFinite)) {
            fail(name, settings, "It answers with numbers that are not finite");
            return;
        }
        log.append(new InfluenceRecord(
                key(name, settings),
                world,
                arm.control(),
                name,
                arm.doses(),
                boxed(losses),
                boxed(outside),
                writes(model) ? Recital.of(model, arm.targets()) : List.of(),
                writes(model) ? heldOutRecitals(model) : List.of(),
                writes(model) ? truthRatios(model) : List.of(),
                group(model, arm.lookalikes()),
                group(model, arm.rest()),
                Evaluation.accuracy(model, arm.test()),
                lookalikes,
                forgotten,
                seconds,
                ""));
        progress.advance(1);
    }

    private boolean writes(Model model) {
        return arm.train().isText() && model.network() instanceof Decoder;
    }

    /** Of each target the mean over its look-alikes that no model learned. */
    private List<Recital> heldOutRecitals(Model model) {
        if (arm.heldOut().size() == 0) {
            return List.of();
        }
        List<Recital> all = Recital.of(model, arm.heldOut());
        return IntStream.range(0, arm.size())
                .mapToObj(f -> Recital.mean(IntStream.range(0, all.size())
                        .filter(i -> arm.heldOutTarget(i) == f)
                        .mapToObj(all::get)
                        .toList()))
                .toList();
    }

    private List<Double> truthRatios(Model model) {
        Tokenizer tokenizer = TextSet.behind(arm.targets(), 0).tokenizer();
        int context = Decoder.of(model).form().context();
        int[] asked = IntStream.range(0, arm.size())
                .filter(f -> arm.question(f)
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
                        .mapToObj(f -> arm.question(f).orElseThrow())
                        .toList());
        double[] ratios = new double[arm.size()];
        Arrays.fill(ratios, Double.NaN);
        for (int i = 0; i < asked.length; i++) {
            ratios[asked[i]] = losses.get(i).ratio(TruthRatio.GEOMETRIC);
        }
        return boxed(ratios);
    }

    private void fail(String name, Object settings, String reason) {
        log.append(InfluenceRecord.failed(key(name, settings), world, arm.control(), name, arm.doses(), reason));
        progress.advance(1);
    }

    private String key(String name, Object settings) {
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("version", VERSION);
        inputs.put("data", Settings.toTree(arm.source()));
        inputs.put("forget", Settings.toTree(plan.forget()));
        inputs.put("model", Settings.toTree(plan.model()));
        inputs.put("training", Settings.toTree(plan.training()));
        inputs.put("evaluation", plan.audit().evaluation());
        inputs.put("threads", plan.execution().threads());
        inputs.put("device", plan.execution().device());
        inputs.put("seed", Long.toString(seed.value()));
        if (arm.train().isText()) {
            inputs.put("writing", WRITING_VERSION);
        }
        inputs.put("what", settings.equals("") ? name : settings);
        return Digest.ofSettings(inputs);
    }

    /** What is done in a world, by label: a method with a remedy is called after all of its parts. */
    private static Map<String, UnlearningMethod> methods(Plan plan, boolean control) {
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
