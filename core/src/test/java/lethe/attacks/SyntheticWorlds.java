package lethe.attacks;

import java.util.SplittableRandom;

/** Worlds whose answer is known in closed form: signals drawn from chosen distributions on a balanced design. */
final class SyntheticWorlds {
    private SyntheticWorlds() {}

    /** The value of one example in one world, given a standard normal draw. */
    interface Law {
        double value(int example, boolean member, double noise);
    }

    /** Observations of the classic game in which every value follows {@code law}. */
    static Observations observe(int examples, int worlds, long seed, Law law) {
        ShadowDesign design = ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(seed));
        var random = new SplittableRandom(~seed);
        float[] values = new float[examples * worlds];
        for (int i = 0; i < examples; i++) {
            for (int w = 0; w < worlds; w++) {
                values[i * worlds + w] = (float) law.value(i, design.isMember(w, i), random.nextGaussian());
            }
        }
        return new Observations(Game.CLASSIC, Signal.PHI, worlds, values, design.memberMatrix());
    }

    /** Member and outsider laws of the original and the unlearned models, in a full design. */
    static WorldSignals signals(ShadowDesign design, long seed, Law original, Law forgotten, Law retained) {
        return signals(design, Signal.PHI, seed, original, forgotten, retained);
    }

    static WorldSignals signals(
            ShadowDesign design, Signal signal, long seed, Law original, Law forgotten, Law retained) {
        int n = design.examples();
        float[][] before = new float[design.worlds()][n];
        float[][][] after = new float[design.worlds()][design.forgetSets()][n];
        var random = new SplittableRandom(seed);
        for (int w = 0; w < design.worlds(); w++) {
            for (int i = 0; i < n; i++) {
                boolean member = design.isMember(w, i);
                before[w][i] = (float) original.value(i, member, random.nextGaussian());
                for (int f = 0; f < design.forgetSets(); f++) {
                    Law law = member && design.forgetSetOf(w, i) != f ? retained : forgotten;
                    after[w][f][i] = (float) law.value(i, member, random.nextGaussian());
                }
            }
        }
        return WorldSignals.of(design, signal, before, after);
    }

    /** A fixed normal draw for each example, such as its mean. */
    static double trait(int example, long purpose) {
        return new SplittableRandom(example * 1_000_003L + purpose * 7919L).nextGaussian();
    }
}
