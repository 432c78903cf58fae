package lethe.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import lethe.attacks.Access;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;
import lethe.claims.Stratum;
import lethe.experiments.Results;
import lethe.experiments.Results.Accuracy;
import lethe.experiments.Results.AnytimeSummary;
import lethe.experiments.Results.Confidences;
import lethe.experiments.Results.DataSummary;
import lethe.experiments.Results.Deployed;
import lethe.experiments.Results.DesignSummary;
import lethe.experiments.Results.Distance;
import lethe.experiments.Results.InfluenceLeft;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.Moment;
import lethe.experiments.Results.PoolExample;
import lethe.experiments.Results.Relearning;
import lethe.experiments.Results.Run;
import lethe.experiments.Results.Work;
import lethe.experiments.Verdict;
import lethe.influence.Lookalikes;
import lethe.metrics.Estimate;
import lethe.metrics.ForgettingQuality;
import lethe.metrics.OperatingPoint;
import lethe.metrics.RocCurve;

/**
 * Results of a run that never happened: scores of positives and negatives are normal with a gap that depends on the
 * method, so that retraining sits at chance, doing nothing is seen, and each fixed verdict occurs. The same on every
 * machine, since only integers and {@link StrictMath} are drawn on.
 */
final class SyntheticResults {
    private static final int WORLDS = 16;
    private static final int POOL = 96;
    private static final int PAIRS = 8;
    private static final int SCORES = 1536;
    private static final int BINS = 20;
    private static final List<String> CLASSES =
            List.of("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private final SplittableRandom random = new SplittableRandom(2);

    private SyntheticResults() {}

    /** A method's true distances, in standard deviations. */
    private record Truth(double privacy, double population, double efficacy, double retained, double accuracy) {}

    static Results standard() {
        return new SyntheticResults().build();
    }

    /** The standard results with another verdict for the method called {@code name}. */
    static Results withVerdict(String name, Verdict verdict) {
        Results results = standard();
        return withMethods(
                results,
                results.methods().stream()
                        .map(m -> m.name().equals(name)
                                ? new MethodResult(
                                        m.name(),
                                        m.label(),
                                        m.settings(),
                                        m.source(),
                                        m.work(),
                                        m.accuracy(),
                                        m.trajectory(),
                                        m.deployed(),
                                        m.confidences(),
                                        m.attacks(),
                                        m.comparisons(),
                                        m.vulnerability(),
                                        m.strata(),
                                        verdict)
                                : m)
                        .toList());
    }

    static Results withMethods(Results results, List<MethodResult> methods) {
        return new Results(
                results.title(),
                results.planDigest(),
                results.planYaml(),
                results.environment(),
                results.data(),
                results.design(),
                methods,
                results.examples(),
                results.seconds());
    }

    static Results withLookalikes(Results results, Lookalikes lookalikes) {
        return withParts(results, results.anytime(), Optional.of(lookalikes), results.influence());
    }

    static Results withInfluence(Results results, InfluenceLeft influence) {
        return withParts(results, results.anytime(), results.lookalikes(), Optional.of(influence));
    }

    static Results withAnytime(Results results, AnytimeSummary anytime) {
        return withParts(results, Optional.of(anytime), results.lookalikes(), results.influence());
    }

    private static Results withParts(
            Results results,
            Optional<AnytimeSummary> anytime,
            Optional<Lookalikes> lookalikes,
            Optional<InfluenceLeft> influence) {
        return new Results(
                results.title(),
                results.planDigest(),
                results.planYaml(),
                results.environment(),
                results.data(),
                results.design(),
                results.methods(),
                results.examples(),
                results.seconds(),
                anytime,
                lookalikes,
                influence);
    }

    static MethodResult compared(MethodResult method, List<Comparison> comparisons) {
        return judged(method, method.attacks(), comparisons);
    }

    /** The same with other attacks. */
    static MethodResult attacked(MethodResult method, List<AttackResult> attacks) {
        return judged(method, attacks, method.comparisons());
    }

    private static MethodResult judged(MethodResult method, List<AttackResult> attacks, List<Comparison> comparisons) {
        return new MethodResult(
                method.name(),
                method.label(),
                method.settings(),
                method.source(),
                method.work(),
                method.accuracy(),
                method.trajectory(),
                method.deployed(),
                method.confidences(),
                attacks,
                comparisons,
                method.vulnerability(),
                method.strata(),
                method.verdict());
    }

    /** The same with other areas within worlds. */
    static AttackResult inWorlds(AttackResult result, IntToDoubleFunction area) {
        return new AttackResult(
                result.attack(),
                result.perExample(),
                result.game(),
                result.signal(),
                result.shadowsPerClass(),
                result.auc(),
                result.balancedAccuracy(),
                result.points(),
                result.roc(),
                IntStream.range(0, WORLDS).mapToObj(area::applyAsDouble).toList(),
                result.positives(),
                result.negatives(),
                result.access());
    }

    /** The same attacked on canaries too. */
    static MethodResult withCanaries(MethodResult method, List<AttackResult> canaries) {
        return new MethodResult(
                method.name(),
                method.label(),
                method.settings(),
                method.source(),
                method.work(),
                method.accuracy(),
                method.trajectory(),
                method.deployed(),
                method.confidences(),
                method.attacks(),
                method.comparisons(),
                method.vulnerability(),
                List.of(),
                method.verdict(),
                canaries,
                method.writing(),
                method.distance());
    }

    static MethodResult relabelled(MethodResult method, String label) {
        return new MethodResult(
                method.name(),
                label,
                method.settings(),
                method.source(),
                method.work(),
                method.accuracy(),
                method.trajectory(),
                method.deployed(),
                method.confidences(),
                method.attacks(),
                method.comparisons(),
                method.vulnerability(),
                method.strata(),
                method.verdict());
    }

    static Results withTexts(Results results, String title, List<String> classes, String plan) {
        return new Results(
                title,
                results.planDigest(),
                plan,
                results.environment(),
                new DataSummary("synthetic", classes, 5000, 1000, 200, "77aa"),
                results.design(),
                results.methods(),
                results.examples(),
                results.seconds());
    }

    private Results build() {
        List<PoolExample> examples = examples();
        var methods = new ArrayList<MethodResult>();
        methods.add(method(
                "retrain",
                Map.of(),
                "Exact retraining without the forget set",
                new Truth(0, 0, 0, 1.1, 0.71),
                41.2,
                examples,
                auc -> new Verdict.Indistinguishable("AUC " + Numbers.area(auc) + "; this is the floor itself.")));
        methods.add(method(
                "identity",
                Map.of(),
                "The original model, unchanged",
                new Truth(1.1, 0.7, 1.1, 1.1, 0.93),
                0.02,
                examples,
                auc -> new Verdict.Distinguishable(
                        auc, floor(methods), "AUC " + Numbers.area(auc) + ", clear of retraining.")));
        methods.add(method(
                "finetune",
                Map.of("epochs", 2, "learningRate", 0.01),
                "Warnecke et al., 2023 https://arxiv.org/abs/2108.11577",
                new Truth(0.55, 0.1, 0.7, 1.0, 0.84),
                3.8,
                examples,
                auc -> new Verdict.Distinguishable(
                        auc,
                        floor(methods),
                        "AUC " + Numbers.area(auc) + ", clear of retraining; the attack still recognises members.")));
        methods.add(method(
                "gradient-ascent",
                Map.of("epochs", 1, "learningRate", 1e-4, "batch", 64),
                "Graves et al., 2021 https://arxiv.org/abs/2010.10981",
                new Truth(0.8, -0.3, 1.2, 1.3, 0.42),
                0.6,
                examples,
                auc -> new Verdict.OverUnlearned(
                        auc,
                        floor(methods),
                        "AUC " + Numbers.area(auc) + "; forgotten examples score below examples never seen.")));
        methods.add(method(
                "amun",
                Map.of("epochs", 10, "learningRate", 0.01, "useRemainingData", true, "steps", List.of(10, 50)),
                "Ebrahimpour-Boroojeny et al., 2025 https://arxiv.org/abs/2503.00917",
                new Truth(0.06, 0.02, 0.1, 1.1, 0.72),
                6.4,
                examples,
                auc -> new Verdict.Indistinguishable(
                        "AUC " + Numbers.area(auc) + ", as after retraining; a gap above 0.04 would have shown.")));
        return new Results(
                "Forgetting 200 glyphs",
                "3f9c2a77d0e14b5c8a6b",
                "title: Forgetting 200 glyphs\ndata: {name: glyphs}\nmodel: {name: resnet9}\n"
                        + "methods:\n  - {name: retrain}\n  - {name: amun, epochs: 10}\n"
                        + "audit:\n  attacks:\n    - {name: u-lira}\n    - {name: loss-threshold}\n",
                Map.of("java", "17.0.15", "libtorch", "2.10.0", "device", "cpu", "threads", "2", "precision", "fp32"),
                new DataSummary("glyphs", CLASSES, 5000, 1000, 200, "9d8e77aa"),
                new DesignSummary(WORLDS, POOL, 12, 4, 3000),
                methods,
                examples,
                1743.5);
    }

    private MethodResult method(
            String name,
            Map<String, Object> settings,
            String source,
            Truth truth,
            double seconds,
            List<PoolExample> examples,
            Function<Estimate, Verdict> verdict) {
        var attacks = new ArrayList<AttackResult>();
        attacks.add(attack("likelihood-ratio", true, Game.PRIVACY, truth.privacy()));
        attacks.add(attack("loss-threshold", false, Game.PRIVACY, truth.population()));
        attacks.add(attack("logistic-regression", false, Game.PRIVACY, truth.population() * 0.9));
        attacks.add(attack("likelihood-ratio", true, Game.EFFICACY, truth.efficacy()));
        attacks.add(attack("loss-threshold", false, Game.EFFICACY, truth.population() * 1.1));
        attacks.add(attack("likelihood-ratio", true, Game.RETAINED, truth.retained()));
        attacks.add(attack("likelihood-ratio", true, Game.CLASSIC, 1.1));
        double gain = attacks.get(0).auc().value() - attacks.get(1).auc().value();
        var comparisons = List.of(
                new Comparison(
                        Game.PRIVACY,
                        "likelihood-ratio",
                        "loss-threshold",
                        new Estimate(gain, gain - 0.022, gain + 0.021),
                        new Estimate(gain / 3, gain / 3 - 0.015, gain / 3 + 0.018),
                        0.01),
                new Comparison(
                        Game.EFFICACY,
                        "likelihood-ratio",
                        "loss-threshold",
                        new Estimate(gain * 1.1, gain * 1.1 - 0.024, gain * 1.1 + 0.025),
                        new Estimate(gain / 3, gain / 3 - 0.02, gain / 3 + 0.02),
                        0.01));
        double forget = truth.accuracy();
        return new MethodResult(
                name,
                name,
                settings,
                source,
                new Work(!name.equals("retrain"), !name.equals("gradient-ascent"), name.equals("retrain"), seconds / 4),
                new Accuracy(
                        around(forget, 0.012),
                        around(0.97 - Math.abs(truth.privacy()) * 0.02, 0.006),
                        around(0.718 - (name.equals("gradient-ascent") ? 0.09 : 0), 0.01),
                        around(name.equals("retrain") ? 0 : Math.abs(forget - 0.71) / 3, 0.004),
                        "loss-threshold",
                        around(seconds, seconds / 10),
                        41.2,
                        runs(forget)),
                List.of(
                        new Moment(
                                1,
                                around(forget - 0.03, 0.012),
                                around(0.96, 0.006),
                                around(0.70, 0.01),
                                around(0.55, 0.02)),
                        new Moment(
                                2,
                                around(forget, 0.012),
                                around(0.97, 0.006),
                                around(0.715, 0.01),
                                around(0.53, 0.02))),
                new Deployed(
                        "models/" + name + ".safetensors",
                        "b1946ac92492d2347c6235b4d2611184",
                        0.72,
                        0.96,
                        0.714,
                        seconds),
                confidences(truth),
                attacks,
                comparisons,
                vulnerability(truth, examples),
                strata(truth),
                verdict.apply(attacks.get(0).auc()),
                List.of(),
                Optional.empty(),
                Optional.of(distance(truth)));
    }

    private Distance distance(Truth truth) {
        double gap = Math.abs(truth.efficacy());
        double score = 0.31 / (1 + 4 * gap * gap);
        return new Distance(
                around(0.021 + gap / 9, 0.004),
                around(0.019 + gap / 40, 0.003),
                around(0.12 + gap / 4, 0.012),
                around(0.11 + gap / 20, 0.01),
                Optional.of(new ForgettingQuality(
                        score, 0.31, 0.88 / (1 + gap), 1.3 + 2 * gap, List.of(1.25 + 2 * gap, 1.35 + 2 * gap))),
                score * 0.97,
                List.of(0, 48),
                Optional.empty(),
                Optional.empty());
    }

    /** The standard results with what only some plans ask for; the last method's models were mostly given up. */
    static Results withFurtherDistances() {
        Results results = standard();
        List<MethodResult> methods = new ArrayList<>();
        for (MethodResult method : results.methods()) {
            int m = methods.size();
            boolean last = m == results.methods().size() - 1;
            methods.add(withDistance(
                    method,
                    it -> new Distance(
                            it.forgetDivergence(),
                            it.testDivergence(),
                            it.forgetActivation(),
                            it.testActivation(),
                            it.quality(),
                            it.qualityWithUtility(),
                            it.examples(),
                            Optional.of(new Estimate(0.62 - 0.05 * m, 0.6 - 0.05 * m, 0.64 - 0.05 * m)),
                            Optional.of(new Relearning(
                                    last
                                            ? new Estimate(Double.POSITIVE_INFINITY, 31, Double.POSITIVE_INFINITY)
                                            : new Estimate(12 - m, 9 - m, 15 - m),
                                    50,
                                    32,
                                    last ? 20 : 0,
                                    0.104,
                                    new Estimate(0.5, 0.5, 0.5))))));
        }
        return withMethods(results, methods);
    }

    private static MethodResult withDistance(MethodResult method, UnaryOperator<Distance> change) {
        return new MethodResult(
                method.name(),
                method.label(),
                method.settings(),
                method.source(),
                method.work(),
                method.accuracy(),
                method.trajectory(),
                method.deployed(),
                method.confidences(),
                method.attacks(),
                method.comparisons(),
                method.vulnerability(),
                method.strata(),
                method.verdict(),
                method.canaries(),
                method.writing(),
                method.distance().map(change));
    }

    private static List<Run> runs(double forget) {
        return List.of(
                new Run(0, 0, forget - 0.01, 0.97, 0.71, 0.53, 0.02),
                new Run(0, 1, forget + 0.01, 0.96, 0.72, 0.53, 0.03),
                new Run(1, 0, forget - 0.02, 0.98, 0.70, 0.55, 0.02),
                new Run(1, 1, forget + 0.02, 0.97, 0.73, 0.55, 0.01));
    }

    private static Estimate floor(List<MethodResult> methods) {
        return methods.get(0).attacks().get(0).auc();
    }

    private Estimate around(double value, double half) {
        return new Estimate(value, value - half, value + half);
    }

    private AttackResult attack(String name, boolean perExample, Game game, double distance) {
        double[] positives = normals(SCORES, distance);
        double[] negatives = normals(SCORES, 0);
        double auc = auc(positives, negatives);
        var points = new ArrayList<OperatingPoint>();
        for (double fpr : new double[] {0.05, 0.01, 0.001}) {
            int allowed = (int) Math.floor(fpr * SCORES + 1e-9);
            double tpr = tprAt(positives, negatives, allowed);
            points.add(new OperatingPoint(
                    fpr,
                    (double) allowed / SCORES,
                    new Estimate(tpr, Math.max(0, tpr - 0.02), Math.min(1, tpr + 0.02)),
                    allowed,
                    (allowed + 2.6 * Math.sqrt(allowed + 1)) / SCORES,
                    fpr * SCORES >= 10,
                    (long) Math.ceil(10 / fpr)));
        }
        return new AttackResult(
                name,
                perExample,
                game,
                "logit-margin",
                perExample ? PAIRS - 1 : 0,
                new Estimate(auc, auc - 0.019, auc + 0.018),
                new Estimate((auc + 0.5) / 2, (auc + 0.5) / 2 - 0.015, (auc + 0.5) / 2 + 0.015),
                points,
                roc(positives, negatives),
                IntStream.range(0, WORLDS)
                        .mapToObj(world -> clip(auc + 0.025 * normal()))
                        .toList(),
                SCORES,
                SCORES,
                new Access(Access.Output.CONFIDENCE, game.snapshots(), 1));
    }

    private static RocCurve roc(double[] positives, double[] negatives) {
        var fpr = new ArrayList<Double>();
        var tpr = new ArrayList<Double>();
        var low = new ArrayList<Double>();
        var high = new ArrayList<Double>();
        for (double allowed = 0; allowed <= SCORES; allowed = Math.max(allowed + 1, Math.floor(allowed * 1.12))) {
            add(fpr, tpr, low, high, positives, negatives, (int) allowed);
        }
        add(fpr, tpr, low, high, positives, negatives, SCORES);
        return new RocCurve(fpr, tpr, low, high);
    }

    private static void add(
            List<Double> fpr,
            List<Double> tpr,
            List<Double> low,
            List<Double> high,
            double[] positives,
            double[] negatives,
            int allowed) {
        double height = tprAt(positives, negatives, allowed);
        double half = 2 * Math.sqrt((height * (1 - height) + 1e-3) / 300);
        fpr.add((double) allowed / SCORES);
        tpr.add(height);
        low.add(Math.max(0, height - half));
        high.add(Math.min(1, height + half));
    }

    private static double tprAt(double[] positives, double[] negatives, int allowed) {
        double[] ascending = negatives.clone();
        Arrays.sort(ascending);
        double threshold =
                allowed >= ascending.length ? Double.NEGATIVE_INFINITY : ascending[ascending.length - 1 - allowed];
        return (double) Arrays.stream(positives).filter(s -> s > threshold).count() / positives.length;
    }

    private static double auc(double[] positives, double[] negatives) {
        double[] ascending = negatives.clone();
        Arrays.sort(ascending);
        double wins = 0;
        for (double positive : positives) {
            wins += -Arrays.binarySearch(ascending, positive) - 1;
        }
        return wins / positives.length / negatives.length;
    }

    private Confidences confidences(Truth truth) {
        return new Confidences(
                histogram(2.8, 4000),
                histogram(2.8, 9000),
                histogram(1.1, 3000),
                histogram(1.1 + 2 * truth.population(), 4000),
                histogram(2.7, 9000),
                histogram(1.0, 3000));
    }

    private List<Integer> histogram(double mean, int count) {
        int[] bins = new int[BINS];
        for (int i = 0; i < count; i++) {
            double probability = 1 / (1 + StrictMath.exp(-(mean + 2.2 * normal())));
            bins[Math.min(BINS - 1, (int) (probability * BINS))]++;
        }
        return Arrays.stream(bins).boxed().toList();
    }

    private List<ExampleVulnerability> vulnerability(Truth truth, List<PoolExample> examples) {
        var vulnerability = new ArrayList<ExampleVulnerability>();
        // The same originals for every method.
        var originals = new SplittableRandom(5);
        for (int i = 0; i < POOL; i++) {
            double memorised = (examples.get(i).canary() ? 2.4 : 0.7) * (0.5 + originals.nextDouble());
            double before = area(memorised);
            double after = area(memorised * truth.privacy() * (truth.population() < 0 ? -0.9 : 0.9));
            vulnerability.add(new ExampleVulnerability(
                    i, before, after, area(memorised * truth.retained() * 0.95), memorised, PAIRS));
        }
        return vulnerability;
    }

    private List<Stratum> strata(Truth truth) {
        double left = Math.abs(truth.privacy());
        return List.of(
                stratum("least memorised third", true, 0.28, 0.28 + 0.05 * left),
                stratum("middle third", true, 0.36, 0.28 + 0.1 * left),
                stratum("most memorised third", true, 0.61, 0.28 + 0.3 * left),
                stratum("known mislabels", false, 0.82, 0.21 + 0.5 * left),
                stratum("all others", false, 0.34, 0.21 + 0.1 * left));
    }

    private Stratum stratum(String name, boolean selected, double before, double after) {
        int examples = selected ? POOL / 3 : name.startsWith("known") ? 9 : POOL - 9;
        return new Stratum(
                name, selected, examples, around(before, 0.05), around(after, 0.04), around(0.36 + after / 2, 0.02));
    }

    /** The area of {@value #PAIRS} draws a side. */
    private double area(double distance) {
        double[] positives = normals(PAIRS, distance);
        double[] negatives = normals(PAIRS, 0);
        return auc(positives, negatives);
    }

    private static List<PoolExample> examples() {
        var examples = new ArrayList<PoolExample>();
        for (int i = 0; i < POOL; i++) {
            examples.add(new PoolExample(
                    String.format("glyphs-%05d", 37 * i), i % CLASSES.size(), picture(i), i % 4 == 0, i % 10 == 3));
        }
        return examples;
    }

    private double[] normals(int count, double mean) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = mean + normal();
        }
        return values;
    }

    private double normal() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
    }

    private static double clip(double value) {
        return Math.max(0, Math.min(1, value));
    }

    /** An 8×8 picture, stored without compression, whose bytes no deflater decides. */
    private static String picture(int seed) {
        int side = 8;
        var random = new SplittableRandom(seed);
        int red = random.nextInt(256);
        int green = random.nextInt(256);
        var rows = new ByteArrayOutputStream();
        for (int y = 0; y < side; y++) {
            rows.write(0);
            for (int x = 0; x < side; x++) {
                boolean ink = (x - 3.5) * (x - 3.5) + (y - 3.5) * (y - 3.5) < 4 + seed % 9;
                rows.write(ink ? red : 20 * y);
                rows.write(ink ? green : 20 * x);
                rows.write(ink ? 200 : 90);
            }
        }
        byte[] raw = rows.toByteArray();
        var adler = new Adler32();
        adler.update(raw);
        ByteBuffer data = ByteBuffer.allocate(raw.length + 11)
                .put((byte) 0x78)
                .put((byte) 0x01)
                .put((byte) 1)
                .put((byte) raw.length)
                .put((byte) (raw.length >> 8))
                .put((byte) ~raw.length)
                .put((byte) (~raw.length >> 8))
                .put(raw)
                .putInt((int) adler.getValue());
        byte[] header = ByteBuffer.allocate(13)
                .putInt(side)
                .putInt(side)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        var png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(png, "IHDR", header);
        chunk(png, "IDAT", data.array());
        chunk(png, "IEND", new byte[0]);
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(name);
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
