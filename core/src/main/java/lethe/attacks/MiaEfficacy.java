package lethe.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;

/**
 * The "MIA efficacy" of unlearning papers: the share of forgotten examples that a support-vector classifier, trained to
 * tell retained from never-seen examples of the same model, takes for never seen.
 *
 * <p>It is neither an accuracy nor the success of an attack, as nobody who was not forgotten is judged. Even exact
 * retraining does not reach 1; what counts is the distance to its value. It moves with anything that moves the
 * classifier's boundary, and is kept here to compare with published tables, which print it in per cent.
 *
 * @param worlds the share in each world, the mean over its forget sets
 * @param mean of the worlds, with Student's interval
 * @see <a href="https://arxiv.org/abs/2304.04934">Jia et al., 2023</a>
 */
public record MiaEfficacy(List<Double> worlds, Estimate mean) {
    private static final double C = 3; // as published, with γ = 1 for one feature
    private static final double GAMMA = 1;

    public MiaEfficacy {
        worlds = List.copyOf(worlds);
    }

    /**
     * The value for one signal, which is {@link Signal#CONFIDENCE} in most tables. At most 400 retained and as many
     * never-seen examples train each classifier.
     *
     * @throws IllegalArgumentException if each world has one forget set, so that nobody is retained
     */
    public static MiaEfficacy of(WorldSignals signals) {
        ShadowDesign design = signals.design();
        if (design.forgetSets() < 2) {
            throw new IllegalArgumentException("MIA efficacy trains on retained examples, but with one forget set a"
                    + " world none of the pool is retained; use at least two");
        }
        List<Double> worlds = new ArrayList<>();
        for (int w = 0; w < design.worlds(); w++) {
            double share = 0;
            for (int f = 0; f < design.forgetSets(); f++) {
                share += share(signals, w, f) / design.forgetSets();
            }
            worlds.add(share);
        }
        return new MiaEfficacy(
                worlds,
                Intervals.ofMean(
                        worlds.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static double share(WorldSignals signals, int world, int set) {
        ShadowDesign design = signals.design();
        double[][] values = new double[3][design.examples()]; // retained, never seen, forgotten
        int[] count = new int[3];
        for (int i = 0; i < design.examples(); i++) {
            int cell = i * design.worlds() + world;
            boolean member = design.isMember(world, i);
            if (design.slot(world, i) == set) {
                int kind = member ? 2 : 1;
                values[kind][count[kind]++] = signals.unlearned(cell);
            } else if (member && design.retainedSlot(world, i) == set) {
                values[0][count[0]++] = signals.retained(cell);
            }
        }
        if (count[0] == 0) {
            throw new IllegalArgumentException(
                    "No retained example is observed under the model unlearned from forget set " + set + " of world "
                            + world + "; enlarge the pool");
        }
        double[] forgotten = Arrays.copyOf(values[2], count[2]);
        return (double) takenForNeverSeen(
                        Arrays.copyOf(values[0], count[0]), Arrays.copyOf(values[1], count[1]), forgotten)
                / forgotten.length;
    }

    /** How many of {@code forgotten} one model's classifier takes for never seen; the value is their share. */
    public static int takenForNeverSeen(double[] retained, double[] neverSeen, double[] forgotten) {
        double[][] trained = {retained.clone(), neverSeen.clone()};
        Arrays.sort(trained[0]);
        Arrays.sort(trained[1]);
        SupportVectors classifier = SupportVectors.fit(
                SupportVectorAttack.evenly(trained[0], retained.length),
                SupportVectorAttack.evenly(trained[1], neverSeen.length),
                C,
                GAMMA);
        int taken = 0;
        for (double value : forgotten) {
            taken += classifier.decide(value) > 0 ? 0 : 1;
        }
        return taken;
    }
}
