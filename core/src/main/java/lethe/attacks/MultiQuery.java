package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;

/**
 * The likelihood-ratio attack on several versions of each example, queried of every model in the same order: itself, its
 * mirror image and others that training may have shown it to.
 *
 * <p>With one query {@code mean-signal} and {@code diag} are {@link LikelihoodRatio} with its default density.
 *
 * @param combination how answers to several queries are combined
 * @param signal the signal φ
 * @see <a href="https://arxiv.org/abs/2112.03570">Carlini et al., 2022</a>
 */
@Named("multi-query")
@AutoService(Attack.class)
public record MultiQuery(Combination combination, Signal signal) implements Attack {
    private static final int REFERENCES_A_QUERY = 4;
    private static final double RIDGE = 1e-6; // of a variance, so that equal answers to two queries can be inverted

    /** How answers to several queries become one score. */
    public enum Combination {
        /** The ratio of their mean: robust, and calibrated as that of a single query is. */
        MEAN_SIGNAL,
        /**
         * The sum of their ratios, as if queries were independent. They are not: the order is about that of the mean, but
         * ratios are too large, so that the cut at 0 stands while no probability may be read off them.
         */
        DIAG,
        /**
         * The ratio of Student's predictive densities with a covariance common to both classes of an example, whose
         * correlations are shrunk towards none by their sampling error {@code (1 − r²)²/df}; four references of each
         * class a query are needed.
         *
         * @see <a href="https://doi.org/10.2202/1544-6115.1175">Schäfer and Strimmer, 2005</a>
         */
        FULL_COV
    }

    public MultiQuery() {
        this(Combination.MEAN_SIGNAL, Signal.PHI);
    }

    @Override
    public String source() {
        return "Carlini et al., 2022";
    }

    @Override
    public boolean perExample() {
        return true;
    }

    @Override
    public int queries(Observations observations) {
        return observations.queries().size();
    }

    @Override
    public int fewestWorlds() {
        return fewestWorlds(1);
    }

    @Override
    public int fewestWorlds(int queries) {
        return combination == Combination.FULL_COV ? 2 * (REFERENCES_A_QUERY * queries + 1) : 6;
    }

    @Override
    public Scores score(Observations observations) {
        return switch (combination) {
            case MEAN_SIGNAL -> single().score(mean(observations));
            case DIAG -> sum(observations);
            case FULL_COV -> joint(observations);
        };
    }

    private LikelihoodRatio single() {
        return new LikelihoodRatio(Density.STUDENT_SHRUNK, false, signal);
    }

    private static Observations mean(Observations observations) {
        List<Observations> queries = observations.queries();
        int worlds = observations.worlds();
        float[] mean = new float[observations.examples() * worlds];
        for (int cell = 0; cell < mean.length; cell++) {
            double sum = 0;
            for (Observations query : queries) {
                sum += query.value(cell / worlds, cell % worlds);
            }
            mean[cell] = (float) (sum / queries.size());
        }
        return observations.withValues(mean);
    }

    private Scores sum(Observations observations) {
        double[] sum = new double[observations.examples() * observations.worlds()];
        for (Observations query : observations.queries()) {
            double[] scores = single().score(query).values();
            for (int cell = 0; cell < sum.length; cell++) {
                sum[cell] += scores[cell];
            }
        }
        return new Scores(sum, new double[observations.worlds()]);
    }

    private Scores joint(Observations observations) {
        List<Observations> queries = observations.queries();
        int k = observations.shadowsPerClass();
        int dimensions = queries.size();
        if (k < REFERENCES_A_QUERY * dimensions) {
            throw new IllegalArgumentException("multi-query with full-cov needs " + REFERENCES_A_QUERY * dimensions
                    + " references of each class for " + dimensions + " queries, but there are " + k
                    + "; take more worlds, fewer queries or mean-signal");
        }
        int worlds = observations.worlds();
        VariancePrior[][] pooled = new VariancePrior[dimensions][];
        for (int q = 0; q < dimensions; q++) {
            pooled[q] = new LikelihoodRatio(Density.GAUSS_POOLED, true, signal).priors(queries.get(q))[1];
        }
        double[] scores = new double[observations.examples() * worlds];
        for (int i = 0; i < observations.examples(); i++) {
            for (int w = 0; w < worlds; w++) {
                double[][] covariance = new double[dimensions][dimensions];
                double[] toPositive = distance(queries, i, w, observations.positiveColumns(i, w), covariance);
                double[] toNegative = distance(queries, i, w, observations.negativeColumns(i, w), covariance);
                double degrees = 2.0 * (k - 1);
                double[] deviations = new double[dimensions];
                for (int q = 0; q < dimensions; q++) {
                    double floor = VariancePrior.floor(pooled[q][observations.world(i, w)].pooled());
                    deviations[q] = Math.sqrt(Math.max(covariance[q][q] / degrees, floor));
                }
                double[][] root = root(correlations(covariance, deviations, degrees));
                double student = degrees - dimensions + 1;
                double scale = degrees * (1 + 1.0 / k);
                double positive = squaredNorm(root, toPositive, deviations) / scale;
                double negative = squaredNorm(root, toNegative, deviations) / scale;
                scores[i * worlds + w] = 0.5 * (student + dimensions) * (Math.log1p(negative) - Math.log1p(positive));
            }
        }
        return new Scores(scores, new double[worlds]);
    }

    /** The target's distance from the mean of these columns, whose squares and products are added up. */
    private static double[] distance(
            List<Observations> queries, int example, int column, int[] references, double[][] products) {
        double[] mean = new double[queries.size()];
        for (int q = 0; q < mean.length; q++) {
            for (int c : references) {
                mean[q] += queries.get(q).value(example, c) / references.length;
            }
        }
        for (int c : references) {
            for (int q = 0; q < mean.length; q++) {
                double deviation = queries.get(q).value(example, c) - mean[q];
                for (int p = 0; p <= q; p++) {
                    products[q][p] += deviation * (queries.get(p).value(example, c) - mean[p]);
                }
            }
        }
        double[] distance = new double[mean.length];
        for (int q = 0; q < mean.length; q++) {
            distance[q] = queries.get(q).value(example, column) - mean[q];
        }
        return distance;
    }

    /** The lower half of the shrunk correlations. */
    private static double[][] correlations(double[][] products, double[] deviations, double degrees) {
        double error = 0;
        double squares = 0;
        double[][] r = new double[deviations.length][deviations.length];
        for (int q = 0; q < r.length; q++) {
            for (int p = 0; p < q; p++) {
                r[q][p] = products[q][p] / (degrees * deviations[q] * deviations[p]);
                double unexplained = 1 - r[q][p] * r[q][p];
                error += unexplained * unexplained / degrees;
                squares += r[q][p] * r[q][p];
            }
        }
        double shrinkage = squares > 0 ? Math.min(1, error / squares) : 1;
        for (int q = 0; q < r.length; q++) {
            r[q][q] = 1 + RIDGE;
            for (int p = 0; p < q; p++) {
                r[q][p] *= 1 - shrinkage;
            }
        }
        return r;
    }

    /** The lower triangular root L of a matrix L·Lᵀ, by Cholesky. */
    private static double[][] root(double[][] matrix) {
        double[][] root = new double[matrix.length][matrix.length];
        for (int q = 0; q < root.length; q++) {
            for (int p = 0; p <= q; p++) {
                double rest = matrix[q][p];
                for (int m = 0; m < p; m++) {
                    rest -= root[q][m] * root[p][m];
                }
                root[q][p] = p == q ? Math.sqrt(Math.max(rest, RIDGE)) : rest / root[p][p];
            }
        }
        return root;
    }

    /** {@code dᵀ Σ⁻¹ d} for the covariance with these deviations and this root of its correlations. */
    private static double squaredNorm(double[][] root, double[] distance, double[] deviations) {
        double[] solved = new double[distance.length];
        double sum = 0;
        for (int q = 0; q < solved.length; q++) {
            double rest = distance[q] / deviations[q];
            for (int m = 0; m < q; m++) {
                rest -= root[q][m] * solved[m];
            }
            solved[q] = rest / root[q][q];
            sum += solved[q] * solved[q];
        }
        return sum;
    }
}
