package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * How far the signal fell, {@code φ(O) − φ(U)}: the least an observer of both models can compare. With the signal {@code
 * neg-loss} it is the logarithm of the ratio of the label's probabilities before and after.
 *
 * <p>One threshold for all examples, or the likelihood ratio of {@link LikelihoodRatio} for each. Where both gaps are
 * alike, the difference knows nothing that {@link TwoSnapshots} does.
 *
 * @param perExample whether the decision is tailored to each example
 * @param signal the signal φ
 */
@Named("before-minus-after")
@AutoService(Attack.class)
public record BeforeMinusAfter(boolean perExample, Signal signal) implements Attack {
    public BeforeMinusAfter() {
        this(false, Signal.PHI);
    }

    @Override
    public String source() {
        return "difference of two snapshots";
    }

    @Override
    public Snapshots snapshots() {
        return Snapshots.BEFORE_AND_AFTER;
    }

    @Override
    public int fewestWorlds() {
        return scalar().fewestWorlds();
    }

    @Override
    public Scores score(Observations observations) {
        Observations before = observations.before();
        int worlds = observations.worlds();
        float[] difference = new float[observations.examples() * worlds];
        for (int cell = 0; cell < difference.length; cell++) {
            int i = cell / worlds;
            int w = cell % worlds;
            difference[cell] = (float) (before.value(i, w) - observations.value(i, w));
        }
        return scalar().score(observations.withValues(difference));
    }

    private Attack scalar() {
        return perExample ? new LikelihoodRatio(Density.STUDENT_SHRUNK, false, signal) : new LossThreshold(signal);
    }
}
