package lethe.experiments;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.catalog.Digest;
import lethe.catalog.Settings;
import lethe.data.Dataset;
import lethe.data.Holdout;
import lethe.data.Mislabelled;
import lethe.data.Query;
import lethe.data.Split;
import lethe.data.TextSet;
import lethe.engine.Seed;
import lethe.influence.Lookalikes;
import lethe.unlearning.UnlearningMethod;
import org.jspecify.annotations.Nullable;

/**
 * A plan brought together with its data: the audit pool, the design, the worlds, and every step with its identity.
 */
final class Setting {
    /** Raised whenever the same inputs would give another result, so that older results are not reused. */
    private static final int VERSION = 2;

    /** One training example in so many may be a canary. */
    private static final int CANARY_SHARE = 100;

    private final Plan plan;
    private final Holdout data;
    private final Dataset test;
    private final Dataset validation;
    private final int[] forget;
    private final int[] pool;
    private final ShadowDesign design;
    private final List<World> worlds = new ArrayList<>();
    private final String fingerprint;
    private final String testFingerprint;
    private final List<Query> queries;
    private final int[] natural; // positions in the pool
    private final int[] canaries;
    private final ShadowDesign naturalDesign;
    private final Optional<String> checkpoint;
    private final Optional<Relearn> relearn;
    private @Nullable Lookalikes lookalikes; // searched for when first asked for

    Setting(Plan plan) {
        Seed seed = Seed.of(plan.seed());
        this.plan = plan;
        Holdout asFound = plan.loadData();
        requireSameKind(asFound.train(), plan);
        this.forget = plan.forgetRows(asFound);
        this.pool = pool(asFound.train().size(), forget, plan.audit().pool(), seed.derive("pool"));
        this.canaries = canaries(asFound.train().size(), seed.derive("canaries"));
        this.natural = IntStream.range(0, pool.length)
                .filter(position -> Arrays.binarySearch(canaries, position) < 0)
                .toArray();
        this.data = canaries.length == 0
                ? asFound
                : new Holdout(mislabelled(asFound.train(), seed.derive("canaries")), asFound.test());
        Dataset train = data.train();
        this.design = design(plan.audit(), pool.length, seed);
        int[] order = seed.derive("test").permutation(data.test().size());
        int evaluated = Math.min(order.length, plan.audit().evaluation());
        this.test = data.test().select(Arrays.copyOf(order, evaluated));
        this.validation = data.test().select(Arrays.copyOfRange(order, evaluated, order.length));
        this.naturalDesign = canaries.length == 0 ? design : design.of(natural);
        requireCanariesOnBothSides();
        int[] leftOut = Arrays.stream(canaries).map(position -> pool[position]).toArray();
        worlds.add(World.deployed(forget, train.size(), leftOut, plan.audit(), seed));
        for (int w = 0; w < plan.audit().worlds(); w++) {
            worlds.add(World.shadow(w, design, pool, train.size(), plan.audit(), seed));
        }
        this.queries = Query.first(plan.audit().queries());
        queries.stream().skip(1).forEach(query -> query.of(train)); // which refuses what is no image
        this.fingerprint = fingerprint(train);
        this.testFingerprint = fingerprint(test).substring(0, 16);
        this.checkpoint = plan.model().checkpoint();
        this.relearn = plan.audit().relearn();
    }

    /** Other worlds of the same data, for which there is no design. */
    private Setting(Setting audit, Plan plan, Dataset test, int[] pool, List<World> worlds, Optional<Relearn> relearn) {
        this.plan = plan;
        this.data = audit.data;
        this.test = test;
        this.validation = audit.validation;
        this.forget = audit.forget;
        this.pool = pool;
        this.design = audit.design;
        this.canaries = audit.canaries;
        this.natural = audit.natural;
        this.naturalDesign = audit.naturalDesign;
        this.worlds.addAll(worlds);
        this.queries = Query.first(1);
        this.fingerprint = audit.fingerprint;
        this.testFingerprint = fingerprint(test).substring(0, 16);
        this.checkpoint = audit.checkpoint;
        this.relearn = relearn;
    }

    /**
     * Other worlds of the same plan and data, with other examples in place of the pool and of the test set. They do not
     * follow the design, so their models can be compared but not audited, and are taught nothing again.
     */
    Setting beside(Dataset evaluated, int[] examples, List<World> others) {
        return new Setting(this, plan, evaluated, examples, others, Optional.empty());
    }

    /** The same worlds for a plan with other methods. */
    Setting with(Plan other) {
        return new Setting(this, other, test, pool, worlds, relearn);
    }

    /** Every addition has a seed of its own, so that the worlds before it stay what they were. */
    private static ShadowDesign design(AuditPlan audit, int examples, Seed seed) {
        int[] added = audit.added();
        ShadowDesign design = ShadowDesign.balanced(
                examples, added[0], audit.forgetSets(), seed.derive("design").random());
        for (int k = 1; k < added.length; k++) {
            design = design.followedBy(ShadowDesign.balanced(
                    examples,
                    added[k],
                    audit.forgetSets(),
                    seed.derive("design added to", design.worlds()).random()));
        }
        return design;
    }

    /** Positions in the pool, ascending, of examples that nobody asked to forget. */
    private int[] canaries(int trainSize, Seed seed) {
        int wanted = plan.audit().canaries();
        if (wanted * CANARY_SHARE > trainSize) {
            throw new IllegalArgumentException("audit.canaries is " + wanted + ", but of " + trainSize
                    + " training examples at most " + trainSize / CANARY_SHARE
                    + " may have a wrong label, or the models would no longer be those in question; lower it");
        }
        int[] others = IntStream.range(0, pool.length)
                .filter(position -> Arrays.binarySearch(forget, pool[position]) < 0)
                .toArray();
        if (wanted > others.length) {
            throw new IllegalArgumentException("audit.canaries is " + wanted + ", but of the " + pool.length
                    + " audit examples only " + others.length
                    + " are not to be forgotten; lower it or raise audit.pool");
        }
        return Arrays.stream(seed.permutation(others.length))
                .limit(wanted)
                .map(i -> others[i])
                .sorted()
                .toArray();
    }

    /** Each canary under one of the other labels, all of them equally likely; a text going on as no rule predicts. */
    private Dataset mislabelled(Dataset train, Seed seed) {
        if (train instanceof TextSet texts) {
            return texts.withCanaries(
                    Arrays.stream(canaries).map(position -> pool[position]).toArray(), seed);
        }
        Map<Integer, Integer> labels = new HashMap<>();
        for (int position : canaries) {
            int row = pool[position];
            int other =
                    seed.derive("label", row).random().nextInt(train.classes().size() - 1);
            labels.put(row, other < train.label(row) ? other : other + 1);
        }
        return Mislabelled.of(train, labels);
    }

    private static void requireSameKind(Dataset train, Plan plan) {
        if (train.isText() != plan.model().readsTokens()) {
            throw new IllegalArgumentException("'" + train.name() + "' holds " + (train.isText() ? "texts" : "images")
                    + ", but the model " + plan.model() + " reads " + (train.isText() ? "images" : "texts")
                    + "; choose a model such as '" + (train.isText() ? "gpt" : "resnet9") + "'");
        }
    }

    private void requireCanariesOnBothSides() {
        for (int w = 0; canaries.length > 0 && w < design.worlds(); w++) {
            int world = w;
            long members = Arrays.stream(canaries)
                    .filter(position -> design.isMember(world, position))
                    .count();
            if (members == 0 || members == canaries.length) {
                throw new IllegalArgumentException("World " + (w + 1) + " learns " + members + " of " + canaries.length
                        + " canaries, so that they cannot be told apart there; raise audit.canaries");
            }
        }
    }

    /** The examples to forget first, then others drawn at random; a forget set larger than the pool is sampled. */
    private static int[] pool(int trainSize, int[] forget, int size, Seed seed) {
        if (size > trainSize) {
            throw new IllegalArgumentException("The audit pool needs " + size + " examples, but the training set has "
                    + trainSize + "; lower audit.pool or use more data");
        }
        int[] forgetOrder = seed.derive("forget").permutation(forget.length);
        int taken = Math.min(forget.length, size);
        int[] pool = new int[size];
        boolean[] used = new boolean[trainSize];
        for (int row : forget) {
            used[row] = true;
        }
        for (int i = 0; i < taken; i++) {
            pool[i] = forget[forgetOrder[i]];
        }
        int next = taken;
        for (int row : seed.derive("fill").permutation(trainSize)) {
            if (next == size) {
                break;
            }
            if (!used[row]) {
                pool[next++] = row;
            }
        }
        Arrays.sort(pool);
        return pool;
    }

    private static String fingerprint(Dataset data) {
        MessageDigest hasher = Digest.hasher();
        for (int row = 0; row < data.size(); row++) {
            hasher.update(data.id(row).value().getBytes(StandardCharsets.UTF_8));
            hasher.update(data.digest(row).getBytes(StandardCharsets.UTF_8));
        }
        return Digest.hex(hasher.digest());
    }

    Plan plan() {
        return plan;
    }

    Dataset train() {
        return data.train();
    }

    /** The test examples that are evaluated. */
    Dataset test() {
        return test;
    }

    /** The training data of a world with one forget set, as far as a method may see it. */
    Split split(World world, int set, UnlearningMethod method) {
        return permitted(world.split(train(), test, set), method);
    }

    /** What a method may see of a split: a validation set if it reads one, the remaining data if it reads that. */
    Split permitted(Split split, UnlearningMethod method) {
        Split validated =
                method.traits().readsValidation() && validation.size() > 0 ? split.withValidation(validation) : split;
        return method.traits().readsRetain() ? validated : validated.withoutRetain();
    }

    Holdout data() {
        return data;
    }

    /** Rows of the examples that the user wants forgotten. */
    int[] forget() {
        return forget;
    }

    /** Look-alikes of these among the remaining examples; nothing where the search would take minutes. */
    Optional<Lookalikes> lookalikes() {
        if (lookalikes == null && Lookalikes.isQuick(train(), forget.length)) {
            lookalikes = Lookalikes.search(train(), forget);
        }
        return Optional.ofNullable(lookalikes);
    }

    /** Rows of the audit examples, ascending. */
    int[] pool() {
        return pool;
    }

    /** Positions in the pool of the examples with their own labels, ascending; all where there are no canaries. */
    int[] natural() {
        return natural;
    }

    /** Positions in the pool of the examples that got a wrong label, ascending. */
    int[] canaries() {
        return canaries;
    }

    /** The signals of the examples with their own labels. */
    WorldSignals natural(WorldSignals all) {
        return canaries.length == 0 ? all : all.select(natural, naturalDesign);
    }

    /** The versions of the audit examples that every model is asked about, the examples themselves first. */
    List<Query> queries() {
        return queries;
    }

    /** Whether an attack reads norms of gradients, which then belong to what every model is asked. */
    boolean readsGradients() {
        return plan.audit().attacks().stream()
                .flatMap(attack -> attack.signals().stream())
                .anyMatch(Signal::readsGradients);
    }

    ShadowDesign design() {
        return design;
    }

    /** The deployed model first, then the shadow worlds. */
    List<World> worlds() {
        return worlds;
    }

    /** The worlds that are audited, in order. */
    List<World> shadows() {
        return worlds.stream().filter(world -> world.index() != Step.DEPLOYED).toList();
    }

    String fingerprint() {
        return fingerprint;
    }

    /** The training of a world's original model. */
    Step training(World world) {
        Map<String, Object> inputs = common(world);
        inputs.put("kind", "train");
        return new Step(Step.Kind.TRAIN, world.index(), 0, "original", inputs);
    }

    /** The unlearning of one forget set of a world by one method. */
    Step unlearning(World world, int set, String label, UnlearningMethod method) {
        Map<String, Object> inputs = common(world);
        inputs.put("kind", "unlearn");
        inputs.put("forget", digest(world.forgetRows()[set]));
        inputs.put("set", set);
        inputs.put("method", Settings.toTree(method));
        if (followed(world)) {
            inputs.put("trajectory", true);
        }
        relearn(world).ifPresent(relearn -> inputs.put("relearn", Settings.toTree(relearn)));
        if (method.traits().readsValidation()) {
            inputs.put("validation", fingerprint(validation).substring(0, 16));
        }
        return new Step(Step.Kind.UNLEARN, world.index(), set, label, inputs);
    }

    /** Whether the unlearnings of a world are evaluated after every epoch. */
    boolean followed(World world) {
        return plan.audit().trajectory() && world.index() != Step.DEPLOYED;
    }

    /** How the unlearned models of a world are taught again what they forgot, if they are. */
    Optional<Relearn> relearn(World world) {
        return world.index() == Step.DEPLOYED ? Optional.empty() : relearn;
    }

    /** Positions in the pool, ascending, of a forget set's examples with their own labels. */
    int[] forgotten(World world, int set) {
        return Arrays.stream(world.forgetRows()[set])
                .map(row -> Arrays.binarySearch(pool, row))
                .filter(position -> Arrays.binarySearch(natural, position) >= 0)
                .toArray();
    }

    /** What the training of the original depends on; unlearning depends on the original and therefore on all of it. */
    private Map<String, Object> common(World world) {
        Map<String, Object> inputs = new LinkedHashMap<>();
        inputs.put("version", VERSION);
        inputs.put("data", fingerprint);
        inputs.put("model", Settings.toTree(plan.model()));
        checkpoint.ifPresent(digest -> inputs.put("checkpoint", digest));
        inputs.put("training", Settings.toTree(plan.training()));
        inputs.put("seed", Long.toString(world.seed().value()));
        inputs.put("train", digest(world.trainRows()));
        inputs.put("pool", digest(pool));
        inputs.put("evaluation", plan.audit().evaluation());
        if (queries.size() > 1) {
            inputs.put("queries", queries.size());
        }
        if (readsGradients()) {
            inputs.put("gradients", true);
        }
        inputs.put("retainSample", digest(world.retainSample()));
        inputs.put("test", testFingerprint);
        inputs.put("threads", plan.execution().threads());
        inputs.put("device", plan.execution().device());
        return inputs;
    }

    private static String digest(int[] rows) {
        return Digest.sha256(Arrays.toString(rows)).substring(0, 16);
    }
}
