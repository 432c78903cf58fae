package lethe.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lethe.attacks.Density;
import lethe.attacks.Game;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.Observations;
import lethe.attacks.Scores;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.claims.Answer;
import lethe.claims.Claim;
import lethe.claims.Evidence;
import lethe.claims.Finding;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.Permutation;
import lethe.metrics.ScoreTable;
import lethe.metrics.SpecialFunctions;
import lethe.report.ResultsJson;
import lethe.training.Progress;

/**
 * How the interval of the per-example attack's area narrows with the number of worlds under each density estimator, in
 * two worlds whose best possible area {@code Φ(gap/√2)} is known: all examples equally noisy, or each with a deviation of
 * its own. An estimator is worth worlds in two ways: it comes close to the best area with few references, and its
 * interval is narrow.
 *
 * <p>With {@code run=DIR} the signals are those of a finished run instead, in the privacy game against one of its methods,
 * the originals unless {@code method=LABEL} names another: worlds are drawn from it, and of the examples that half of them
 * trained on as many for every number of worlds.
 */
final class DensityBudget {
    private static final int[] WORLDS = {8, 12, 16, 24, 32, 48, 64, 96, 128};
    private static final double SHARE = 0.8; // of the best advantage over ½ that the lower end has to prove

    private DensityBudget() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "examples",
                "300",
                "gap",
                "1",
                "repeats",
                "5",
                "replicates",
                "200",
                "run",
                "",
                "method",
                "identity");
        Bench.title("Density budget");
        if (!arguments.text("run").isEmpty()) {
            ofRun(Path.of(arguments.text("run")), arguments);
            return;
        }
        double gap = arguments.number("gap");
        double best = SpecialFunctions.normalCdf(gap / Math.sqrt(2));
        double proven = 0.5 + SHARE * (best - 0.5);
        Map<String, LikelihoodRatio> attacks = attacks();
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

    private static Map<String, LikelihoodRatio> attacks() {
        Map<String, LikelihoodRatio> attacks = new LinkedHashMap<>();
        for (Density density : Density.values()) {
            attacks.put(name(density), new LikelihoodRatio(density, false, Signal.PHI));
        }
        attacks.put(
                name(Density.STUDENT_SHRUNK) + ", shared",
                new LikelihoodRatio(Density.STUDENT_SHRUNK, true, Signal.PHI));
        return attacks;
    }

    private static void ofRun(Path directory, Bench.Arguments arguments) {
        Results results = ResultsJson.read(directory.resolve("results.json"));
        var experiment = new Experiment(Plan.read(directory.resolve("plan.yaml")));
        try (RunDirectory run = RunDirectory.open(directory)) {
            experiment.study(run, results, List.of(new OfMethod(arguments)), Progress.silent());
        }
    }

    /** Claims are what a finished run hands its signals to; this one claims nothing. */
    private record OfMethod(Bench.Arguments arguments) implements Claim {
        @Override
        public String statement() {
            return "";
        }

        @Override
        public String rule() {
            return "";
        }

        @Override
        public Finding examine(Evidence evidence) {
            String label = arguments.text("method");
            Evidence.Subject method = Stream.concat(
                            Stream.of(evidence.floor(), evidence.ceiling()), evidence.methods().stream())
                    .filter(subject -> subject.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("The run has no method '" + label + "'"));
            Observations all = Game.PRIVACY.observe(method.signals().atTheEnd()).orElseThrow();
            List<Integer> budgets = Arrays.stream(WORLDS)
                    .filter(worlds -> worlds <= all.worlds())
                    .boxed()
                    .toList();
            List<String> header = new ArrayList<>(List.of(label + ", worlds"));
            budgets.forEach(worlds -> header.add(Integer.toString(worlds)));
            List<List<String>> rows = new ArrayList<>();
            attacks().forEach((name, attack) -> {
                List<String> row = new ArrayList<>(List.of(name));
                for (int worlds : budgets) {
                    double[] sums = new double[3];
                    int repeats = arguments.integer("repeats");
                    for (int repeat = 0; repeat < repeats; repeat++) {
                        add(area(attack, some(all, worlds, repeat), arguments, repeat), sums, repeats);
                    }
                    row.add(String.format(Locale.ROOT, "%.3f ±%.3f", sums[0], (sums[2] - sums[1]) / 2));
                }
                rows.add(row);
            });
            Bench.table(header, rows);
            return new Finding(name(), "", "", List.of(), true, Answer.CANNOT_BE_TOLD, "", List.of());
        }

        /** So many worlds, and of the examples that half of them trained on as many as asked for. */
        private Observations some(Observations all, int worlds, int repeat) {
            var random = new SplittableRandom(31L * repeat + worlds);
            int[] chosen = Arrays.copyOf(Permutation.random(all.worlds(), random), worlds);
            int[] balanced = Arrays.stream(Permutation.random(all.examples(), random))
                    .filter(i -> 2
                                    * Arrays.stream(chosen)
                                            .filter(w -> all.isPositive(i, w))
                                            .count()
                            == worlds)
                    .limit(arguments.integer("examples"))
                    .toArray();
            if (balanced.length < arguments.integer("examples")) {
                throw new IllegalArgumentException("Of the " + all.examples() + " examples of the run only "
                        + balanced.length + " are members in half of " + worlds + " worlds; ask for examples="
                        + balanced.length + " or fewer");
            }
            float[] values = new float[balanced.length * worlds];
            boolean[] positive = new boolean[values.length];
            for (int cell = 0; cell < values.length; cell++) {
                int example = balanced[cell / worlds];
                int world = chosen[cell % worlds];
                values[cell] = (float) all.value(example, world);
                positive[cell] = all.isPositive(example, world);
            }
            return Observations.of(Game.PRIVACY, worlds, Map.of(Signal.PHI, values), positive, Map.of(), Map.of());
        }
    }

    private static void add(Estimate area, double[] sums, int repeats) {
        sums[0] += area.value() / repeats;
        sums[1] += area.low() / repeats;
        sums[2] += area.high() / repeats;
    }

    private static Estimate area(
            LikelihoodRatio attack, Observations observations, Bench.Arguments arguments, int repeat) {
        int worlds = observations.worlds();
        Scores scores = attack.score(observations);
        double[] values = new double[observations.examples() * worlds];
        boolean[] positive = new boolean[values.length];
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = scores.value(cell / worlds, cell % worlds);
            positive[cell] = observations.isPositive(cell / worlds, cell % worlds);
        }
        ScoreTable table = ScoreTable.of(values, positive, worlds);
        double[] replicates = new CrossedBootstrap(arguments.integer("replicates"), repeat).replicate(table)[0];
        return CrossedBootstrap.interval(table.auc(), replicates);
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
            add(area(attack, observations, arguments, repeat), sums, repeats);
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
