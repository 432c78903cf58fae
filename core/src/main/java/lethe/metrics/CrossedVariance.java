package lethe.metrics;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Where the variance of a statistic over T worlds and n examples comes from, learned from a pilot, so that the worlds
 * which a wanted interval needs are known before they are paid for.
 *
 * <pre>
 *   Var = a/T + b/n + c/(nT)
 * </pre>
 *
 * <p>A statistic is, to first order, the mean of the influences of its scores. A two-way analysis of variance of those
 * without repetition separates what a world shares (a), what an example shares (b) and the rest (c); a component that
 * comes out negative counts as 0. The reported interval is that of {@link CrossedBootstrap}, whose replicates have the
 * variance {@code a/T + b/n + 3c/(nT)} (Owen, 2007), so this is what the half-widths here are of.
 *
 * <p>Worlds serve as references too: an attack grows a little stronger with their number, which no pilot foretells. And
 * a component is itself an estimate: of few pilot worlds, a is known no better than any variance of as many values.
 *
 * @param world a, the variance that a single world adds
 * @param example b, the variance that a single example adds
 * @param residual c
 * @see <a href="https://doi.org/10.1214/07-AOAS122">Owen, 2007</a>
 */
public record CrossedVariance(double world, double example, double residual) {
    private static final double REACH = SpecialFunctions.normalQuantile(0.975);
    private static final double SLOPE_SPAN =
            2; // the slope of a curve at a rate is measured from half to twice the rate

    public CrossedVariance {
        if (!(world >= 0 && example >= 0 && residual >= 0)) {
            throw new IllegalArgumentException(
                    "Variances cannot be negative, but are " + world + ", " + example + " and " + residual);
        }
    }

    /**
     * Of the area under the curve of all scores.
     *
     * @param scores (examples × worlds), row-major; larger means "more likely positive"
     * @param positive the labels, laid out alike
     * @param worlds length of a row, at least 2
     */
    public static CrossedVariance ofAuc(double[] scores, boolean[] positive, int worlds) {
        var sides = new Sides(scores, positive, worlds);
        double[] placedPositives = Roc.placements(sides.positives, sides.negatives);
        double[] placedNegatives = Roc.placements(sides.negatives, sides.positives);
        double auc = Intervals.mean(placedPositives);
        double[] influence = new double[scores.length];
        for (int cell = 0, p = 0, n = 0; cell < scores.length; cell++) {
            influence[cell] = positive[cell]
                    ? (placedPositives[p++] - auc) / sides.shareOfPositives()
                    : (1 - placedNegatives[n++] - auc) / (1 - sides.shareOfPositives());
        }
        return ofInfluences(influence, worlds);
    }

    /** Of the true-positive rate at an admissible false-positive rate, over all scores. */
    public static CrossedVariance ofTpr(double[] scores, boolean[] positive, int worlds, double fpr) {
        var sides = new Sides(scores, positive, worlds);
        Roc roc = Roc.of(sides.positives, sides.negatives);
        double threshold = roc.thresholdAtFpr(fpr);
        double tpr = roc.tprAtFpr(fpr);
        double above = Math.min(1, SLOPE_SPAN * fpr);
        double below = fpr / SLOPE_SPAN;
        double slope = (roc.tprAtFpr(above) - roc.tprAtFpr(below)) / (above - below);
        double realised = roc.realisedFpr(fpr);
        double[] influence = new double[scores.length];
        for (int cell = 0; cell < scores.length; cell++) {
            int caught = scores[cell] > threshold ? 1 : 0;
            // A negative that passes raises the threshold and costs as many positives as the curve is steep.
            influence[cell] = positive[cell]
                    ? (caught - tpr) / sides.shareOfPositives()
                    : -slope * (caught - realised) / (1 - sides.shareOfPositives());
        }
        return ofInfluences(influence, worlds);
    }

    /**
     * Of the area of a single example's own values, the mean over examples of DeLong's variance; other examples do not
     * help it.
     */
    public static CrossedVariance ofExampleAuc(double[] values, boolean[] positive, int worlds) {
        var rows = new Sides(values, positive, worlds);
        double sum = 0;
        int n = values.length / worlds;
        for (int i = 0; i < n; i++) {
            double[] row = Arrays.copyOfRange(values, i * worlds, (i + 1) * worlds);
            boolean[] labels = Arrays.copyOfRange(positive, i * worlds, (i + 1) * worlds);
            var sides = new Sides(row, labels, worlds);
            DeLong area = DeLong.of(sides.positives, sides.negatives);
            sum += (area.s10() / rows.shareOfPositives() + area.s01() / (1 - rows.shareOfPositives())) / n;
        }
        return new CrossedVariance(sum, 0, 0);
    }

    /** The variance of the statistic itself. */
    public double variance(long worlds, long examples) {
        return world / worlds + example / examples + residual / ((double) worlds * examples);
    }

    /** Half the width of the 95 % interval that the crossed bootstrap will report. */
    public double halfWidth(long worlds, long examples) {
        return REACH * Math.sqrt(variance(worlds, examples) + 2 * residual / ((double) worlds * examples));
    }

    /**
     * The fewest worlds, an even number, whose interval reaches at most {@code halfWidth} to either side; empty if no
     * number of worlds suffices because the examples are too few.
     */
    public OptionalLong worldsFor(double halfWidth, long examples) {
        if (!(halfWidth > 0)) {
            throw new IllegalArgumentException("A half-width is positive, but is " + halfWidth);
        }
        double left = halfWidth * halfWidth / (REACH * REACH) - example / examples;
        if (!(left > 0)) {
            return OptionalLong.empty();
        }
        double worlds = (world + 3 * residual / examples) / left;
        return OptionalLong.of(Math.max(2, 2 * (long) Math.ceil(worlds / 2 - 1e-9)));
    }

    /**
     * The half-width with which a true difference from a known value is found with this probability: {@code power = 0.8}
     * asks for 0.70 of the difference.
     */
    public static double halfWidthToDetect(double difference, double power) {
        return Math.abs(difference) * REACH / (REACH + SpecialFunctions.normalQuantile(power));
    }

    private static CrossedVariance ofInfluences(double[] influence, int worlds) {
        int n = influence.length / worlds;
        if (worlds < 2 || n < 2) {
            throw new IllegalArgumentException(
                    "Components need two worlds and two examples, but there are " + worlds + " and " + n);
        }
        double[] ofWorld = new double[worlds];
        double[] ofExample = new double[n];
        for (int i = 0; i < n; i++) {
            for (int w = 0; w < worlds; w++) {
                ofWorld[w] += influence[i * worlds + w] / n;
                ofExample[i] += influence[i * worlds + w] / worlds;
            }
        }
        double mean = Intervals.mean(ofWorld);
        double squares = 0;
        for (int i = 0; i < n; i++) {
            for (int w = 0; w < worlds; w++) {
                double rest = influence[i * worlds + w] - ofWorld[w] - ofExample[i] + mean;
                squares += rest * rest;
            }
        }
        double residual = squares / ((worlds - 1.0) * (n - 1.0));
        return new CrossedVariance(
                Math.max(0, Intervals.variance(ofWorld) - residual / n),
                Math.max(0, Intervals.variance(ofExample) - residual / worlds),
                residual);
    }

    /** The scores of both classes, in the order of the table. */
    private static final class Sides {
        private final double[] positives;
        private final double[] negatives;

        Sides(double[] scores, boolean[] positive, int worlds) {
            if (scores.length != positive.length || worlds <= 0 || scores.length % worlds != 0) {
                throw new IllegalArgumentException(scores.length + " scores and " + positive.length
                        + " labels do not fill rows of " + worlds + " worlds");
            }
            int count = 0;
            for (boolean label : positive) {
                count += label ? 1 : 0;
            }
            positives = new double[count];
            negatives = new double[scores.length - count];
            for (int cell = 0, p = 0, n = 0; cell < scores.length; cell++) {
                if (positive[cell]) {
                    positives[p++] = scores[cell];
                } else {
                    negatives[n++] = scores[cell];
                }
            }
        }

        double shareOfPositives() {
            return (double) positives.length / (positives.length + negatives.length);
        }
    }
}
