package lethe.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import lethe.attacks.Attack;
import lethe.attacks.Audit;
import lethe.attacks.Game;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.LogisticRegression;
import lethe.attacks.LossThreshold;
import lethe.attacks.Observations;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.TwoSidedThreshold;
import lethe.attacks.WorldSignals;

/**
 * Times the arithmetic of an audit at the size of a large study, on one core and without any model: the design, each
 * attack on one game, and a whole audit with its intervals.
 *
 * <p>Arguments: worlds, examples, bootstrap replicates of the whole audit; 256, 50,000 and 200 unless given. Needs about
 * 1.5 GB of heap at that size. Each attack also shows how far it is from reading its input once at the speed at which
 * this machine sums an array of the same size, the limit of any arithmetic on these values.
 */
public final class AttackArithmetic {
    private AttackArithmetic() {}

    public static void main(String[] arguments) {
        int worlds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 256;
        int examples = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50_000;
        int replicates = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
        System.out.printf("%d worlds × %d examples, %,d pairs%n", worlds, examples, (long) worlds * examples);

        ShadowDesign design =
                timed("design", 0, () -> ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(1)));
        WorldSignals signals = timed("signals read", 0, () -> WorldSignals.read(design, Signal.PHI, source(design)));
        Observations observations =
                timed("observations", 0, () -> Game.PRIVACY.observe(signals).orElseThrow());
        long bytes = 4L * worlds * examples;
        float[] same = new float[worlds * examples];
        sum(same);
        timed("sum of as many floats", bytes, () -> sum(same));
        for (Attack attack : List.of(
                new LossThreshold(), new TwoSidedThreshold(), new LogisticRegression(), new LikelihoodRatio())) {
            attack.score(observations); // once for the compiler
            timed(attack.name(), bytes, () -> attack.score(observations));
        }
        var audit = new Audit(List.of(new LikelihoodRatio()), List.of(0.01, 0.001), replicates, 1);
        timed(
                "audit: u-lira in " + signals.games().size() + " games, " + replicates + " replicates",
                0,
                () -> audit.run(signals));
    }

    private static <T> T timed(String what, long bytes, Supplier<T> work) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        long startCpu = threads.getCurrentThreadCpuTime();
        T result = work.get();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = (threads.getCurrentThreadCpuTime() - startCpu) / 1e9;
        String rate = bytes == 0 ? "" : String.format("  %,.0f MB read at %.3f GB/s", bytes / 1e6, bytes / 1e9 / cpu);
        System.out.printf("%-48s %8.3f s, %8.3f s of them on the core%s%n", what, seconds, cpu, rate);
        return result;
    }

    private static float sum(float[] values) {
        float sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    /** Normal signals whose mean and spread differ between examples; members lie 1.5 deviations higher. */
    private static WorldSignals.Source source(ShadowDesign design) {
        int n = design.examples();
        float[] mean = new float[n];
        float[] deviation = new float[n];
        var traits = new SplittableRandom(2);
        for (int i = 0; i < n; i++) {
            mean[i] = (float) (2 * traits.nextGaussian());
            deviation[i] = (float) Math.exp(0.6 * traits.nextGaussian());
        }
        return new WorldSignals.Source() {
            @Override
            public float[] original(int world) {
                return draw(world, 0);
            }

            @Override
            public float[] unlearned(int world, int set) {
                return draw(world, 1);
            }

            private float[] draw(int world, int stage) {
                var random = new SplittableRandom((long) world << 32 | stage).split();
                float[] values = new float[n];
                for (int i = 0; i < n; i++) {
                    double gap = design.isMember(world, i) ? 1.5 : 0;
                    values[i] = (float) (mean[i] + deviation[i] * (gap + random.nextGaussian()));
                }
                return values;
            }
        };
    }
}
