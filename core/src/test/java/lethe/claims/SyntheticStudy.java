package lethe.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lethe.attacks.Audit;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.LossThreshold;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.TwoSidedThreshold;
import lethe.attacks.WorldSignals;
import lethe.metrics.Estimate;

/**
 * Runs whose truth is known: unit-variance normal signals, whose mean depends on the example and on what became of it. The
 * original lifts members by a gap; retraining lifts those that stay.
 */
final class SyntheticStudy {
    private static final Audit AUDIT = new Audit(
            List.of(new LossThreshold(), new TwoSidedThreshold(), new LikelihoodRatio()), List.of(0.01, 0.05), 100, 7);

    private final ShadowDesign design;
    private final Gap gap;
    private final double spread; // of the means of examples
    private final long seed;
    private boolean attacked;
    private Evidence.Classes classes;

    /** By how much training lifts an example. */
    interface Gap {
        double of(int example);
    }

    /** What unlearning leaves of an example by then, in the mean. */
    interface Left {
        double of(int example, Fate fate, int epoch);

        /** The same, knowing what became of the example that looks like it: the other of a pair. */
        default double of(int example, Fate fate, Fate twin, int epoch) {
            return of(example, fate, epoch);
        }
    }

    enum Fate {
        FORGOTTEN,
        RETAINED,
        NEVER_SEEN
    }

    SyntheticStudy(int examples, int worlds, int forgetSets, double spread, long seed, Gap gap) {
        this.design = ShadowDesign.balanced(examples, worlds, forgetSets, new SplittableRandom(seed));
        this.gap = gap;
        this.spread = spread;
        this.seed = seed;
        this.classes = new Evidence.Classes(new int[examples], new double[] {1});
    }

    /** The same with examples of several classes. */
    SyntheticStudy of(int[] labels, double... shares) {
        classes = new Evidence.Classes(labels, shares);
        return this;
    }

    /** The same with the attacks of an audit. */
    SyntheticStudy attacked() {
        attacked = true;
        return this;
    }

    Evidence evidence(Evidence.Subject... methods) {
        return new Evidence(
                retrain(), identity(), List.of(methods), List.of(), 100, 3, Optional.of(twins()), Optional.of(classes));
    }

    /** Each example is near its twin and far from all others. */
    private Evidence.Likeness twins() {
        return new Evidence.Likeness() {
            @Override
            public String basis() {
                return "birth";
            }

            @Override
            public Evidence.Distances read() {
                return example -> IntStream.range(0, design.examples())
                        .mapToDouble(other -> Math.hypot(100 * (example / 2 - other / 2), example % 2 - other % 2))
                        .toArray();
            }
        };
    }

    Evidence.Subject retrain() {
        return subject("retrain", "retrain", Map.of(), 1, this::retrained);
    }

    private double retrained(int example, Fate fate, int epoch) {
        return fate == Fate.RETAINED ? gap.of(example) : 0;
    }

    Evidence.Subject identity() {
        return subject("identity", "identity", Map.of(), path("identity", 1, (example, fate, epoch) -> 0, true));
    }

    Evidence.Subject method(String label, int epochs, Left left) {
        return subject(label, label, Map.of(), epochs, left);
    }

    Evidence.Subject subject(String label, String name, Map<String, Object> settings, int epochs, Left left) {
        return subject(label, name, settings, path(label, epochs, left, false));
    }

    private Evidence.Subject subject(String label, String name, Map<String, Object> settings, List<WorldSignals> path) {
        WorldSignals end = path.get(path.size() - 1);
        var signals = new Evidence.Signals() {
            @Override
            public WorldSignals atTheEnd() {
                return end;
            }

            @Override
            public List<WorldSignals> trajectory() {
                return path;
            }

            @Override
            public Evidence.Course course() {
                return SyntheticStudy.this.course(path.size() - 1);
            }
        };
        return new Evidence.Subject(
                label,
                name,
                settings,
                attacked ? AUDIT.run(end) : new Audit.Findings(List.of(), List.of(), List.of()),
                new Estimate(0.8, 0.79, 0.81),
                new Estimate(2, 1, 3),
                signals);
    }

    /** Every epoch takes a second and costs a hundredth of accuracy. */
    private Evidence.Course course(int epochs) {
        double[][] seconds = new double[design.worlds()][design.forgetSets()];
        int[][] moments = new int[design.worlds()][design.forgetSets()];
        for (int w = 0; w < seconds.length; w++) {
            Arrays.fill(seconds[w], epochs);
            Arrays.fill(moments[w], epochs);
        }
        List<double[][]> accuracy = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            double[][] now = new double[design.worlds()][design.forgetSets()];
            for (double[] world : now) {
                Arrays.fill(world, 0.9 - 0.01 * epoch);
            }
            accuracy.add(now);
        }
        return new Evidence.Course(accuracy, seconds, moments);
    }

    private List<WorldSignals> path(String label, int epochs, Left left, boolean unchanged) {
        List<WorldSignals> path = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            int now = epoch;
            path.add(WorldSignals.read(design, Signal.PHI, new WorldSignals.Source() {
                @Override
                public float[] original(int world) {
                    return draw(
                            "original", world, 0, 0, example -> design.isMember(world, example) ? gap.of(example) : 0);
                }

                @Override
                public float[] unlearned(int world, int set) {
                    return unchanged || now == 0
                            ? original(world)
                            : draw(
                                    label,
                                    world,
                                    set,
                                    now,
                                    example -> left.of(
                                            example, fate(world, set, example), fate(world, set, example ^ 1), now));
                }

                @Override
                public Optional<float[]> retrained(int world, int set) {
                    return Optional.of(draw(
                            "retrain",
                            world,
                            set,
                            1,
                            example -> SyntheticStudy.this.retrained(example, fate(world, set, example), 1)));
                }
            }));
        }
        return path;
    }

    private Fate fate(int world, int set, int example) {
        int own = design.forgetSetOf(world, example);
        return own < 0 ? Fate.NEVER_SEEN : own == set ? Fate.FORGOTTEN : Fate.RETAINED;
    }

    private float[] draw(String label, int world, int set, int epoch, Gap mean) {
        var random = new SplittableRandom(
                (seed * 31 + label.hashCode()) * 1_000_003L + ((world * 64L + set) * 64 + epoch) * 0x9E3779B9L);
        var traits = new SplittableRandom(seed * 17 + 5);
        float[] values = new float[design.examples()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (spread * traits.nextGaussian() + mean.of(i) + random.nextGaussian());
        }
        return values;
    }
}
