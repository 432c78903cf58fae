package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * The likelihood-ratio attack on both models: the pair of signals before and after unlearning, tailored to each example.
 *
 * <pre>
 *   score(φ(O), φ(U)) = log p(φ(O), φ(U); positives of this example) − log p(φ(O), φ(U); negatives of this example)
 * </pre>
 *
 * <p>Each class has a mean of its own; the covariance is common to both and full. The signal before unlearning says how
 * the world's training went, which is most of the noise after it: with correlation 0.9, gaps of 2 before and of 0.2 after
 * give an area of 0.998, where the model after unlearning alone gives 0.556, and a fit without the covariance 0.905.
 *
 * <p>An example's covariance is shrunk towards that of all, {@link CovariancePrior}, and densities are Student's
 * predictive ones. Everything learned for a target comes from other worlds. The cut is 0.
 *
 * @param signal the signal φ
 */
@Named("two-snapshots")
@AutoService(Attack.class)
public record TwoSnapshots(Signal signal) implements Attack {
    public TwoSnapshots() {
        this(Signal.PHI);
    }

    @Override
    public String source() {
        return "bivariate form of Carlini et al., 2022";
    }

    @Override
    public boolean perExample() {
        return true;
    }

    @Override
    public Snapshots snapshots() {
        return Snapshots.BEFORE_AND_AFTER;
    }

    /** Two references of each class besides the target, for a covariance. */
    @Override
    public int fewestWorlds() {
        return 6;
    }

    @Override
    public Scores score(Observations observations) {
        int n = observations.examples();
        int worlds = observations.worlds();
        if (observations.shadowsPerClass() < 2) {
            throw new IllegalArgumentException("two-snapshots fits a covariance to T/2 − 1 references, which needs at"
                    + " least 6 worlds, but there are " + worlds);
        }
        CovariancePrior[] priors = priors(observations);
        var pair = new Pair(observations);
        double[] scores = new double[n * worlds];
        for (int i = 0; i < n; i++) {
            pair.enter(i);
            for (int w = 0; w < worlds; w++) {
                pair.target(w);
                scores[i * worlds + w] = pair.logRatio(priors[observations.world(i, w)]);
            }
        }
        return new Scores(scores, new double[worlds]);
    }

    /** For each target world, what the other worlds say about covariances. */
    private static CovariancePrior[] priors(Observations observations) {
        int n = observations.examples();
        int worlds = observations.worlds();
        double degrees = 2.0 * (observations.shadowsPerClass() - 1);
        var pair = new Pair(observations);
        double[][] pooled = new double[3][worlds];
        for (int i = 0; i < n; i++) {
            pair.enter(i);
            for (int w = 0; w < worlds; w++) {
                pair.target(w);
                pooled[0][w] += pair.squaresBefore() / (n * degrees);
                pooled[1][w] += pair.squaresAfter() / (n * degrees);
                pooled[2][w] += pair.products() / (n * degrees);
            }
        }
        CovariancePrior[] priors = new CovariancePrior[worlds];
        for (int w = 0; w < worlds; w++) {
            priors[w] = CovariancePrior.pooled(degrees, pooled[0][w], pooled[1][w], pooled[2][w]);
        }
        double[] sum = new double[worlds];
        double[] squares = new double[worlds];
        for (int i = 0; i < n; i++) {
            pair.enter(i);
            for (int w = 0; w < worlds; w++) {
                pair.target(w);
                double log = priors[w].logDeterminant(pair.squaresBefore(), pair.squaresAfter(), pair.products());
                sum[w] += log;
                squares[w] += log * log;
            }
        }
        for (int w = 0; w < worlds; w++) {
            double mean = sum[w] / n;
            priors[w] = priors[w].fitted(mean, n > 1 ? (squares[w] - n * mean * mean) / (n - 1) : 0);
        }
        return priors;
    }

    /** The references of one example before and after; products follow from the squares of the sums of both. */
    private static final class Pair {
        private final References.Row before;
        private final References.Row after;
        private final References.Row sum;

        Pair(Observations observations) {
            Observations original = observations.before();
            before = new References.Row(original);
            after = new References.Row(observations);
            sum = new References.Row(observations, (i, w) -> original.value(i, w) + observations.value(i, w));
        }

        void enter(int example) {
            before.enter(example);
            after.enter(example);
            sum.enter(example);
        }

        void target(int column) {
            before.target(column);
            after.target(column);
            sum.target(column);
        }

        double squaresBefore() {
            return before.squaresPositive + before.squaresNegative;
        }

        double squaresAfter() {
            return after.squaresPositive + after.squaresNegative;
        }

        double products() {
            return 0.5 * (sum.squaresPositive + sum.squaresNegative - squaresBefore() - squaresAfter());
        }

        double logRatio(CovariancePrior prior) {
            return prior.logRatio(
                    squaresBefore(),
                    squaresAfter(),
                    products(),
                    after.k,
                    before.value() - before.meanPositive,
                    after.value() - after.meanPositive,
                    before.value() - before.meanNegative,
                    after.value() - after.meanNegative);
        }
    }
}
