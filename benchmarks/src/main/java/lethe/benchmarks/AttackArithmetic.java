package lethe.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import lethe.attacks.Attack;
import lethe.attacks.Audit;
import lethe.attacks.Game;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.LossThreshold;
import lethe.attacks.Observations;
import lethe.attacks.Scores;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.experiments.MappedFloats;
import lethe.metrics.Roc;

/**
 * The arithmetic of an audit apart from models: of each of several methods the tables of signals, what two games observe
 * of them, the scores of a population and a per-example attack, their curves and areas. The signals are normal, members
 * shifted, as in worlds that memorise a little, and the time to draw them is taken off.
 *
 * <p>Beside seconds stand those of all processors together, which other work on the machine disturbs less, and the bytes
 * that must move: every array once for each pass that reads or writes it, apart from those that stay in a cache.
 */
final class AttackArithmetic {
    private static final List<Attack> ATTACKS = List.of(new LossThreshold(), new LikelihoodRatio());
    private static final List<Game> GAMES = List.of(Game.EFFICACY, Game.PRIVACY);
    private static final Map<Game, Integer> OBSERVING = Map.of(Game.EFFICACY, 17, Game.PRIVACY, 9); // bytes a pair
    private static final int[] SCORING = {12, 23}; // u-lira reads values and labels three times
    private static final int[] CURVE = {122, 170}; // of widened floats a sort passes over 5 bytes, else over 8

    private static final String TABLES = "tables of signals";
    private static final int COPIED = 1 << 23; // doubles

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final double pairs;
    private final Part single = new Part(); // one attack in one game

    private AttackArithmetic(double pairs) {
        this.pairs = pairs;
    }

    /** What one kind of work took, all methods together. */
    private static final class Part {
        double wall;
        double processor;
        double bytes;
        double pairs;

        void add(Part more, Part less) {
            wall += more.wall - less.wall;
            processor += more.processor - less.processor;
            bytes += more.bytes - less.bytes;
        }
    }

    private Part sum() {
        var sum = new Part();
        parts.values().forEach(part -> sum.add(part, new Part()));
        return sum;
    }

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args, "examples", "50000", "worlds", "256", "methods", "6", "rounds", "1", "dir", ".");
        Bench.title("Attack arithmetic");
        int examples = arguments.integer("examples");
        int worlds = arguments.integer("worlds");
        int methods = arguments.integer("methods");
        var design = new ShadowDesign[1];
        double designing =
                Bench.seconds(() -> design[0] = ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(1)));
        var room = new MappedFloats(Path.of(arguments.text("dir")));
        double copied = copyBandwidth();
        for (int round = 0; round < arguments.integer("rounds"); round++) {
            var arithmetic = new AttackArithmetic((double) worlds * examples);
            for (int method = 0; method < methods; method++) {
                arithmetic.audit(new Normal(design[0], method), room);
            }
            arithmetic.print(methods + " methods, " + worlds + " worlds × " + examples + " examples", copied);
        }
        System.out.println("The design, made once before training, took " + Bench.digits(designing) + " s.");
        System.out.println("Copying between arrays of 64 MiB, on all threads: " + Bench.digits(copied)
                + " GB/s read and written before, " + Bench.digits(copyBandwidth()) + " GB/s after.");
        System.out.println("Threads: " + (ForkJoinPool.getCommonPoolParallelism() + 1) + ". Heap: at most "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB.");
    }

    private void audit(Normal source, WorldSignals.Room room) {
        WorldSignals signals = timed(TABLES, 20, () -> WorldSignals.read(source.design, Signal.PHI, source, room));
        Part tables = parts.get(TABLES);
        if (tables != null) {
            tables.wall -= source.wall;
            tables.processor -= source.processor;
        }
        for (Game game : GAMES) {
            Observations observed = timed(
                    "observations of " + game.code(),
                    OBSERVING.getOrDefault(game, 0),
                    () -> game.observe(signals).orElseThrow());
            for (int a = 0; a < ATTACKS.size(); a++) {
                Attack attack = ATTACKS.get(a);
                Part before = sum();
                Scores scores = timed(attack.name() + ": scores", SCORING[a], () -> attack.score(observed));
                Roc roc = timed(attack.name() + ": curve", CURVE[a], () -> scores.curve(observed));
                if (!(roc.tprAtFpr(0.001) <= roc.tprAtFpr(0.01))) {
                    throw new IllegalStateException("Rates fall along the curve");
                }
                timed(attack.name() + ": area in each world", 26, () -> Audit.worldAucs(observed, scores));
                if (game == Game.PRIVACY && attack.perExample()) {
                    single.add(sum(), before);
                }
            }
        }
        timed("vulnerability of examples", 28, () -> Audit.vulnerability(signals));
    }

    private <T> T timed(String name, int bytesAPair, Supplier<T> work) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processor = system.getProcessCpuTime();
        long start = System.nanoTime();
        T found = work.get();
        Part part = parts.computeIfAbsent(name, key -> new Part());
        part.wall += (System.nanoTime() - start) * 1e-9;
        part.processor += (system.getProcessCpuTime() - processor) * 1e-9;
        part.bytes += bytesAPair * pairs;
        part.pairs += pairs;
        return found;
    }

    private void print(String title, double copied) {
        List<List<String>> rows = new ArrayList<>();
        parts.forEach((name, part) -> rows.add(row(name, part, copied)));
        rows.add(row("all", sum(), copied));
        rows.add(row("of it u-lira in G2", single, copied));
        Bench.table(
                List.of(
                        "part, " + title,
                        "s",
                        "s of processors",
                        "million pairs a second",
                        "GB moved",
                        "GB/s",
                        "of copying"),
                rows);
    }

    private static List<String> row(String name, Part part, double copied) {
        double rate = 1e-9 * part.bytes / part.wall;
        return List.of(
                name,
                Bench.digits(part.wall),
                Bench.digits(part.processor),
                part.pairs == 0 ? "" : Bench.digits(1e-6 * part.pairs / part.wall),
                Bench.digits(1e-9 * part.bytes),
                Bench.digits(rate),
                Bench.digits(100 * rate / copied) + " %");
    }

    /** Bytes read and written a second, in 10⁹, at the best of several copies. */
    private static double copyBandwidth() {
        int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
        int length = COPIED / threads;
        double[] from = new double[length * threads];
        double[] to = new double[from.length];
        double best = Double.POSITIVE_INFINITY;
        for (int trial = 0; trial < 8; trial++) {
            best = Math.min(
                    best,
                    Bench.seconds(() -> IntStream.range(0, threads)
                            .parallel()
                            .forEach(piece -> System.arraycopy(from, piece * length, to, piece * length, length))));
        }
        return 1e-9 * 2 * Double.BYTES * from.length / best;
    }

    /** Signals around a difficulty of each example, a little larger where the original model trained on it. */
    private static final class Normal implements WorldSignals.Source {
        private final ShadowDesign design;
        private final int method;
        private double wall; // spent on drawing
        private double processor;

        Normal(ShadowDesign design, int method) {
            this.design = design;
            this.method = method;
        }

        @Override
        public float[] original(int world) {
            return values(world, world, 1);
        }

        @Override
        public float[] unlearned(int world, int set) {
            return values(design.worlds() * (method + 1) + world, world, 0.1 * method);
        }

        private float[] values(int model, int world, double gap) {
            var threads = ManagementFactory.getThreadMXBean();
            long busy = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            var random = new SplittableRandom(model);
            float[] values = new float[design.examples()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (i % 7 + (design.isMember(world, i) ? gap : 0) + random.nextGaussian());
            }
            wall += (System.nanoTime() - start) * 1e-9;
            processor += (threads.getCurrentThreadCpuTime() - busy) * 1e-9;
            return values;
        }
    }
}
