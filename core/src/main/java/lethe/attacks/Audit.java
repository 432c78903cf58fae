package lethe.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.catalog.Settings;
import lethe.metrics.Blocks;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.metrics.OperatingPoint;
import lethe.metrics.Permutation;
import lethe.metrics.Roc;
import lethe.metrics.ScoreTable;
import lethe.metrics.WorldAreas;

/**
 * Plays every game with every attack against one unlearning method.
 *
 * <p>A number means little alone: audit exact retraining and no unlearning at all in the same worlds and with the same
 * seed. Equal seeds resample alike, so that all audits of one design are paired.
 *
 * @param attacks the attacks, in the order of reports
 * @param fprs false-positive rates at which true-positive rates are reported
 * @param replicates bootstrap replicates of every interval; 1,000 for a report
 * @param seed of the bootstrap and of the halves in which population attacks are chosen and compared
 */
public record Audit(List<Attack> attacks, List<Double> fprs, int replicates, long seed) {
    private static final int CURVE_POINTS = 60; // more than a plot resolves
    private static final int BLOCK = 1 << 16; // values worth another thread
    private static final int LINE = 8; // worlds whose scores share a line of the cache
    private static final int TILE = 256; // examples whose lines stay in the cache for all of those worlds

    public Audit {
        attacks = List.copyOf(attacks);
        fprs = List.copyOf(fprs);
        if (attacks.isEmpty() || fprs.isEmpty()) {
            throw new IllegalArgumentException("An audit needs an attack and a false-positive rate, but got "
                    + attacks.size() + " and " + fprs.size());
        }
        for (double fpr : fprs) {
            if (!(fpr > 0 && fpr < 1)) {
                throw new IllegalArgumentException(
                        "A false-positive rate to report at lies between 0 and 1, but is " + fpr);
            }
        }
    }

    /** An audit at 1 % and 0.1 % with 1,000 replicates. */
    public Audit(List<Attack> attacks, long seed) {
        this(attacks, List.of(0.01, 0.001), 1000, seed);
    }

    /**
     * What an audit found.
     *
     * @param attacks every attack in every game that the design can play, game by game
     * @param comparisons every per-example against the best population attack, game by game
     * @param vulnerability of each example, in pool order
     */
    public record Findings(
            List<AttackResult> attacks, List<Comparison> comparisons, List<ExampleVulnerability> vulnerability) {
        public Findings {
            attacks = List.copyOf(attacks);
            comparisons = List.copyOf(comparisons);
            vulnerability = List.copyOf(vulnerability);
        }
    }

    /** Audits the method whose signals these are, one holder for each signal that the attacks read, all of one design. */
    public Findings run(WorldSignals... signals) {
        Map<Signal, WorldSignals> bySignal = new LinkedHashMap<>();
        for (WorldSignals each : signals) {
            if (each.design() != signals[0].design()) {
                throw new IllegalArgumentException("The signals of one audit must follow one design, but "
                        + each.signal().label() + " follows another than "
                        + signals[0].signal().label());
            }
            bySignal.put(each.signal(), each);
        }
        for (Attack attack : attacks) {
            for (Signal read : attack.signals()) {
                if (!bySignal.containsKey(read)) {
                    throw new IllegalArgumentException("Attack " + attack.name() + " reads the signal " + read.label()
                            + ", but the audit was given "
                            + bySignal.keySet().stream().map(Signal::label).toList());
                }
            }
        }
        WorldSignals first = signals[0];
        var bootstrap = new CrossedBootstrap(replicates, seed);
        List<AttackResult> results = new ArrayList<>();
        List<Comparison> comparisons = new ArrayList<>();
        for (Game game : first.games()) {
            Map<Attack, ScoreTable> tables = new LinkedHashMap<>();
            Map<List<Signal>, Observations> observed = new HashMap<>();
            for (Attack attack : attacks) {
                if (attack.snapshots() != game.snapshots()) {
                    continue;
                }
                Observations observations =
                        observed.computeIfAbsent(attack.signals(), read -> observe(game, bySignal, attack));
                Scores scores = attack.score(observations);
                ScoreTable table = table(scores.values(), observations);
                results.add(result(attack, observations, scores, table, bootstrap));
                tables.put(attack, table);
            }
            comparisons.addAll(compare(game, tables, bootstrap));
        }
        return new Findings(results, comparisons, vulnerability(first));
    }

    /** Plays one game with one of the attacks; the observations need not follow a {@link ShadowDesign}. */
    public AttackResult play(Attack attack, Observations observations) {
        Scores scores = attack.score(observations);
        ScoreTable table = table(scores.values(), observations);
        return result(attack, observations, scores, table, new CrossedBootstrap(replicates, seed));
    }

    /** The catalogue name, and where several attacks share it the settings in which they differ. */
    String label(Attack attack) {
        List<Attack> alike = attacks.stream()
                .filter(other -> other.name().equals(attack.name()))
                .toList();
        if (alike.size() == 1) {
            return attack.name();
        }
        return Settings.toTree(attack).entrySet().stream()
                .filter(setting -> alike.stream()
                        .anyMatch(other -> !setting.getValue()
                                .equals(Settings.toTree(other).get(setting.getKey()))))
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(", ", attack.name() + " (", ")"));
    }

    static Observations observe(Game game, Map<Signal, WorldSignals> signals, Attack attack) {
        List<WorldSignals> read = attack.signals().stream()
                .map(signal -> Optional.ofNullable(signals.get(signal))
                        .orElseThrow(() -> new IllegalStateException("No values of " + signal)))
                .toList();
        return game.observe(read).orElseThrow();
    }

    private AttackResult result(
            Attack attack, Observations observations, Scores scores, ScoreTable table, CrossedBootstrap bootstrap) {
        Roc roc = scores.curve(observations);
        double[] drawn = roc.drawingRates(CURVE_POINTS);
        double[] rates = new double[fprs.size() + drawn.length];
        for (int k = 0; k < fprs.size(); k++) {
            rates[k] = fprs.get(k);
        }
        System.arraycopy(drawn, 0, rates, fprs.size(), drawn.length);
        double[][] replicated = bootstrap.replicate(table, rates);
        List<OperatingPoint> points = new ArrayList<>();
        for (int k = 0; k < fprs.size(); k++) {
            points.add(roc.operatingPoint(fprs.get(k), replicated[1 + k]));
        }
        double[][] bands = Arrays.copyOfRange(replicated, 1 + fprs.size(), replicated.length);
        return new AttackResult(
                label(attack),
                attack.perExample(),
                observations.game(),
                observations.signal().label(),
                observations.shadowsPerClass(),
                CrossedBootstrap.interval(roc.auc(), replicated[0]),
                balancedAccuracy(observations, scores, bootstrap),
                points,
                roc.curve(drawn, bands),
                worldAucs(observations, scores),
                roc.positives(),
                roc.negatives(),
                attack.access(observations));
    }

    /** The area under the curve of a yes-or-no answer is ½ (TPR + TNR), its balanced accuracy. */
    private static Estimate balancedAccuracy(Observations observations, Scores scores, CrossedBootstrap bootstrap) {
        int worlds = observations.worlds();
        ScoreTable decisions = ScoreTable.ofAnswers(
                scores.answers(observations),
                observations.labels(),
                worlds,
                cell -> observations.world(cell / worlds, cell % worlds));
        return CrossedBootstrap.interval(decisions.auc(), bootstrap.replicate(decisions)[0]);
    }

    private static ScoreTable table(double[] scores, Observations observations) {
        int worlds = observations.worlds();
        return ScoreTable.of(
                scores, observations.labels(), worlds, cell -> observations.world(cell / worlds, cell % worlds));
    }

    /** The area under an attack's curve within each world, in order. */
    public static List<Double> worldAucs(Observations observations, Scores scores) {
        Double[] areas = new Double[observations.worlds()];
        forEachWorld(observations, scores, (example, world) -> true, (world, sides, owners) -> {
            areas[world] = Roc.auc(sides[1], sides[0]);
        });
        return List.of(areas);
    }

    /** The same over the cells (example, world) that count, with how far worlds hang together. */
    public static WorldAreas worldAreas(Observations observations, Scores scores, Cells counted) {
        WorldAreas.World[] worlds = new WorldAreas.World[observations.worlds()];
        forEachWorld(observations, scores, counted, (world, sides, owners) -> {
            worlds[world] = WorldAreas.World.of(sides[1], sides[0], owners[1], owners[0], observations.examples());
        });
        return new WorldAreas(List.of(worlds), scores.areByHalves());
    }

    /** What is done with the scores of a world, {negative, positive}, and the examples that they are of. */
    private interface OfWorld {
        void take(int world, double[][] sides, int[][] owners);
    }

    private static void forEachWorld(Observations observations, Scores scores, Cells counted, OfWorld action) {
        int n = observations.examples();
        int[] rows = IntStream.range(0, n).toArray();
        int worlds = observations.worlds();
        Blocks.forEach(worlds, n < BLOCK / LINE ? BLOCK / n : LINE, (from, to) -> {
            double[][][] sides = new double[to - from][2][n]; // {negative, positive} of each world
            int[][][] owners = new int[to - from][2][n];
            int[][] count = new int[to - from][2];
            for (int first = 0; first < n; first += TILE) {
                int[] tile = Arrays.copyOfRange(rows, first, Math.min(n, first + TILE));
                for (int w = from; w < to; w++) {
                    for (int cell : observations.cells(tile, w)) {
                        int example = cell / worlds;
                        if (counted.contain(example, w)) {
                            int side = observations.labels()[cell] ? 1 : 0;
                            int place = count[w - from][side]++;
                            sides[w - from][side][place] = scores.values()[cell];
                            owners[w - from][side][place] = example;
                        }
                    }
                }
            }
            for (int w = from; w < to; w++) {
                for (int side = 0; side < 2; side++) {
                    int filled = count[w - from][side];
                    sides[w - from][side] = Arrays.copyOf(sides[w - from][side], filled);
                    owners[w - from][side] = Arrays.copyOf(owners[w - from][side], filled);
                }
                action.take(w, sides[w - from], owners[w - from]);
            }
        });
    }

    /** A choice of cells of the table of examples and worlds. */
    @FunctionalInterface
    public interface Cells {
        boolean contain(int example, int world);
    }

    /**
     * Choosing the best of several attacks flatters it, so the population attack is chosen on one half of the worlds and
     * compared on the other; both directions are averaged.
     */
    private List<Comparison> compare(Game game, Map<Attack, ScoreTable> tables, CrossedBootstrap bootstrap) {
        List<Attack> population =
                tables.keySet().stream().filter(a -> !a.perExample()).toList();
        List<Attack> perExample =
                tables.keySet().stream().filter(Attack::perExample).toList();
        if (population.isEmpty() || perExample.isEmpty()) {
            return List.of();
        }
        ScoreTable any = tables.values().iterator().next();
        int[][] halves = Permutation.halves(any.worlds(), seed);
        double fpr = comparedFpr(any.negatives() / 2);
        Map<Attack, List<ScoreTable>> split = new LinkedHashMap<>();
        tables.forEach(
                (attack, table) -> split.put(attack, List.of(table.inWorlds(halves[0]), table.inWorlds(halves[1]))));
        List<Attack> rivals = new ArrayList<>(); // rivals.get(h) is measured on half h, so chosen on the other
        List<double[][]> rivalReplicates = new ArrayList<>();
        for (int h = 0; h < 2; h++) {
            int chosenOn = 1 - h;
            Attack rival = population.stream()
                    .max(Comparator.comparingDouble(
                            a -> half(split, a, chosenOn).auc()))
                    .orElseThrow();
            rivals.add(rival);
            rivalReplicates.add(bootstrap.replicate(half(split, rival, h), h, new double[] {fpr}));
        }
        String rivalNames = rivals.get(0).equals(rivals.get(1))
                ? label(rivals.get(0))
                : label(rivals.get(0)) + " / " + label(rivals.get(1));
        List<Comparison> comparisons = new ArrayList<>();
        for (Attack attack : perExample) {
            double auc = 0;
            double tpr = 0;
            double[][] gains = new double[2][replicates];
            for (int h = 0; h < 2; h++) {
                ScoreTable mine = half(split, attack, h);
                ScoreTable theirs = half(split, rivals.get(h), h);
                auc += 0.5 * (mine.auc() - theirs.auc());
                tpr += 0.5 * (mine.tprAtFpr(fpr) - theirs.tprAtFpr(fpr));
                double[][] replicated = bootstrap.replicate(mine, h, new double[] {fpr});
                for (int statistic = 0; statistic < 2; statistic++) {
                    for (int r = 0; r < replicates; r++) {
                        gains[statistic][r] += 0.5
                                * (replicated[statistic][r] - rivalReplicates.get(h)[statistic][r]);
                    }
                }
            }
            comparisons.add(new Comparison(
                    game,
                    label(attack),
                    rivalNames,
                    CrossedBootstrap.interval(auc, gains[0]),
                    CrossedBootstrap.interval(tpr, gains[1]),
                    fpr));
        }
        return comparisons;
    }

    private static ScoreTable half(Map<Attack, List<ScoreTable>> split, Attack attack, int half) {
        List<ScoreTable> tables = split.get(attack);
        if (tables == null) {
            throw new IllegalStateException("No scores of " + attack.name());
        }
        return tables.get(half);
    }

    /** The smallest rate that so many negatives can show, else the largest asked for. */
    private double comparedFpr(long negatives) {
        double largest = fprs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return fprs.stream()
                .mapToDouble(Double::doubleValue)
                .filter(fpr -> Roc.isReportable(fpr, negatives))
                .min()
                .orElse(largest);
    }

    /**
     * How well the raw signal separates the worlds that saw an example from the others, for each example. Needs no attack:
     * the signal is compared with itself across worlds.
     */
    public static List<ExampleVulnerability> vulnerability(WorldSignals signals) {
        Observations before = Game.CLASSIC.observe(signals).orElseThrow();
        Observations after = Game.PRIVACY.observe(signals).orElseThrow();
        var retained = Game.RETAINED.observe(signals);
        ExampleVulnerability[] all = new ExampleVulnerability[before.examples()];
        Blocks.forEach(all.length, Math.max(1, BLOCK / before.worlds()), (from, to) -> {
            for (int i = from; i < to; i++) {
                int example = i;
                double[][] sides = sides(before, i);
                double[] in = sides[1];
                double[] out = sides[0];
                double spread = Math.sqrt(0.5 * (Intervals.variance(in) + Intervals.variance(out)));
                double gap = Intervals.mean(in) - Intervals.mean(out);
                all[i] = new ExampleVulnerability(
                        i,
                        Roc.auc(in, out),
                        rowAuc(after, i),
                        retained.map(observations -> rowAuc(observations, example))
                                .orElse(Double.NaN),
                        gap == 0 ? 0 : gap / spread,
                        in.length);
            }
        });
        return List.of(all);
    }

    private static double rowAuc(Observations observations, int example) {
        double[][] sides = sides(observations, example);
        return Roc.auc(sides[1], sides[0]);
    }

    /** The values of one example, {negative, positive}. */
    private static double[][] sides(Observations observations, int example) {
        double[][] sides = new double[2][observations.worlds() / 2];
        int[] count = new int[2];
        for (int w = 0; w < observations.worlds(); w++) {
            int side = observations.isPositive(example, w) ? 1 : 0;
            sides[side][count[side]++] = observations.value(example, w);
        }
        return sides;
    }
}
