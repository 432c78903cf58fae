package lethe.attacks;

import lethe.metrics.SpecialFunctions;

/**
 * What all examples together say about the covariance of one between its signals before and after unlearning:
 * {@link VariancePrior} in two dimensions. The covariances {@code S} of examples are taken for Wishart draws around their
 * own {@code Σ}, and these for inverse-Wishart draws around a common {@code C}; the prior's strength is found from the
 * spread of log-determinants.
 *
 * <pre>
 *   Var  log|S| = Σ_j ψ₁((df − j)/2) + Σ_j ψ₁((ν₀ − j)/2),                              j = 0, 1
 *   Mean log|S| = log|C| + Σ_j [ψ((df − j)/2) − log(df/2)] − Σ_j [ψ((ν₀ − j)/2) − log(ν₀/2)]
 * </pre>
 *
 * <p>{@code C} has the shape of the pooled covariance. A ridge of the floor under variances keeps it regular where a
 * method returns the model that it was given, so that both signals are one.
 *
 * @param degrees degrees of freedom {@code df} of one example's covariance
 * @param before common variance before unlearning
 * @param after common variance after it
 * @param cross common covariance between the two
 * @param priorDegrees ν₀; infinite where determinants differ no more than chance makes them
 * @param ridgeBefore added to an example's variance before unlearning
 * @param ridgeAfter added to its variance after it
 * @see <a href="https://doi.org/10.2202/1544-6115.1027">Smyth, 2004</a>
 */
record CovariancePrior(
        double degrees,
        double before,
        double after,
        double cross,
        double priorDegrees,
        double ridgeBefore,
        double ridgeAfter) {
    private static final double MOST_DEGREES = 1e7; // beyond which a prior is as good as certain

    /** A covariance known beforehand. */
    static CovariancePrior known(double before, double after, double cross) {
        return new CovariancePrior(1, before, after, cross, Double.POSITIVE_INFINITY, 0, 0);
    }

    /** The prior of pooled covariances, before anything is known about how examples differ. */
    static CovariancePrior pooled(double degrees, double before, double after, double cross) {
        double ridgeBefore = VariancePrior.floor(before);
        double ridgeAfter = VariancePrior.floor(after);
        return new CovariancePrior(
                degrees,
                before + ridgeBefore,
                after + ridgeAfter,
                cross,
                Double.POSITIVE_INFINITY,
                ridgeBefore,
                ridgeAfter);
    }

    /** Logarithm of the determinant of an example's covariance in units of the common one. */
    double logDeterminant(double squaresBefore, double squaresAfter, double products) {
        double b = squaresBefore / degrees + ridgeBefore;
        double a = squaresAfter / degrees + ridgeAfter;
        double c = products / degrees;
        double smallest =
                ridgeBefore * a + ridgeAfter * b - ridgeBefore * ridgeAfter; // of a singular one, ridge included
        return Math.log(Math.max(b * a - c * c, smallest) / (before * after - cross * cross));
    }

    /** The same shape with the strength and size that log-determinants of this mean and variance tell. */
    CovariancePrior fitted(double meanLog, double varianceLog) {
        double excess = varianceLog - spread(degrees);
        if (!(excess > spread(MOST_DEGREES))) {
            return this;
        }
        double low = 0; // of log(ν₀ − 1)
        double high = Math.log(MOST_DEGREES);
        low -= high;
        for (int step = 0; step < 100; step++) {
            double middle = 0.5 * (low + high);
            if (spread(1 + Math.exp(middle)) > excess) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double nu = 1 + Math.exp(high);
        double size = Math.exp(0.5 * (meanLog - bias(degrees) + bias(nu)));
        return new CovariancePrior(degrees, size * before, size * after, size * cross, nu, ridgeBefore, ridgeAfter);
    }

    private static double spread(double nu) {
        return SpecialFunctions.trigamma(nu / 2) + SpecialFunctions.trigamma((nu - 1) / 2);
    }

    private static double bias(double nu) {
        return SpecialFunctions.digamma(nu / 2) + SpecialFunctions.digamma((nu - 1) / 2) - 2 * Math.log(nu / 2);
    }

    /**
     * The logarithm of the ratio of two predictive densities with the shrunk covariance of one example: bivariate Student
     * ones with {@code ν₀ + df − 1} degrees, normal where ν₀ is infinite.
     *
     * @param squaresBefore, squaresAfter, products sums of squares and of products within the classes of the example
     * @param k references of each class
     * @param positiveBefore, positiveAfter distances from the mean of the positives
     * @param negativeBefore, negativeAfter distances from the mean of the negatives
     */
    double logRatio(
            double squaresBefore,
            double squaresAfter,
            double products,
            int k,
            double positiveBefore,
            double positiveAfter,
            double negativeBefore,
            double negativeAfter) {
        boolean certain = Double.isInfinite(priorDegrees);
        double student = certain ? 1 : priorDegrees + degrees - 1;
        double share = certain ? 0 : degrees / student;
        double own = certain ? 1 : priorDegrees / student;
        double predicted = 1 + 1.0 / k;
        double b = predicted * (own * before + share * (squaresBefore / degrees + ridgeBefore));
        double a = predicted * (own * after + share * (squaresAfter / degrees + ridgeAfter));
        double c = predicted * (own * cross + share * products / degrees);
        double determinant = b * a - c * c;
        double toPositive = quadratic(a, b, c, positiveBefore, positiveAfter) / determinant;
        double toNegative = quadratic(a, b, c, negativeBefore, negativeAfter) / determinant;
        return certain
                ? 0.5 * (toNegative - toPositive)
                : 0.5 * (student + 2) * (Math.log1p(toNegative / student) - Math.log1p(toPositive / student));
    }

    private static double quadratic(double a, double b, double c, double x, double y) {
        return a * x * x - 2 * c * x * y + b * y * y;
    }
}
