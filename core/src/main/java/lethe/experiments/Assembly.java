package lethe.experiments;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.attacks.Attack;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.Pilot;
import lethe.attacks.Rmia;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.Snapshots;
import lethe.attacks.WorldSignals;
import lethe.catalog.Catalog;
import lethe.catalog.Settings;
import lethe.claims.Evidence;
import lethe.claims.Stratum;
import lethe.data.Dataset;
import lethe.data.KnownMislabels;
import lethe.data.Pictured;
import lethe.data.TextSet;
import lethe.engine.Engine;
import lethe.engine.Seed;
import lethe.metrics.CrossedVariance;
import lethe.metrics.Estimate;
import lethe.metrics.ForgettingQuality;
import lethe.metrics.Intervals;
import lethe.metrics.Roc;
import lethe.metrics.WorldAreas;
import lethe.training.Answers;
import lethe.training.Progress;
import lethe.training.TextScore;
import lethe.unlearning.UnlearningMethod;
import org.jspecify.annotations.Nullable;

/** Puts the results of a finished run together from the signals on disk; no model is read. */
final class Assembly {
    private static final int BINS = 20;

    private static final Audit.Findings NOTHING = new Audit.Findings(List.of(), List.of(), List.of());

    /** Floats of logits kept in memory, at most a quarter of it; what falls out is read again. */
    private static final long KEPT_FLOATS =
            Math.min(100_000_000, Runtime.getRuntime().maxMemory() / (4 * Float.BYTES));

    private final Setting setting;
    private final RunDirectory run;
    private final Progress progress;
    private final Optional<Arrivals> arrivals;
    private final boolean stoppedEarly;
    private final List<World> shadows;
    private final int[] labels;
    private final Map<String, Evaluated> cache = new LinkedHashMap<>();
    private long keptFloats;
    private final String floorLabel;
    private final UnlearningMethod floor;

    Assembly(Setting setting, RunDirectory run, Progress progress) {
        this.setting = setting;
        this.run = run;
        this.progress = progress;
        this.arrivals = setting.plan().audit().anytime().map(anytime -> new Arrivals(setting, run, anytime));
        this.stoppedEarly = arrivals.isPresent() && arrivals.get().stoppedEarly();
        this.shadows =
                stoppedEarly ? setting.shadows().subList(0, arrivals.get().worlds()) : setting.shadows();
        Map.Entry<String, UnlearningMethod> first =
                setting.plan().labelled().entrySet().iterator().next();
        this.floorLabel = first.getKey();
        this.floor = first.getValue();
        this.labels = Arrays.stream(setting.pool())
                .map(row -> setting.train().label(row))
                .toArray();
    }

    Results results() {
        Plan plan = setting.plan();
        Dataset train = setting.train();
        Optional<Results.AnytimeSummary> anytime = arrivals.map(Arrivals::summary);
        List<Results.MethodResult> methods = new ArrayList<>();
        Optional<Measured> floor = Optional.empty();
        try (Progress audits = progress.begin("audit", plan.labelled().size())) {
            for (Map.Entry<String, UnlearningMethod> entry : plan.labelled().entrySet()) {
                Measured measured = measure(entry.getKey(), entry.getValue());
                floor = floor.isPresent() ? floor : Optional.of(measured);
                methods.add(result(entry.getKey(), entry.getValue(), measured, floor.get(), anytime));
                audits.advance(1);
            }
        }
        return new Results(
                plan.title(),
                plan.digest(),
                plan.toYaml(),
                environment(plan),
                new Results.DataSummary(
                        train.name(),
                        train.classes(),
                        train.size(),
                        setting.data().test().size(),
                        setting.forget().length,
                        setting.fingerprint()),
                new Results.DesignSummary(
                        shadows.size(),
                        setting.pool().length,
                        plan.audit().forgetSize(),
                        plan.audit().forgetSets(),
                        shadows.get(0).trainRows().length - setting.pool().length / 2),
                methods,
                examples(),
                run.totalSeconds(),
                anytime,
                setting.lookalikes().filter(searched -> searched.found() > 0),
                new ResidualAudit(setting, shadows, this::logLikelihoods, bootstrapSeed()).influence());
    }

    static Map<String, String> environment(Plan plan) {
        Map<String, String> facts = new LinkedHashMap<>(Engine.facts());
        facts.put("device", plan.execution().device());
        facts.put("threads", Integer.toString(plan.execution().threads()));
        facts.put("workers", Integer.toString(plan.execution().workers()));
        facts.put(
                "lethe",
                Optional.ofNullable(Assembly.class.getPackage().getImplementationVersion())
                        .orElse("development"));
        return facts;
    }

    /**
     * What the worlds say about one method.
     *
     * @param failure why there is nothing, empty if there is
     * @param findings of the examples with their own labels
     * @param strata groups of these
     * @param canaries of those that got a wrong one
     * @param runs accuracies (forget, retain, test) of each world × set
     * @param seconds of each world × set
     * @param gapAttack the attack whose areas enter the gap
     * @param gapAreas its area in each world; empty without such an attack
     * @param predictions how far they are from those of retrained models; empty where there are none
     * @param samples the signals of forgotten examples; empty where predictions are
     */
    private record Measured(
            String failure,
            Audit.Findings findings,
            List<Stratum> strata,
            Audit.Findings canaries,
            List<double[]> runs,
            List<Double> seconds,
            String gapAttack,
            Optional<WorldAreas> gapAreas,
            Optional<Distances.Predictions> predictions,
            Optional<Distances.Samples> samples) {
        static Measured without(String failure, List<double[]> runs, List<Double> seconds) {
            return new Measured(
                    failure,
                    NOTHING,
                    List.of(),
                    NOTHING,
                    runs,
                    seconds,
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        boolean failed() {
            return !failure.isEmpty();
        }
    }

    private Measured measure(String label, UnlearningMethod method) {
        List<double[]> runs = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        int diverged = 0;
        String reason = "";
        for (World world : shadows) {
            for (int f = 0; f < world.forgetRows().length; f++) {
                StepRecord step = record(setting.unlearning(world, f, label, method));
                if (step.failed()) {
                    diverged++;
                    reason = step.failure();
                } else {
                    runs.add(accuracies(evaluated(step), world, f));
                }
                seconds.add(step.seconds());
            }
        }
        if (diverged > 0) {
            String failure = "diverged in " + diverged + " of " + seconds.size() + " runs: " + reason;
            return Measured.without(failure, runs, seconds);
        }
        if (stoppedEarly) { // the design is balanced over all planned worlds only
            return Measured.without("", runs, seconds);
        }
        AuditPlan audit = setting.plan().audit();
        boolean retrainingIsComplete = !diverged(floorLabel, floor);
        WorldSignals[] signals = signals(label, method);
        WorldSignals[] natural = natural(signals);
        Audit.Findings findings = examination().run(natural);
        return new Measured(
                "",
                findings,
                Stratum.of(natural[0], mislabelled(), audit.bootstrap(), bootstrapSeed()),
                setting.canaries().length == 0 ? NOTHING : examination().run(canaries(signals)),
                runs,
                seconds,
                inGap(audit.attacks(), findings).map(AttackResult::attack).orElse(""),
                inGap(audit.attacks()).map(attack -> areas(attack, List.of(natural), (example, world) -> true)),
                retrainingIsComplete ? Optional.of(predictions(label, method)) : Optional.empty(),
                retrainingIsComplete
                        ? Optional.of(distances().samples(signals(label, method, Signal.PHI)))
                        : Optional.empty());
    }

    private Distances.Predictions predictions(String label, UnlearningMethod method) {
        return method == floor
                ? distances().ofRetraining(shadows.size())
                : distances().predictions(atTheEnd(label, method), shadows.size());
    }

    private Distances distances() {
        return new Distances(
                setting.design(),
                setting.natural(),
                setting.train().classes().size(),
                setting.test().size(),
                atTheEnd(floorLabel, floor));
    }

    private Optional<Results.Distance> distance(Measured measured, Measured floor) {
        if (measured.predictions().isEmpty() || floor.samples().isEmpty()) {
            return Optional.empty();
        }
        Distances.Predictions predictions = measured.predictions().get();
        Optional<ForgettingQuality> quality =
                measured.samples().orElseThrow().quality(floor.samples().get());
        return Optional.of(new Results.Distance(
                predictions.forgetDivergence(),
                predictions.testDivergence(),
                predictions.forgetActivation(),
                predictions.testActivation(),
                quality,
                quality.map(score ->
                                score.withUtility(mean(measured, 1), mean(floor, 1), mean(measured, 2), mean(floor, 2)))
                        .orElse(Double.NaN),
                quality.isPresent() ? measured.samples().get().positions() : List.of()));
    }

    private static double mean(Measured measured, int kind) {
        return Intervals.mean(doubles(column(measured.runs(), kind)));
    }

    private WorldSignals[] natural(WorldSignals[] signals) {
        return Arrays.stream(signals).map(setting::natural).toArray(WorldSignals[]::new);
    }

    private WorldSignals[] canaries(WorldSignals[] signals) {
        ShadowDesign design = setting.design().of(setting.canaries());
        return Arrays.stream(signals)
                .map(all -> all.select(setting.canaries(), design))
                .toArray(WorldSignals[]::new);
    }

    /** Of each example of the pool, whose areas are its own whatever became of the others. */
    private List<ExampleVulnerability> vulnerability(Measured measured) {
        return Stream.concat(
                        numbered(measured.findings().vulnerability(), setting.natural()),
                        numbered(measured.canaries().vulnerability(), setting.canaries()))
                .sorted(Comparator.comparingInt(ExampleVulnerability::example))
                .toList();
    }

    private static Stream<ExampleVulnerability> numbered(List<ExampleVulnerability> some, int[] positions) {
        return some.stream()
                .map(it -> new ExampleVulnerability(
                        positions[it.example()],
                        it.before(),
                        it.after(),
                        it.retainedAfter(),
                        it.memorisation(),
                        it.pairs()));
    }

    private Audit examination() {
        AuditPlan audit = setting.plan().audit();
        return new Audit(audit.attacks(), audit.fprs(), audit.bootstrap(), bootstrapSeed());
    }

    private long bootstrapSeed() {
        return Seed.of(setting.plan().seed()).derive("bootstrap").value();
    }

    /** Which of the examples with their own labels the data says were labelled wrongly. */
    private boolean[] mislabelled() {
        int[] natural = setting.natural();
        boolean[] mislabelled = new boolean[natural.length];
        for (int i = 0; i < mislabelled.length; i++) {
            mislabelled[i] = KnownMislabels.of(setting.train(), setting.pool()[natural[i]]);
        }
        return mislabelled;
    }

    /** Every signal that an attack of the plan reads, of the models that the method left. */
    private WorldSignals[] signals(String label, UnlearningMethod method) {
        Distances.Models atTheEnd = atTheEnd(label, method);
        return setting.plan().audit().attacks().stream()
                .flatMap(attack -> attack.signals().stream())
                .distinct()
                .map(signal -> withQueries(read(signal, atTheEnd), atTheEnd))
                .toArray(WorldSignals[]::new);
    }

    private WorldSignals withQueries(WorldSignals first, Distances.Models attacked) {
        return first.withQueries(IntStream.range(1, setting.queries().size())
                .mapToObj(query ->
                        WorldSignals.read(setting.design(), first.signal(), source(first.signal(), attacked, query)))
                .toList());
    }

    private Distances.Models atTheEnd(String label, UnlearningMethod method) {
        return (world, set) -> evaluated(record(setting.unlearning(shadows.get(world), set, label, method)));
    }

    /** What the run foretells about intervals, of every method that did not diverge. */
    Power power(double halfWidth) {
        if (stoppedEarly) {
            throw new IllegalArgumentException(run.root() + " was stopped after " + shadows.size()
                    + " worlds by audit.anytime, but power is learned from all worlds of a plan; run the plan without"
                    + " audit.anytime, which goes on from here");
        }
        int worlds = shadows.size();
        int pool = setting.pool().length;
        List<Power.Row> rows = new ArrayList<>();
        setting.plan().labelled().forEach((label, method) -> {
            if (!diverged(label, method)) {
                WorldSignals[] signals = natural(signals(label, method));
                rows.add(powerRow(
                        label, Game.PRIVACY, "", "AUC of one example", Pilot.ofExample(signals[0]), halfWidth));
                for (Pilot pilot : Pilot.of(examination(), signals)) {
                    rows.add(powerRow(label, pilot.game(), pilot.attack(), "AUC", pilot.auc(), halfWidth));
                    pilot.tpr()
                            .forEach((fpr, variance) -> rows.add(powerRow(
                                    label, pilot.game(), pilot.attack(), "TPR@" + percent(fpr), variance, halfWidth)));
                }
            }
        });
        return new Power(worlds, pool, halfWidth, rows);
    }

    private Power.Row powerRow(
            String label, Game game, String attack, String statistic, CrossedVariance variance, double halfWidth) {
        int pool = setting.pool().length;
        return new Power.Row(
                label,
                game,
                attack,
                statistic,
                variance.halfWidth(shadows.size(), pool),
                variance.worldsFor(halfWidth, pool));
    }

    /** Without trailing zeros. */
    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }

    private boolean diverged(String label, UnlearningMethod method) {
        return shadows.stream()
                .anyMatch(world -> IntStream.range(0, world.forgetRows().length)
                        .anyMatch(set -> record(setting.unlearning(world, set, label, method))
                                .failed()));
    }

    /** The attack whose area enters the gap. */
    private static Optional<Attack> inGap(List<Attack> attacks) {
        return attacks.stream()
                .filter(Rmia.class::isInstance)
                .findFirst()
                .or(() -> attacks.stream()
                        .filter(attack -> !attack.perExample() && attack.snapshots() == Snapshots.AFTER)
                        .findFirst());
    }

    /** What it found in the privacy game. */
    private static Optional<AttackResult> inGap(List<Attack> attacks, Audit.Findings findings) {
        // Results of one game follow the order of the attacks that play it.
        List<Attack> players = attacks.stream()
                .filter(attack -> attack.snapshots() == Game.PRIVACY.snapshots())
                .toList();
        List<AttackResult> played = findings.attacks().stream()
                .filter(result -> result.game() == Game.PRIVACY)
                .toList();
        return inGap(attacks).map(attack -> played.get(players.indexOf(attack)));
    }

    private WorldSignals read(Signal signal, Distances.Models attacked) {
        return WorldSignals.read(setting.design(), signal, source(signal, attacked, 0), new MappedFloats(run.root()))
                .withClasses(labels);
    }

    private WorldSignals.Source source(Signal signal, Distances.Models attacked, int query) {
        return new WorldSignals.Source() {
            @Override
            public float[] original(int world) {
                return signal.signals(
                        evaluated(record(setting.training(shadows.get(world)))).query(query), labels);
            }

            @Override
            public float[] unlearned(int world, int set) {
                return signal.signals(attacked.of(world, set).query(query), labels);
            }

            @Override
            public Optional<float[]> retrained(int world, int set) {
                StepRecord step = record(setting.unlearning(shadows.get(world), set, floorLabel, floor));
                return step.failed()
                        ? Optional.empty()
                        : Optional.of(signal.signals(evaluated(step).query(query), labels));
            }
        };
    }

    private Results.MethodResult result(
            String label,
            UnlearningMethod method,
            Measured measured,
            Measured floor,
            Optional<Results.AnytimeSummary> anytime) {
        return new Results.MethodResult(
                Catalog.of(UnlearningMethod.class).nameOf(method),
                label,
                Settings.toTree(method),
                method.source(),
                work(method),
                accuracy(measured, floor),
                trajectory(label, method, measured),
                deployed(label, method),
                confidences(label, method),
                measured.findings().attacks(),
                measured.findings().comparisons(),
                vulnerability(measured),
                measured.strata(),
                stoppedEarly
                        ? Verdicts.of(measured.failure(), anytime.orElseThrow(), label)
                        : Verdicts.of(measured.failure(), measured.findings(), floor.findings(), shadows.size()),
                measured.canaries().attacks(),
                written(label, method)
                        .map(own -> own.against(
                                written(floorLabel, this.floor),
                                detected(label, method),
                                detected(floorLabel, this.floor))),
                distance(measured, floor));
    }

    /** What a model says of each example of the pool, unless it diverged. */
    private Optional<float[]> logLikelihoods(Step step) {
        StepRecord finished = record(step);
        return finished.failed()
                ? Optional.empty()
                : Optional.of(Signal.NEG_LOSS.signals(evaluated(finished).pool(), labels));
    }

    /** What the deployed model wrote, if it writes. */
    private Optional<Written> written(String label, UnlearningMethod method) {
        StepRecord step = record(setting.unlearning(setting.worlds().get(0), 0, label, method));
        return step.failed() ? Optional.empty() : Written.read(run.writing(step.key()));
    }

    /** The area by which Min-40% tells what a deployed language model was to forget from test examples. */
    private double detected(String label, UnlearningMethod method) {
        StepRecord step = record(setting.unlearning(setting.worlds().get(0), 0, label, method));
        if (step.failed()) {
            return Double.NaN;
        }
        Evaluated evaluated = evaluated(step);
        float @Nullable [] pool = evaluated.pool().texts().get(TextScore.MIN_K_40);
        float @Nullable [] test = evaluated.test().texts().get(TextScore.MIN_K_40);
        int[] forgotten = forgottenInPool();
        if (pool == null || test == null || forgotten.length == 0 || test.length == 0) {
            return Double.NaN;
        }
        return Roc.auc(
                Arrays.stream(forgotten).mapToDouble(position -> pool[position]).toArray(),
                IntStream.range(0, test.length).mapToDouble(row -> test[row]).toArray());
    }

    /** The pool holds the forget set, or a sample of it where that is larger. */
    private int[] forgottenInPool() {
        return Arrays.stream(positionsInPool(setting.forget()))
                .filter(position -> position >= 0)
                .toArray();
    }

    // ---------------------------------------------------------------- accuracies

    private double[] accuracies(Evaluated evaluated, World world, int set) {
        return accuracies(evaluated, world, forgotten(world, set));
    }

    /** The same, of forget examples those that have been asked for. */
    private double[] accuracies(Evaluated evaluated, World world, int set, boolean[] asked) {
        return accuracies(
                evaluated,
                world,
                Arrays.stream(forgotten(world, set))
                        .filter(position -> asked[position])
                        .toArray());
    }

    /** Positions in the pool of a forget set, without canaries: who answers those as their labels say is wrong. */
    private int[] forgotten(World world, int set) {
        return Arrays.stream(positionsInPool(world.forgetRows()[set]))
                .filter(position -> Arrays.binarySearch(setting.canaries(), position) < 0)
                .toArray();
    }

    private double[] accuracies(Evaluated evaluated, World world, int[] forgotten) {
        return new double[] {
            accuracy(evaluated.pool(), forgotten, labels),
            accuracy(evaluated.retain(), all(world.retainSample().length), labelsOf(world.retainSample())),
            accuracy(evaluated.test(), all(setting.test().size()), testLabels())
        };
    }

    private Results.Accuracy accuracy(Measured measured, Measured floor) {
        double retrainSeconds = Intervals.mean(doubles(floor.seconds()));
        int sets = setting.plan().audit().forgetSets();
        Estimate none = new Estimate(Double.NaN, Double.NaN, Double.NaN);
        if (measured.failed()) {
            Estimate seconds = perWorld(measured.seconds(), sets);
            return new Results.Accuracy(none, none, none, none, "", seconds, retrainSeconds, List.of());
        }
        List<Results.Run> runs = new ArrayList<>();
        for (int r = 0; r < measured.runs().size(); r++) {
            int world = r / sets;
            double[] own = measured.runs().get(r);
            double auc = measured.gapAreas()
                    .map(areas -> areas.worlds().get(world).area())
                    .orElse(Double.NaN);
            double gap = floor.failed() ? Double.NaN : gap(measured, floor, r, world);
            runs.add(new Results.Run(world, r % sets, own[0], own[1], own[2], auc, gap));
        }
        return new Results.Accuracy(
                perWorld(column(measured.runs(), 0), sets),
                perWorld(column(measured.runs(), 1), sets),
                perWorld(column(measured.runs(), 2), sets),
                floor.failed() ? none : averageGap(measured, floor, runs, sets),
                measured.gapAttack(),
                perWorld(measured.seconds(), sets),
                retrainSeconds,
                runs);
    }

    private static double gap(Measured measured, Measured floor, int run, int world) {
        double sum = 0;
        for (int kind = 0; kind < 3; kind++) {
            sum += Math.abs(measured.runs().get(run)[kind] - floor.runs().get(run)[kind]);
        }
        if (measured.gapAreas().isEmpty()) {
            return sum / 3;
        }
        double area = measured.gapAreas().get().worlds().get(world).area();
        double retrained = floor.gapAreas().orElseThrow().worlds().get(world).area();
        return (sum + Math.abs(area - retrained)) / 4;
    }

    private static Estimate averageGap(Measured measured, Measured floor, List<Results.Run> runs, int sets) {
        double[] gaps = worldMeans(runs.stream().map(Results.Run::gap).toList(), sets);
        return measured.gapAreas()
                .map(areas -> areas.gap(floor.gapAreas().orElseThrow(), gaps, 1.0 / 4))
                .orElseGet(() -> Intervals.ofMean(gaps));
    }

    private Results.Work work(UnlearningMethod method) {
        World world = shadows.get(0);
        double share = (double) world.forgetRows()[0].length / world.trainRows().length;
        double epochs = method.cost(share, setting.plan().training().epochs());
        return new Results.Work(
                method.traits().readsForget(),
                method.traits().readsRetain(),
                method.traits().exact(),
                epochs);
    }

    private List<Results.Moment> trajectory(String label, UnlearningMethod method, Measured measured) {
        if (!setting.plan().audit().trajectory() || measured.failed()) {
            return List.of();
        }
        int sets = setting.plan().audit().forgetSets();
        List<List<List<Evaluated>>> followed = new ArrayList<>(); // world, set, epoch
        List<int[]> since = new ArrayList<>(); // of each world, of each example of the pool
        for (World world : shadows) {
            List<List<Evaluated>> own = new ArrayList<>();
            for (int f = 0; f < sets; f++) {
                StepRecord step = record(setting.unlearning(world, f, label, method));
                own.add(Evaluated.trajectory(run.signals(step.key())));
            }
            followed.add(own);
            since.add(askedSince(method, world));
        }
        // Runs that ended early say nothing about later epochs.
        int epochs = followed.stream()
                .flatMap(List::stream)
                .mapToInt(List::size)
                .min()
                .orElse(0);
        List<Results.Moment> moments = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            int now = epoch;
            List<double[]> runs = new ArrayList<>();
            boolean[][] asked = new boolean[shadows.size()][]; // of the pool
            for (World world : shadows) {
                asked[world.index()] = until(now + 1, since.get(world.index()));
                for (int f = 0; f < sets; f++) {
                    runs.add(accuracies(followed.get(world.index()).get(f).get(now), world, f, asked[world.index()]));
                }
            }
            moments.add(new Results.Moment(
                    epoch + 1,
                    perWorld(column(runs, 0), sets),
                    perWorld(column(runs, 1), sets),
                    perWorld(column(runs, 2), sets),
                    area((world, set) -> followed.get(world).get(set).get(now), asked)));
        }
        return moments;
    }

    /** Of each example of the pool, from which moment on its world was asked to forget it; never, if it is no member. */
    private int[] askedSince(UnlearningMethod method, World world) {
        int[] since = new int[labels.length];
        Arrays.fill(since, Integer.MAX_VALUE);
        for (int f = 0; f < world.forgetRows().length; f++) {
            int[] positions = positionsInPool(world.forgetRows()[f]);
            int[] own = method.askedSince(positions.length, world.unlearningSeed(f));
            for (int i = 0; i < positions.length; i++) {
                since[positions[i]] = own[i];
            }
        }
        return since;
    }

    private static boolean[] until(int moment, int[] since) {
        boolean[] asked = new boolean[since.length];
        for (int i = 0; i < since.length; i++) {
            asked[i] = since[i] <= moment;
        }
        return asked;
    }

    /**
     * The area of the attack that enters the gap, for other models than those at the end.
     *
     * @param asked (T × n) of the members, those that count
     */
    private Estimate area(Distances.Models models, boolean[][] asked) {
        Optional<Attack> attack = inGap(setting.plan().audit().attacks());
        if (attack.isEmpty() || stoppedEarly) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN);
        }
        List<WorldSignals> signals = attack.get().signals().stream()
                .map(signal -> setting.natural(read(signal, models)))
                .toList();
        ShadowDesign design = signals.get(0).design();
        return areas(
                        attack.get(),
                        signals,
                        (example, world) ->
                                !design.isMember(world, example) || asked[world][setting.natural()[example]])
                .mean();
    }

    /** The areas of an attack in the privacy game, by the signals that it reads among these. */
    private static WorldAreas areas(Attack attack, List<WorldSignals> signals, Audit.Cells counted) {
        Observations observations = Game.PRIVACY
                .observe(attack.signals().stream()
                        .flatMap(read -> signals.stream().filter(signal -> signal.signal() == read))
                        .toList())
                .orElseThrow();
        return Audit.worldAreas(observations, attack.score(observations), counted);
    }

    /** Forget sets of one world share a model, so the interval counts worlds. */
    private static Estimate perWorld(List<Double> runs, int sets) {
        return Intervals.ofMean(worldMeans(runs, sets));
    }

    private static double[] worldMeans(List<Double> runs, int sets) {
        double[] worlds = new double[runs.size() / sets];
        for (int w = 0; w < worlds.length; w++) {
            worlds[w] = Intervals.mean(doubles(runs.subList(w * sets, (w + 1) * sets)));
        }
        return worlds;
    }

    private Results.Deployed deployed(String label, UnlearningMethod method) {
        World world = setting.worlds().get(0);
        StepRecord step = record(setting.unlearning(world, 0, label, method));
        if (step.failed()) {
            return new Results.Deployed("", "", Double.NaN, Double.NaN, Double.NaN, step.seconds());
        }
        Evaluated evaluated = evaluated(step);
        return new Results.Deployed(
                run.root().relativize(run.model(step.key())).toString(),
                step.modelDigest(),
                accuracy(evaluated.pool(), forgottenInPool(), labels),
                accuracy(evaluated.retain(), all(world.retainSample().length), labelsOf(world.retainSample())),
                accuracy(evaluated.test(), all(setting.test().size()), testLabels()),
                step.seconds());
    }

    /** The share of examples answered as their labels say; of texts, the mean share of their tokens. */
    private double accuracy(Answers answers, int[] rows, int[] rowLabels) {
        float @Nullable [] memorized = answers.texts().get(TextScore.EXACT_MEMORIZATION);
        if (memorized != null) {
            return Arrays.stream(rows)
                    .mapToDouble(row -> memorized[row])
                    .average()
                    .orElse(Double.NaN);
        }
        int classes = setting.train().classes().size();
        double[] z = new double[classes];
        double correct = 0;
        for (int row : rows) {
            widen(answers.logits(), row, z);
            correct += Signal.CORRECT.signal(z, rowLabels[row]);
        }
        return rows.length == 0 ? Double.NaN : correct / rows.length;
    }

    // ---------------------------------------------------------------- confidences

    private Results.Confidences confidences(String label, UnlearningMethod method) {
        int[][] counts = new int[6][BINS];
        for (World world : shadows) {
            for (int f = 0; f < world.forgetRows().length; f++) {
                StepRecord after = record(setting.unlearning(world, f, label, method));
                int[] forgotten = forgotten(world, f);
                addConfidences(evaluated(record(setting.training(world))), world, forgotten, counts, 0);
                if (!after.failed()) {
                    addConfidences(evaluated(after), world, forgotten, counts, 3);
                }
            }
        }
        List<List<Integer>> lists = Arrays.stream(counts)
                .map(bins -> Arrays.stream(bins).boxed().toList())
                .toList();
        return new Results.Confidences(
                lists.get(0), lists.get(1), lists.get(2), lists.get(3), lists.get(4), lists.get(5));
    }

    private void addConfidences(Evaluated evaluated, World world, int[] forgotten, int[][] counts, int first) {
        addConfidences(evaluated.pool(), forgotten, labels, counts[first]);
        addConfidences(
                evaluated.retain(),
                all(world.retainSample().length),
                labelsOf(world.retainSample()),
                counts[first + 1]);
        addConfidences(evaluated.test(), all(setting.test().size()), testLabels(), counts[first + 2]);
    }

    private void addConfidences(Answers answers, int[] rows, int[] rowLabels, int[] bins) {
        double[] z = new double[setting.train().classes().size()];
        for (int row : rows) {
            widen(answers.logits(), row, z);
            double confidence = Signal.CONFIDENCE.signal(z, rowLabels[row]);
            bins[Math.min(BINS - 1, (int) (confidence * BINS))]++;
        }
    }

    // ---------------------------------------------------------------- examples

    private List<Results.PoolExample> examples() {
        List<Results.PoolExample> examples = new ArrayList<>();
        for (int row : setting.pool()) {
            Dataset train = setting.train();
            examples.add(new Results.PoolExample(
                    train.id(row).value(),
                    train.label(row),
                    Pictured.dataUri(train, row).orElse(""),
                    Arrays.binarySearch(setting.forget(), row) >= 0,
                    KnownMislabels.of(train, row)));
        }
        return examples;
    }

    // ---------------------------------------------------------------- signals

    /** One signal of a method that no run of diverged. */
    WorldSignals signals(String label, UnlearningMethod method, Signal signal) {
        return setting.natural(WorldSignals.read(setting.design(), signal, source(signal, atTheEnd(label, method), 0)));
    }

    /**
     * One signal under the originals, then after each epoch that was recorded; of a run that ended before others, the last
     * again. Of the logits, which are many times as large, one run is in memory at a time.
     */
    List<WorldSignals> trajectory(String label, UnlearningMethod method, Signal signal) {
        int sets = setting.plan().audit().forgetSets();
        float[][] originals = new float[shadows.size()][];
        float[][][] references = new float[shadows.size()][sets][];
        float[][][][] after = new float[shadows.size()][sets][][]; // world, set, epoch
        int epochs = 0;
        var end = source(
                signal,
                (world, set) -> {
                    throw new IllegalStateException("Unlearned models are read epoch by epoch");
                },
                0);
        for (World world : shadows) {
            int w = world.index();
            originals[w] = end.original(w);
            for (int f = 0; f < sets; f++) {
                references[w][f] = end.retrained(w, f).orElseThrow();
                StepRecord step = record(setting.unlearning(world, f, label, method));
                run.verify(step);
                after[w][f] = Evaluated.trajectory(run.signals(step.key())).stream()
                        .map(moment -> signal.signals(moment.pool(), labels))
                        .toArray(float[][]::new);
                epochs = Math.max(epochs, after[w][f].length);
            }
        }
        List<WorldSignals> path = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            int now = epoch;
            path.add(setting.natural(WorldSignals.read(setting.design(), signal, new WorldSignals.Source() {
                @Override
                public float[] original(int world) {
                    return originals[world];
                }

                @Override
                public float[] unlearned(int world, int set) {
                    float[][] moments = after[world][set];
                    int last = Math.min(now, moments.length);
                    return last == 0 ? originals[world] : moments[last - 1];
                }

                @Override
                public Optional<float[]> retrained(int world, int set) {
                    return Optional.of(references[world][set]);
                }
            })));
        }
        return path;
    }

    /** What each run of a method was worth and cost after each epoch that was recorded, or else at its end. */
    Evidence.Course course(String label, UnlearningMethod method) {
        int sets = setting.plan().audit().forgetSets();
        double[][][] accuracy = new double[shadows.size()][sets][]; // world, set, moment
        double[][] seconds = new double[shadows.size()][sets];
        int[][] epochs = new int[shadows.size()][sets];
        int most = 0;
        for (World world : shadows) {
            int w = world.index();
            double before = onTest(evaluated(record(setting.training(world))));
            for (int f = 0; f < sets; f++) {
                StepRecord step = record(setting.unlearning(world, f, label, method));
                run.verify(step);
                List<Evaluated> recorded = Evaluated.trajectory(run.signals(step.key()));
                List<Evaluated> moments = recorded.isEmpty() ? List.of(evaluated(step)) : recorded;
                accuracy[w][f] = DoubleStream.concat(
                                DoubleStream.of(before), moments.stream().mapToDouble(this::onTest))
                        .toArray();
                seconds[w][f] = step.seconds();
                epochs[w][f] = moments.size();
                most = Math.max(most, moments.size());
            }
        }
        List<double[][]> path = new ArrayList<>();
        for (int moment = 0; moment <= most; moment++) {
            double[][] now = new double[shadows.size()][sets];
            for (int w = 0; w < now.length; w++) {
                for (int f = 0; f < sets; f++) {
                    now[w][f] = accuracy[w][f][Math.min(moment, epochs[w][f])];
                }
            }
            path.add(now);
        }
        return new Evidence.Course(path, seconds, epochs);
    }

    private double onTest(Evaluated evaluated) {
        return accuracy(evaluated.test(), all(setting.test().size()), testLabels());
    }

    /** What originals that never saw an example answer, as {@link Evidence#unseen} wants it; nothing of texts. */
    Optional<double[][]> unseen() {
        if (setting.train().classes().equals(TextSet.CLASSES)) {
            return Optional.empty();
        }
        int classes = setting.train().classes().size();
        int[] natural = setting.natural();
        double[][] mean = new double[natural.length][classes];
        for (World world : shadows) {
            float[] logits = evaluated(record(setting.training(world))).pool().logits();
            for (int i = 0; i < natural.length; i++) {
                if (!setting.design().isMember(world.index(), natural[i])) {
                    for (int k = 0; k < classes; k++) {
                        mean[i][k] += logits[natural[i] * classes + k];
                    }
                }
            }
        }
        for (double[] answer : mean) {
            double common = Intervals.mean(answer);
            for (int k = 0; k < classes; k++) {
                answer[k] = (answer[k] - common) / (shadows.size() / 2.0);
            }
        }
        return Optional.of(mean);
    }

    // ---------------------------------------------------------------- reading

    private StepRecord record(Step step) {
        return run.find(step.key())
                .orElseThrow(() -> new IllegalArgumentException("'" + step.place() + "' is not finished in "
                        + run.root() + "; run 'lethe run' again to go on"));
    }

    private Evaluated evaluated(StepRecord step) {
        Evaluated known = cache.get(step.key());
        if (known != null) {
            return known;
        }
        run.verify(step);
        Evaluated read = Evaluated.read(run.signals(step.key()));
        long floats = read.floats();
        if (keptFloats + floats > KEPT_FLOATS) {
            cache.clear();
            keptFloats = 0;
        }
        cache.put(step.key(), read);
        keptFloats += floats;
        return read;
    }

    private void widen(float[] logits, int row, double[] z) {
        for (int k = 0; k < z.length; k++) {
            z[k] = logits[row * z.length + k];
        }
    }

    private int[] positionsInPool(int[] rows) {
        return Arrays.stream(rows)
                .map(row -> Arrays.binarySearch(setting.pool(), row))
                .toArray();
    }

    private int[] labelsOf(int[] rows) {
        return Arrays.stream(rows).map(row -> setting.train().label(row)).toArray();
    }

    private int[] testLabels() {
        return Arrays.stream(all(setting.test().size()))
                .map(row -> setting.test().label(row))
                .toArray();
    }

    private static int[] all(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private static List<Double> column(List<double[]> runs, int kind) {
        return runs.stream().map(run -> run[kind]).toList();
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
