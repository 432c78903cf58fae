package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.function.IntPredicate;
import lethe.catalog.Named;

/**
 * One threshold on {@code |φ − m|} for all examples, with {@code m} the median of the negatives in the other worlds: the
 * population attack that also notices forgotten examples pushed to the wrong side, which a one-sided cut calls safe.
 *
 * @param signal the signal φ
 * @param perClass whether each class of examples has its own median and threshold, as in {@link LossThreshold}
 */
@Named("two-sided-threshold")
@AutoService(Attack.class)
public record TwoSidedThreshold(Signal signal, boolean perClass) implements Attack {
    public TwoSidedThreshold() {
        this(Signal.PHI, false);
    }

    @Override
    public String source() {
        return "distance from the median of never-seen examples";
    }

    @Override
    public boolean perExample() {
        return false;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        PooledPairs pairs = PooledPairs.of(observations);
        double[] medians = new double[worlds];
        double[] thresholds = new double[worlds];
        for (int target = 0; target < worlds; target++) {
            medians[target] = pairs.negativeMedianWithout(target, label -> true);
            thresholds[target] =
                    cut(pairs, target, medians[target], label -> true).best();
        }
        double[] scores = new double[observations.examples() * worlds];
        if (!perClass) {
            for (int cell = 0; cell < scores.length; cell++) {
                int i = cell / worlds;
                int w = cell % worlds;
                scores[cell] = Math.abs(observations.value(i, w) - medians[observations.world(i, w)]);
            }
            return new Scores(scores, thresholds);
        }
        double[][] centres = new double[observations.classes()][worlds];
        double[][] cuts = new double[observations.classes()][worlds];
        for (int c = 0; c < cuts.length; c++) {
            int wanted = c;
            for (int target = 0; target < worlds; target++) {
                BalancedThreshold all = cut(pairs, target, 0, label -> label == wanted);
                boolean own = all.hasBothSides();
                centres[c][target] =
                        own ? pairs.negativeMedianWithout(target, label -> label == wanted) : medians[target];
                cuts[c][target] = own
                        ? cut(pairs, target, centres[c][target], label -> label == wanted)
                                .best()
                        : thresholds[target];
            }
        }
        for (int cell = 0; cell < scores.length; cell++) {
            int i = cell / worlds;
            int c = observations.classOf(i);
            int own = observations.world(i, cell % worlds);
            scores[cell] = Math.abs(observations.value(i, cell % worlds) - centres[c][own]) - cuts[c][own];
        }
        return new Scores(scores, new double[worlds]);
    }

    /** The pairs ascend by value, so those farthest from the median are at one of the two ends. */
    private static BalancedThreshold cut(PooledPairs pairs, int target, double median, IntPredicate classes) {
        var cut = new BalancedThreshold(pairs.size());
        int low = 0;
        int high = pairs.size() - 1;
        while (low <= high) {
            double below = Math.abs(pairs.value(low) - median);
            double above = Math.abs(pairs.value(high) - median);
            int k = below > above ? low++ : high--;
            if (pairs.world(k) != target && classes.test(pairs.classOf(k))) {
                cut.offer(Math.max(below, above), pairs.isPositive(k));
            }
        }
        return cut;
    }
}
