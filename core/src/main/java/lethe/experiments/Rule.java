package lethe.experiments;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What makes one choice of settings better than another. */
public enum Rule {
    /**
     * Closest to retraining, the rule by which papers choose: the average gap of the accuracies on forgotten, retained and
     * held-out examples and of the area of a population attack, in each world, then over worlds. It takes a retrained
     * model; who has one need not unlearn.
     */
    ORACLE {
        @Override
        double loss(
                List<Behaviour> unlearned, List<Behaviour> retrained, List<Behaviour> original, double accuracyLoss) {
            return IntStream.range(0, unlearned.size())
                    .mapToDouble(w -> unlearned.get(w).gapTo(retrained.get(w)))
                    .average()
                    .orElse(Double.POSITIVE_INFINITY);
        }
    },
    /**
     * Without an oracle: after forgetting, the model should be as sure of forgotten examples as of ones it has never seen,
     *
     * <pre>
     *   W₁(confidences on D_F, confidences held out) + max(0, mean confidence on D_F − mean confidence held out)
     * </pre>
     *
     * <p>Forgetting too little and forgetting too much both count; too little counts twice, for it leaves what was to go.
     * Whatever loses more held-out accuracy against the original than allowed comes after everything that does not, the
     * less it loses the better. Ours.
     */
    FREE {
        @Override
        double loss(
                List<Behaviour> unlearned, List<Behaviour> retrained, List<Behaviour> original, double accuracyLoss) {
            Behaviour after = Behaviour.mean(unlearned);
            double lost = Behaviour.mean(original).heldOut() - after.heldOut();
            return lost > accuracyLoss
                    ? WORST_DISTANCE + lost - accuracyLoss
                    : after.distance() + Math.max(0, after.forgetConfidence() - after.heldOutConfidence());
        }
    };

    /** The name on the command line and in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Both terms are differences of probabilities. */
    private static final double WORST_DISTANCE = 2;

    /**
     * What is to be small.
     *
     * @param unlearned one a world
     * @param retrained one a world
     * @param original one a world
     * @param accuracyLoss admissible loss of held-out accuracy
     */
    abstract double loss(
            List<Behaviour> unlearned, List<Behaviour> retrained, List<Behaviour> original, double accuracyLoss);
}
