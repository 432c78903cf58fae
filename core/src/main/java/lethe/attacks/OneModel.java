package lethe.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lethe.metrics.ClopperPearson;
import lethe.metrics.DeLong;
import lethe.metrics.Estimate;
import lethe.metrics.OperatingPoint;
import lethe.metrics.Roc;

/**
 * A population attack within a single model: its examples are dealt into {@value #FOLDS} folds, stratified by class, and
 * each fold is judged by what the attack learned from the others.
 *
 * <p>Intervals take examples as independent draws and the model as given. They say nothing of another training, and are
 * therefore narrower than those across worlds.
 *
 * <p>They hold for attacks that rank by a fixed signal. Folds of one sample are not independent of each other: an attack
 * that learns its ranking has an area below ½ where there is nothing to find, and an interval that does not know.
 *
 * @param auc area under the curve of all scores, with DeLong's interval
 * @param points true-positive rates with their exact binomial interval at the threshold found, and exact limits of the
 *     realised false-positive rates
 * @param positives number of positives
 * @param negatives number of negatives
 */
public record OneModel(Estimate auc, List<OperatingPoint> points, int positives, int negatives) {
    private static final int FOLDS = 8;

    /** The fewest examples on each side: fewer leave nothing to say about a curve. */
    public static final int FEWEST = 2 * FOLDS;

    public OneModel {
        points = List.copyOf(points);
    }

    /**
     * Plays an attack.
     *
     * @param positives values of each signal that the attack reads
     * @param negatives the same of the other class
     * @param paired whether positive k and negative k are of one example
     * @param fprs false-positive rates at which true-positive rates are reported
     * @param seed of the folds
     */
    public static OneModel play(
            Attack attack,
            Map<Signal, float[]> positives,
            Map<Signal, float[]> negatives,
            boolean paired,
            List<Double> fprs,
            long seed) {
        if (attack.perExample()) {
            throw new IllegalArgumentException(
                    attack.name() + " judges each example by itself, which takes several models");
        }
        int p = values(positives, attack.signal()).length;
        int n = values(negatives, attack.signal()).length;
        if (p < FEWEST || n < FEWEST) {
            throw new IllegalArgumentException("An attack within one model needs " + FEWEST
                    + " examples on each side, but there are " + p + " and " + n);
        }
        var random = new SplittableRandom(seed);
        int[] order = Arrays.copyOf(shuffled(p, random), p + n);
        int[] last = shuffled(n, random);
        for (int k = 0; k < n; k++) {
            order[p + k] = p + last[k];
        }
        Observations observations = observe(attack, positives, negatives, order);
        Scores scores = attack.score(observations);
        double[] ofPositives = new double[p];
        double[] ofNegatives = new double[n];
        for (int k = 0; k < order.length; k++) {
            double score = scores.values()[k];
            if (order[k] < p) {
                ofPositives[order[k]] = score;
            } else {
                ofNegatives[order[k] - p] = score;
            }
        }
        DeLong area = paired ? DeLong.paired(ofPositives, ofNegatives) : DeLong.of(ofPositives, ofNegatives);
        return new OneModel(area.interval(), points(ofPositives, ofNegatives, fprs), p, n);
    }

    /** Cell k of the rows is an example, its column the fold. */
    private static Observations observe(
            Attack attack, Map<Signal, float[]> positives, Map<Signal, float[]> negatives, int[] order) {
        int cells = (order.length + FOLDS - 1) / FOLDS * FOLDS;
        int p = values(positives, attack.signal()).length;
        boolean[] labels = new boolean[cells];
        for (int k = 0; k < cells; k++) {
            labels[k] = order[filled(k, order.length)] < p;
        }
        List<Observations> bySignal = new ArrayList<>();
        for (Signal signal : attack.signals()) {
            float[] left = values(positives, signal);
            float[] right = values(negatives, signal);
            float[] cell = new float[cells];
            for (int k = 0; k < cells; k++) {
                int example = order[filled(k, order.length)];
                cell[k] = example < p ? left[example] : right[example - p];
            }
            bySignal.add(new Observations(Game.PRIVACY, signal, FOLDS, cell, labels));
        }
        return bySignal.get(0).with(bySignal);
    }

    /** The last row is filled up with an example of the same fold, so that no fold learns from itself. */
    private static int filled(int cell, int examples) {
        return cell < examples ? cell : cell % FOLDS;
    }

    private static List<OperatingPoint> points(double[] positives, double[] negatives, List<Double> fprs) {
        Roc roc = Roc.of(positives, negatives);
        return fprs.stream()
                .map(fpr -> {
                    long caught = Math.round(roc.tprAtFpr(fpr) * positives.length);
                    long passed = roc.falsePositives(fpr);
                    return new OperatingPoint(
                            fpr,
                            roc.realisedFpr(fpr),
                            ClopperPearson.of(caught, positives.length),
                            passed,
                            ClopperPearson.high(passed, negatives.length),
                            Roc.isReportable(fpr, negatives.length),
                            (long) Math.ceil(10 / fpr - 1e-9));
                })
                .toList();
    }

    private static float[] values(Map<Signal, float[]> bySignal, Signal signal) {
        float[] values = bySignal.get(signal);
        if (values == null) {
            throw new IllegalArgumentException(
                    "There are no values of " + signal.label() + ", only of " + bySignal.keySet());
        }
        return values;
    }

    private static int[] shuffled(int n, SplittableRandom random) {
        int[] order = new int[n];
        for (int k = 0; k < n; k++) {
            int other = random.nextInt(k + 1);
            order[k] = order[other];
            order[other] = k;
        }
        return order;
    }
}
