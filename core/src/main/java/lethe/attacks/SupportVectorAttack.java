package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.metrics.Intervals;

/**
 * A support-vector classifier with a Gaussian kernel on one signal, trained on pairs of other worlds of the same game. It
 * finds intervals, not only a cut.
 *
 * <p>Suites of unlearning papers train one on each of correctness, confidence, entropy and modified entropy; here these
 * are settings of {@code signal}. Unlike theirs it is trained on other worlds instead of the retain and test sets of the
 * target, so that its rates are those of an attack, and the signal is standardised, since a kernel of fixed width depends
 * on its unit. Their number is {@link MiaEfficacy}.
 *
 * <p>Each half of the worlds is judged by a classifier trained on 400 pairs of each class of the other half, evenly over
 * their quantiles.
 *
 * @param signal the signal
 * @param c bound C of the coefficients
 * @param gamma inverse squared width γ of the kernel, in standard deviations of the signal
 */
@Named("svc")
@AutoService(Attack.class)
public record SupportVectorAttack(Signal signal, double c, double gamma) implements Attack {
    private static final int TRAINED = 400;

    public SupportVectorAttack {
        Require.positive("c", c);
        Require.positive("gamma", gamma);
    }

    /** C = 3 and γ = 1 for one feature, as in the published suites. */
    public SupportVectorAttack() {
        this(Signal.PHI, 3, 1);
    }

    @Override
    public String source() {
        return "after the suite of Jia et al., 2023";
    }

    @Override
    public boolean perExample() {
        return false;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        double[] scores = new double[observations.examples() * worlds];
        for (int half = 0; half < Halves.COUNT; half++) {
            PooledPairs pairs = PooledPairs.teaching(observations, half);
            double[] positives = quantiles(pairs, true);
            double[] negatives = quantiles(pairs, false);
            double mean = 0.5 * (Intervals.mean(positives) + Intervals.mean(negatives));
            double deviation = deviation(positives, negatives, mean);
            SupportVectors.Table classifier = SupportVectors.fit(
                            standardised(positives, mean, deviation),
                            standardised(negatives, mean, deviation),
                            c,
                            gamma)
                    .table();
            for (int i = 0; i < observations.examples(); i++) {
                for (int w = 0; w < worlds; w++) {
                    if (Halves.of(observations.world(i, w)) == half) {
                        scores[i * worlds + w] = classifier.decide((observations.value(i, w) - mean) / deviation);
                    }
                }
            }
        }
        return Scores.byHalves(scores, new double[worlds]);
    }

    /** Values of one class, evenly over their ascending order. */
    private static double[] quantiles(PooledPairs pairs, boolean positive) {
        double[] values = new double[pairs.size()];
        int count = 0;
        for (int k = 0; k < pairs.size(); k++) {
            if (pairs.isPositive(k) == positive) {
                values[count++] = pairs.value(k);
            }
        }
        return evenly(values, count);
    }

    /** At most {@link #TRAINED} of the first {@code count} values. */
    static double[] evenly(double[] values, int count) {
        double[] chosen = new double[Math.min(TRAINED, count)];
        for (int k = 0; k < chosen.length; k++) {
            chosen[k] = values[(int) ((k + 0.5) * count / chosen.length)];
        }
        return chosen;
    }

    private static double deviation(double[] positives, double[] negatives, double mean) {
        double squares = 0;
        for (double value : positives) {
            squares += (value - mean) * (value - mean) / (2.0 * positives.length);
        }
        for (double value : negatives) {
            squares += (value - mean) * (value - mean) / (2.0 * negatives.length);
        }
        return squares > 0 ? Math.sqrt(squares) : 1;
    }

    private static double[] standardised(double[] values, double mean, double deviation) {
        double[] z = new double[values.length];
        for (int k = 0; k < z.length; k++) {
            z[k] = (values[k] - mean) / deviation;
        }
        return z;
    }
}
