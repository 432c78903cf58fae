package lethe.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lethe.attacks.Attack;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.catalog.Catalog;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;

/**
 * How often the intervals of an audit leave out the truth, in synthetic worlds: nothing is left of forgotten examples, or
 * some, in each example and world its own, whose values may shift as a whole.
 *
 * <p>The truth is the expectation over worlds and examples of what an audit of this size finds with this attack, taken
 * from all audits together. Where nothing is left it is chance as well, which intervals should leave out no more often.
 */
final class Coverage {
    private static final double FPR = 0.05;
    private static final List<String> STATISTICS =
            List.of("area", "area within worlds", "TPR at 5 %", "balanced accuracy");
    private static final double[] CHANCE = {0.5, 0.5, FPR, 0.5};

    private Coverage() {}

    /** What forgotten examples leave behind on average, and how far values of a world shift together. */
    private record Setting(String name, double left, double shift) {
        boolean isNull() {
            return left == 0;
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting("nothing left", 0, 0),
            new Setting("nothing left, shifts", 0, 0.7),
            new Setting("little left", 0.15, 0),
            new Setting("some left, shifts", 0.6, 0.7));

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "attacks",
                "loss-threshold,two-sided-threshold,logistic-regression,lira-global,svc,random-forest,u-lira,rmia",
                "worlds",
                "16",
                "examples",
                "48",
                "audits",
                "200",
                "replicates",
                "200",
                "settings",
                "1,2,3,4");
        Bench.title("Coverage");
        int audits = arguments.integer("audits");
        for (String number : arguments.text("settings").split(",")) {
            Setting setting = SETTINGS.get(Integer.parseInt(number) - 1);
            List<String> header = new ArrayList<>(List.of(setting.name, "mean area", "half width"));
            STATISTICS.forEach(statistic -> header.add("missed: " + statistic));
            header.add("s an audit");
            List<List<String>> rows = new ArrayList<>();
            for (String name : arguments.text("attacks").split(",")) {
                Attack attack = Catalog.of(Attack.class).get(name);
                Estimate[][] found = new Estimate[STATISTICS.size()][audits];
                double seconds = Bench.seconds(() -> {
                    for (int audit = 0; audit < audits; audit++) {
                        Estimate[] one = audit(attack, setting, arguments, audit);
                        for (int s = 0; s < one.length; s++) {
                            found[s][audit] = one[s];
                        }
                    }
                });
                List<String> row = new ArrayList<>(List.of(
                        name,
                        String.format(Locale.ROOT, "%.3f", mean(found[0])),
                        String.format(
                                Locale.ROOT,
                                "%.3f",
                                Arrays.stream(found[0])
                                        .mapToDouble(each -> (each.high() - each.low()) / 2)
                                        .average()
                                        .orElseThrow())));
                for (int s = 0; s < found.length; s++) {
                    row.add(missed(found[s], mean(found[s]))
                            + (setting.isNull() ? " (" + missed(found[s], CHANCE[s]) + ")" : ""));
                }
                row.add(String.format(Locale.ROOT, "%.3f", seconds / audits));
                rows.add(row);
            }
            Bench.table(header, rows);
        }
        System.out.println("Of " + audits + " audits; in brackets those that leave out chance.");
    }

    private static Estimate[] audit(Attack attack, Setting setting, Bench.Arguments arguments, int audit) {
        Observations observations =
                observe(attack, arguments.integer("examples"), arguments.integer("worlds"), setting, audit);
        AttackResult result = new Audit(List.of(attack), List.of(FPR), arguments.integer("replicates"), audit)
                .play(attack, observations);
        return new Estimate[] {
            result.auc(),
            Audit.worldAreas(observations, attack.score(observations), (example, world) -> true)
                    .mean(),
            result.points().get(0).tpr(),
            result.balancedAccuracy()
        };
    }

    private static Observations observe(Attack attack, int examples, int worlds, Setting setting, int audit) {
        var random = new SplittableRandom(audit * 104_729L + 11);
        ShadowDesign design = ShadowDesign.balanced(examples, worlds, 1, random.split());
        List<WorldSignals> signals = values(attack, design, setting, random).entrySet().stream()
                .map(entry -> WorldSignals.read(design, entry.getKey(), new Models(entry.getValue())))
                .toList();
        return Game.PRIVACY.observe(signals).orElseThrow();
    }

    /** Of every signal that the attack reads (T × n): the same leak under a noise of its own. */
    private static Map<Signal, float[][]> values(
            Attack attack, ShadowDesign design, Setting setting, SplittableRandom random) {
        int n = design.examples();
        double[] centres = normal(random, n);
        double[] leaks = normal(random, n);
        Map<Signal, float[][]> values = new LinkedHashMap<>();
        Stream.concat(Stream.of(Signal.PHI), attack.signals().stream())
                .distinct()
                .forEach(signal -> values.put(signal, new float[design.worlds()][n]));
        for (int w = 0; w < design.worlds(); w++) {
            double common = setting.shift * random.nextGaussian();
            double more = setting.shift * random.nextGaussian();
            for (int i = 0; i < n; i++) {
                double leak = design.isMember(w, i) ? setting.left * (1 + more + leaks[i]) : 0;
                double phi = 2 * centres[i] + common + leak + random.nextGaussian();
                for (Map.Entry<Signal, float[][]> entry : values.entrySet()) {
                    double value = entry.getKey() == Signal.PHI ? phi : phi + 0.5 * random.nextGaussian();
                    entry.getValue()[w][i] = (float) (entry.getKey() == Signal.CORRECT ? (phi > 0 ? 1 : 0) : value);
                }
            }
        }
        return values;
    }

    private record Models(float[][] values) implements WorldSignals.Source {
        @Override
        public float[] original(int world) {
            return values[world];
        }

        @Override
        public float[] unlearned(int world, int set) {
            return values[world];
        }
    }

    private static double[] normal(SplittableRandom random, int count) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextGaussian());
        return values;
    }

    private static double mean(Estimate[] estimates) {
        return Intervals.mean(
                Arrays.stream(estimates).mapToDouble(Estimate::value).toArray());
    }

    private static long missed(Estimate[] estimates, double truth) {
        return Arrays.stream(estimates).filter(each -> each.excludes(truth)).count();
    }
}
