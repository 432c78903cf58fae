package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * One threshold on {@code |φ − m|} for all examples, with {@code m} the median of the negatives in the other worlds: the
 * population attack that also notices forgotten examples pushed to the wrong side, which a one-sided cut calls safe.
 *
 * @param signal the signal φ
 */
@Named("two-sided-threshold")
@AutoService(Attack.class)
public record TwoSidedThreshold(Signal signal) implements Attack {
    public TwoSidedThreshold() {
        this(Signal.PHI);
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
            medians[target] = pairs.negativeMedianWithout(target);
            thresholds[target] = threshold(pairs, target, medians[target]);
        }
        double[] scores = new double[observations.examples() * worlds];
        for (int i = 0; i < observations.examples(); i++) {
            for (int w = 0; w < worlds; w++) {
                scores[i * worlds + w] = Math.abs(observations.value(i, w) - medians[observations.world(i, w)]);
            }
        }
        return new Scores(scores, thresholds);
    }

    /** The pairs ascend by value, so those farthest from the median are at one of the two ends. */
    private static double threshold(PooledPairs pairs, int target, double median) {
        var cut = new BalancedThreshold(pairs.size());
        int low = 0;
        int high = pairs.size() - 1;
        while (low <= high) {
            double below = Math.abs(pairs.value(low) - median);
            double above = Math.abs(pairs.value(high) - median);
            int k = below > above ? low++ : high--;
            if (pairs.world(k) != target) {
                cut.offer(Math.max(below, above), pairs.isPositive(k));
            }
        }
        return cut.best();
    }
}
