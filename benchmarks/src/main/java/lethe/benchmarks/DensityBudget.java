package lethe.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import lethe.attacks.Density;
import lethe.attacks.Game;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.Observations;
import lethe.attacks.Scores;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.ScoreTable;
import lethe.metrics.SpecialFunctions;

/**
 * How the interval of the per-example attack's area narrows with the number of worlds under each density estimator, in
 * two worlds whose best possible area {@code Φ(gap/√2)} is known: all examples equally noisy, or each with a deviation of
 * its own. An estimator is worth worlds in two ways: it comes close to the best area with few references, and its
 * interval is narrow.
 */
final class DensityBudget {
    private static final int[] WORLDS = {8, 12, 16, 24, 32, 48, 64, 96, 128};
    private static final double SHARE = 0.8; // of the best advantage over ½ that the lower end has to prove

    private DensityBudget() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(args, "examples", "300", "gap", "1", "repeats", "5", "replicates", "200");
        Bench.title("Density budget");
        double gap = arguments.number("gap");
        double best = SpecialFunctions.normalCdf(gap / Math.sqrt(2));
        double proven = 0.5 + SHARE * (best - 0.5);
        Map<String, LikelihoodRatio> attacks = new LinkedHashMap<>();
        for (Density density : Density.values()) {
            attacks.put(name(density), new LikelihoodRatio(density, false, Signal.PHI));
        }
        attacks.put(
                name(Density.STUDENT_SHRUNK) + ", shared",
                new LikelihoodRatio(Density.STUDENT_SHRUNK, true, Signal.PHI));
        for (boolean equal : new boolean[] {true, false}) {
            List<String> header = new ArrayList<>();
            header.add(equal ? "equal deviations, worlds" : "own deviations, worlds");
            for (int worlds : WORLDS) {
                header.add(Integer.toString(worlds));
            }
            header.add(String.format(Locale.ROOT, "low end > %.3f", proven));
            List<List<String>> rows = new ArrayList<>();
            attacks.forEach((name, attack) -> {
                List<String> row = new ArrayList<>(List.of(name));
                OptionalInt enough = OptionalInt.empty();
                for (int worlds : WORLDS) {
                    Estimate area = mean(attack, worlds, equal, gap, arguments);
                    row.add(String.format(Locale.ROOT, "%.3f ±%.3f", area.value(), (area.high() - area.low()) / 2));
                    enough = enough.isEmpty() && area.low() > proven ? OptionalInt.of(worlds) : enough;
                }
                row.add(enough.isPresent() ? Integer.toString(enough.getAsInt()) : "–");
                rows.add(row);
            });
            Bench.table(header, rows);
            System.out.println();
        }
        System.out.printf(
                Locale.ROOT,
                "The best possible area is %.3f. Means over %s repeats.%n",
                best,
                arguments.text("repeats"));
    }

    private static String name(Density density) {
        return density.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The area with its interval, averaged over repeats. */
    private static Estimate mean(
            LikelihoodRatio attack, int worlds, boolean equal, double gap, Bench.Arguments arguments) {
        int repeats = arguments.integer("repeats");
        int examples = arguments.integer("examples");
        double[] sums = new double[3];
        for (int repeat = 0; repeat < repeats; repeat++) {
            ShadowDesign design = ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(31L * repeat + 7));
            Observations observations = Game.CLASSIC
                    .observe(WorldSignals.read(design, Signal.PHI, new Normal(design, equal, gap, repeat)))
                    .orElseThrow();
            Scores scores = attack.score(observations);
            double[] values = new double[examples * worlds];
            boolean[] positive = new boolean[values.length];
            for (int cell = 0; cell < values.length; cell++) {
                values[cell] = scores.value(cell / worlds, cell % worlds);
                positive[cell] = observations.isPositive(cell / worlds, cell % worlds);
            }
            ScoreTable table = ScoreTable.of(values, positive, worlds);
            double[] replicates = new CrossedBootstrap(arguments.integer("replicates"), repeat).replicate(table)[0];
            Estimate area = CrossedBootstrap.interval(table.auc(), replicates);
            sums[0] += area.value() / repeats;
            sums[1] += area.low() / repeats;
            sums[2] += area.high() / repeats;
        }
        return new Estimate(sums[0], sums[1], sums[2]);
    }

    /** Means of deviation 2 between examples; members lie a gap of their example's deviation higher. */
    private record Normal(ShadowDesign design, boolean equal, double gap, int repeat) implements WorldSignals.Source {
        @Override
        public float[] original(int world) {
            var noise = new SplittableRandom(1_000_003L * repeat + 7919L * world + 1);
            var traits = new SplittableRandom(104_729L * repeat + 5);
            float[] values = new float[design.examples()];
            for (int i = 0; i < values.length; i++) {
                double centre = 2 * traits.nextGaussian();
                double deviation = Math.exp((equal ? 0 : 0.6) * traits.nextGaussian());
                double member = design.isMember(world, i) ? gap : 0;
                values[i] = (float) (centre + deviation * (member + noise.nextGaussian()));
            }
            return values;
        }

        @Override
        public float[] unlearned(int world, int set) {
            return original(world);
        }
    }
}
