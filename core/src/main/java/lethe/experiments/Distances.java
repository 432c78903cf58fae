package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.ShadowDesign;
import lethe.attacks.WorldSignals;
import lethe.metrics.Estimate;
import lethe.metrics.ForgettingQuality;
import lethe.metrics.Intervals;
import lethe.metrics.LogSumExp;
import lethe.metrics.RetrainDistance;

/**
 * Compares what the models of a method say with what retrained models say.
 *
 * <p>Predictions are compared within a world and forget set. Exact retraining is compared with itself in the next world in
 * which the example was never seen, so that its own numbers are those of independent models; worlds then enter more than one
 * comparison, which the interval over them accounts for.
 *
 * <p>For the score of the NeurIPS 2023 challenge the forgotten examples' signals in all worlds (FOR^U) meet those of retrained
 * models that never saw them (OUT^R), and for its floor those of models retrained without them (FOR^R) do, which are of other
 * worlds. Unlike in the challenge training sets, forget sets and originals differ from world to world on both sides; it had
 * one of each, and only seeds differed.
 */
final class Distances {
    private static final int MOST_EXAMPLES = 2_048; // an example takes milliseconds
    private static final int FEWEST_WORLDS = 8; // four values a side
    private static final int NONE = -1;

    private final ShadowDesign design;
    private final int[] natural; // positions in the pool
    private final int classes;
    private final int testExamples;
    private final Models retrained;

    /** What models say, by world and forget set. */
    interface Models {
        Evaluated of(int world, int set);
    }

    /**
     * @param natural positions in the pool of the examples with their own labels
     * @param retrained what models retrained without each forget set say
     */
    Distances(ShadowDesign design, int[] natural, int classes, int testExamples, Models retrained) {
        this.design = design;
        this.natural = natural;
        this.classes = classes;
        this.testExamples = testExamples;
        this.retrained = retrained;
    }

    /** Means over world × forget set, with intervals over worlds. */
    record Predictions(
            Estimate forgetDivergence, Estimate testDivergence, Estimate forgetActivation, Estimate testActivation) {}

    /**
     * How far apart predictions are.
     *
     * @param worlds how many of the design's are there
     */
    Predictions predictions(Models method, int worlds) {
        return predictions(worlds, method, (world, set, position) -> new int[] {world, set});
    }

    /** The same of exact retraining and itself in other worlds. */
    Predictions ofRetraining(int worlds) {
        return predictions(worlds, retrained, (world, set, position) -> {
            int other = (world + 1) % worlds;
            while (position >= 0 && other != world && design.isMember(other, position)) {
                other = (other + 1) % worlds;
            }
            return new int[] {other, position < 0 ? set : design.slot(other, position)};
        });
    }

    /**
     * Zero-retrain forgetting of models, with an interval over worlds.
     *
     * @param untrained models of fresh weights
     */
    Estimate zeroRetrain(Models method, Models untrained, int worlds) {
        return zeroRetrain(worlds, method, untrained, (world, set, position) -> new int[] {world, set});
    }

    /** The same of untrained models and others of their kind. */
    Estimate ofUntrained(Models untrained, int worlds) {
        return zeroRetrain(
                worlds, untrained, untrained, (world, set, position) -> new int[] {(world + 1) % worlds, set});
    }

    private Estimate zeroRetrain(int worlds, Models models, Models untrained, Others others) {
        var forget = new Comparisons(worlds, design.forgetSets());
        for (int w = 0; w < worlds; w++) {
            for (int f = 0; f < design.forgetSets(); f++) {
                compareForgotten(forget, w, f, models.of(w, f), new Answered(untrained), others);
            }
        }
        Estimate divergence = forget.divergence();
        return new Estimate(
                RetrainDistance.zeroRetrainForgetting(divergence.value()),
                RetrainDistance.zeroRetrainForgetting(divergence.high()),
                RetrainDistance.zeroRetrainForgetting(Math.max(0, divergence.low())));
    }

    /** World and set of the model to compare with on an example of the pool, or −1 for test examples. */
    private interface Others {
        int[] of(int world, int set, int position);
    }

    private Predictions predictions(int worlds, Models models, Others others) {
        var forget = new Comparisons(worlds, design.forgetSets());
        var test = new Comparisons(worlds, design.forgetSets());
        for (int w = 0; w < worlds; w++) {
            for (int f = 0; f < design.forgetSets(); f++) {
                Evaluated own = models.of(w, f);
                var answered = new Answered(retrained);
                compareForgotten(forget, w, f, own, answered, others);
                int[] other = others.of(w, f, -1);
                double[][] onTest = probabilities(own.test().logits());
                double[][] otherOnTest = probabilities(answered.of(other).test().logits());
                test.add(w, other[0], onTest, otherOnTest, 1);
            }
        }
        return new Predictions(forget.divergence(), test.divergence(), forget.activation(), test.activation());
    }

    private void compareForgotten(
            Comparisons forget, int world, int set, Evaluated own, Answered answered, Others others) {
        int[] forgotten = forgotten(world, set);
        for (int position : forgotten) {
            int[] other = others.of(world, set, position);
            double[] p = probabilities(own.pool().logits(), position);
            double[] q = probabilities(answered.of(other).pool().logits(), position);
            forget.add(world, other[0], new double[][] {p}, new double[][] {q}, 1.0 / forgotten.length);
        }
        if (forgotten.length == 0) {
            forget.addNothing(world);
        }
    }

    /** What models say with which one is compared; each of a few is read once. */
    private static final class Answered {
        private final Models models;
        private final Map<List<Integer>, Evaluated> read = new HashMap<>();

        Answered(Models models) {
            this.models = models;
        }

        Evaluated of(int[] model) {
            return read.computeIfAbsent(List.of(model[0], model[1]), key -> models.of(model[0], model[1]));
        }
    }

    /** Distances of each world to each that it is compared with. */
    private static final class Comparisons {
        private final double[][] divergence;
        private final double[][] activation;
        private final double[][] weight;
        private final int sets;

        Comparisons(int worlds, int sets) {
            this.divergence = new double[worlds][worlds];
            this.activation = new double[worlds][worlds];
            this.weight = new double[worlds][worlds];
            this.sets = sets;
        }

        /** @param share of these examples in the mean of their forget set */
        void add(int world, int other, double[][] p, double[][] q, double share) {
            divergence[world][other] += share / sets * RetrainDistance.jensenShannon(p, q);
            activation[world][other] += share / sets * RetrainDistance.activation(p, q);
            weight[world][other] += share / sets;
        }

        /** A set that none of the examples is in leaves its world without a mean. */
        void addNothing(int world) {
            divergence[world][world] = Double.NaN;
            activation[world][world] = Double.NaN;
        }

        Estimate divergence() {
            return Intervals.ofComparisons(divergence, weight);
        }

        Estimate activation() {
            return Intervals.ofComparisons(activation, weight);
        }
    }

    private int[] forgotten(int world, int set) {
        return Arrays.stream(design.forgetSet(world, set))
                .filter(position -> Arrays.binarySearch(natural, position) >= 0)
                .toArray();
    }

    private double[][] probabilities(float[] logits) {
        return IntStream.range(0, testExamples)
                .mapToObj(row -> probabilities(logits, row))
                .toArray(double[][]::new);
    }

    /** The softmax of a row. */
    private double[] probabilities(float[] logits, int row) {
        double[] z = new double[classes];
        for (int k = 0; k < classes; k++) {
            z[k] = logits[row * classes + k];
        }
        double normaliser = LogSumExp.except(z, NONE, 1);
        double[] p = new double[classes];
        for (int k = 0; k < classes; k++) {
            p[k] = Math.exp(z[k] - normaliser);
        }
        return p;
    }

    // ---------------------------------------------------------------- the challenge's score

    /**
     * Signals of some examples in all worlds.
     *
     * @param positions of the examples in the pool
     * @param forgotten (examples × T/2), by models that forgot them
     * @param neverSeen (examples × T/2), by retrained models that never saw them
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Samples(List<Integer> positions, double[][] forgotten, double[][] neverSeen) {
        /** The score of these against never-seen ones, with that of retraining as the floor. */
        Optional<ForgettingQuality> quality(Samples floor) {
            return forgotten.length == 0
                    ? Optional.empty()
                    : Optional.of(ForgettingQuality.of(forgotten, floor.neverSeen, floor.forgotten));
        }
    }

    /** The samples of one signal, which follows the design of the natural examples; none below eight worlds. */
    Samples samples(WorldSignals signals) {
        Observations efficacy = Game.EFFICACY.observe(signals).orElseThrow();
        int worlds = efficacy.worlds();
        int count = worlds < FEWEST_WORLDS ? 0 : Math.min(MOST_EXAMPLES, efficacy.examples());
        List<Integer> positions = new ArrayList<>();
        double[][] forgotten = new double[count][worlds / 2];
        double[][] neverSeen = new double[count][worlds / 2];
        for (int k = 0; k < count; k++) {
            int example = (int) ((long) k * efficacy.examples() / count);
            positions.add(natural[example]);
            int positives = 0;
            for (int w = 0; w < worlds; w++) {
                if (efficacy.isPositive(example, w)) {
                    forgotten[k][positives++] = efficacy.value(example, w);
                } else {
                    neverSeen[k][w - positives] = efficacy.value(example, w);
                }
            }
        }
        return new Samples(positions, forgotten, neverSeen);
    }
}
