package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import lethe.attacks.ShadowDesign;
import lethe.influence.Lookalikes;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.Residual;
import lethe.unlearning.Expand;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;
import lethe.unlearning.WithLookalikes;
import org.jspecify.annotations.Nullable;

/**
 * How much of what the examples to forget taught is left, beside the attacks, from models that are there anyway.
 *
 * <p>Attacks compare with retraining, which knows what look-alikes keep alive and passes for forgetting all the same. The
 * scale here is a model that learned neither an example f nor its look-alikes S_f, and ℓ the cross-entropy of f. Worlds
 * differ in who took part, so that with
 *
 * <pre>
 *   taught      worlds that learned f and, behind its own forget set, some of S_f
 *   untouched   worlds that learned neither f nor any of S_f
 *
 *   ℓ_0, ℓ_R, ℓ_U   the original, the retrained and the unlearned model, mean over taught worlds
 *   ℓ_C             the original, mean over untouched worlds
 *   ρ = (ℓ_C − ℓ) / (ℓ_C − ℓ_0), as {@link Residual} pools and bounds it
 * </pre>
 *
 * <p>this costs no training. An example of the pool is in one half of the worlds, so that of sixteen some four are untouched
 * where it has one look-alike, and none where it has many. Those are not measured; what is left of them is likely more.
 * A plan that lists retraining without look-alikes among its methods, {@link Expand} around {@link Retrain}, gives ℓ_C of
 * the same worlds for every target and with equal seeds, at the price of one retraining a forget set; it is used where it is
 * there.
 */
final class ResidualAudit {
    private static final int FEWEST_REPLICATES = 20;
    private static final Estimate NOTHING = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    private final Setting setting;
    private final List<World> worlds;
    private final Function<Step, Optional<float[]>> logLikelihoods;
    private final CrossedBootstrap bootstrap;

    /**
     * An audit of finished steps.
     *
     * @param worlds those that count
     * @param logLikelihoods what a step's model says of each example of the pool, {@code −ℓ}; empty if it diverged
     * @param seed of the bootstrap
     */
    ResidualAudit(Setting setting, List<World> worlds, Function<Step, Optional<float[]>> logLikelihoods, long seed) {
        this.setting = setting;
        this.worlds = worlds;
        this.logLikelihoods = logLikelihoods;
        this.bootstrap = new CrossedBootstrap(
                Math.max(FEWEST_REPLICATES, setting.plan().audit().bootstrap()), seed);
    }

    /** What is left; empty where no example to forget has look-alikes that stay. */
    Optional<Results.InfluenceLeft> influence() {
        if (setting.lookalikes().filter(searched -> searched.found() > 0).isEmpty()) {
            return Optional.empty();
        }
        Targets targets = targets();
        return targets.positions.length == 0 ? Optional.empty() : Optional.of(influence(targets));
    }

    /**
     * The examples to forget that have look-alikes and are in the pool.
     *
     * @param positions in the pool
     * @param lookalikes rows of the training set that resemble each
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Targets(int[] positions, int[][] lookalikes) {}

    private Targets targets() {
        int[] asked = setting.forget();
        int[][] resembling = Lookalikes.of(setting.train(), asked);
        int[] positions = Arrays.stream(asked)
                .map(row -> Arrays.binarySearch(setting.pool(), row))
                .toArray();
        int[] chosen = IntStream.range(0, asked.length)
                .filter(i -> positions[i] >= 0 && resembling[i].length > 0)
                .toArray();
        return new Targets(
                Arrays.stream(chosen).map(i -> positions[i]).toArray(),
                Arrays.stream(chosen).mapToObj(i -> resembling[i]).toArray(int[][]::new));
    }

    private Results.InfluenceLeft influence(Targets targets) {
        int[][] staying = staying(targets);
        double[][] present = originals(targets, (w, t) -> isMember(targets, w, t) && staying[w][t] > 0);
        Map<String, UnlearningMethod> methods = setting.plan().labelled();
        Map<String, double[][]> after = new LinkedHashMap<>(); // of methods that did not diverge
        methods.forEach((label, method) ->
                after(targets, staying, label, method).ifPresent(losses -> after.put(label, losses)));
        Optional<String> retrainedFree = after.keySet().stream()
                .filter(label -> retrainsWithoutLookalikes(methods.get(label)))
                .findFirst();
        double[][] absent = retrainedFree
                .map(after::remove)
                .orElseGet(() -> originals(targets, (w, t) -> !isMember(targets, w, t) && staying[w][t] == 0));
        int[] measured = IntStream.range(0, targets.positions.length)
                .filter(t -> isKnown(present, t) && isKnown(absent, t))
                .toArray();
        if (measured.length == 0) {
            return new Results.InfluenceLeft(
                    targets.positions.length, 0, Double.NaN, retrainedFree.orElse(""), NOTHING, List.of());
        }
        var residual = new Residual(present, absent, bootstrap);
        var inConfidence = new Residual(confidences(present), confidences(absent), bootstrap);
        String floor = methods.keySet().iterator().next();
        Optional<double[][]> retrained = Optional.ofNullable(after.get(floor));
        List<Results.InfluenceShare> shares = new ArrayList<>();
        after.forEach((label, losses) -> shares.add(new Results.InfluenceShare(
                label,
                residual.share(losses, measured),
                inConfidence.share(confidences(losses), measured),
                retrained.map(others -> residual.gap(losses, others, measured)).orElse(NOTHING))));
        return new Results.InfluenceLeft(
                targets.positions.length,
                measured.length,
                IntStream.range(0, worlds.size())
                        .flatMap(w -> Arrays.stream(measured)
                                .filter(t -> !Double.isNaN(present[w][t]))
                                .map(t -> staying[w][t]))
                        .average()
                        .orElse(Double.NaN),
                retrainedFree.orElse(""),
                residual.influence(measured),
                shares);
    }

    private static boolean retrainsWithoutLookalikes(@Nullable UnlearningMethod method) {
        return method instanceof WithLookalikes remedied
                && remedied.remedy() instanceof Expand
                && remedied.method() instanceof Retrain;
    }

    /** Look-alikes of each target that each world learns and, where it forgets the target, does not forget with it. */
    private int[][] staying(Targets targets) {
        int[][] staying = new int[worlds.size()][targets.positions.length];
        for (int w = 0; w < staying.length; w++) {
            int[] learned = worlds.get(w).trainRows();
            for (int t = 0; t < staying[w].length; t++) {
                int[] forgotten = isMember(targets, w, t) ? worlds.get(w).forgetRows()[set(targets, w, t)] : new int[0];
                staying[w][t] = (int) Arrays.stream(targets.lookalikes[t])
                        .filter(row -> Arrays.binarySearch(learned, row) >= 0)
                        .filter(row -> Arrays.binarySearch(forgotten, row) < 0)
                        .count();
            }
        }
        return staying;
    }

    private boolean isMember(Targets targets, int w, int t) {
        return design().isMember(worlds.get(w).index(), targets.positions[t]);
    }

    private int set(Targets targets, int w, int t) {
        return design().slot(worlds.get(w).index(), targets.positions[t]);
    }

    private ShadowDesign design() {
        return setting.design();
    }

    /** Whether a world says something of a target. */
    private interface Cells {
        boolean include(int w, int t);
    }

    /** What the originals say: losses (T × targets), NaN in other cells. */
    private double[][] originals(Targets targets, Cells cells) {
        double[][] losses = nothing(targets);
        for (int w = 0; w < losses.length; w++) {
            fill(losses[w], targets, says(setting.training(worlds.get(w))).orElseThrow(), cells, w);
        }
        return losses;
    }

    /** What the models after forgetting say, in taught worlds; empty if one diverged. */
    private Optional<double[][]> after(Targets targets, int[][] staying, String label, UnlearningMethod method) {
        double[][] losses = nothing(targets);
        for (int w = 0; w < losses.length; w++) {
            World world = worlds.get(w);
            for (int set = 0; set < world.forgetRows().length; set++) {
                int own = set;
                Optional<float[]> said = says(setting.unlearning(world, set, label, method));
                if (said.isEmpty()) {
                    return Optional.empty();
                }
                fill(
                        losses[w],
                        targets,
                        said.get(),
                        (at, t) -> isMember(targets, at, t) && staying[at][t] > 0 && set(targets, at, t) == own,
                        w);
            }
        }
        return Optional.of(losses);
    }

    private Optional<float[]> says(Step step) {
        return logLikelihoods.apply(step);
    }

    private static void fill(double[] losses, Targets targets, float[] said, Cells cells, int w) {
        for (int t = 0; t < losses.length; t++) {
            if (cells.include(w, t)) {
                losses[t] = -said[targets.positions[t]];
            }
        }
    }

    private double[][] nothing(Targets targets) {
        double[][] losses = new double[worlds.size()][targets.positions.length];
        Arrays.stream(losses).forEach(row -> Arrays.fill(row, Double.NaN));
        return losses;
    }

    private static double[][] confidences(double[][] losses) {
        return Arrays.stream(losses)
                .map(row -> Arrays.stream(row).map(loss -> Math.exp(-loss)).toArray())
                .toArray(double[][]::new);
    }

    private static boolean isKnown(double[][] losses, int t) {
        return Arrays.stream(losses).anyMatch(row -> !Double.isNaN(row[t]));
    }
}
