package lethe.attacks;

/**
 * How the distribution of an example's signal is estimated from a handful of reference values. All work with logarithms
 * of densities throughout: far from the references both densities underflow, but their ratio does not.
 */
public enum Density {
    /** A normal density with each example's own unbiased variance; unreliable below about 32 references. */
    GAUSS_PER_EXAMPLE {
        @Override
        double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared) {
            double a = positive.variance(positiveSquares(r, shared));
            double b = negative.variance(negativeSquares(r, shared));
            return gauss(s - r.meanPositive, a) - gauss(s - r.meanNegative, b);
        }
    },
    /** A normal density with one within-example variance for all examples; best where they do not differ. */
    GAUSS_POOLED {
        @Override
        double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared) {
            double a = positive.variance(positive.pooled() * positive.degrees());
            double b = negative.variance(negative.pooled() * negative.degrees());
            return gauss(s - r.meanPositive, a) - gauss(s - r.meanNegative, b);
        }
    },
    /**
     * Student's predictive density with a variance shrunk towards what all examples have in common, by as much as they
     * have in common: never far from the better of the other two.
     *
     * @see <a href="https://doi.org/10.2202/1544-6115.1027">Smyth, 2004</a>
     */
    STUDENT_SHRUNK {
        @Override
        double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared) {
            double a = positive.shrunk(positiveSquares(r, shared)) * (1 + 1.0 / r.k);
            double b = negative.shrunk(negativeSquares(r, shared)) * (1 + 1.0 / r.k);
            double toPositive = s - r.meanPositive;
            double toNegative = s - r.meanNegative;
            return positive.logStudent(toPositive * toPositive, a) - negative.logStudent(toNegative * toNegative, b);
        }
    },
    /**
     * Normal kernels with Silverman's bandwidth {@code 1.06·s·K^(−1/5)} for each example and class, at least 0.3 of the
     * pooled deviation. Costs K times as much as the others.
     */
    KDE {
        @Override
        double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared) {
            double a = bandwidth(positive.variance(positiveSquares(r, shared)), positive.pooled(), r.k);
            double b = bandwidth(negative.variance(negativeSquares(r, shared)), negative.pooled(), r.k);
            return logKernelMean(s, r.positives(), a) - logKernelMean(s, r.negatives(), b);
        }
    };

    private static final double SILVERMAN = 1.06;
    private static final double SMALLEST_BANDWIDTH = 0.3; // of the pooled deviation

    /**
     * The logarithm of the ratio of the positive to the negative density at {@code s}.
     *
     * @param shared whether the squares of both classes form one variance, which {@code positive} and {@code negative}
     *     then both describe
     */
    abstract double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared);

    /** The logarithm of the mean of normal kernels of width {@code h} around {@code centres}. */
    static double logKernelMean(double s, double[] centres, double h) {
        double nearest = Double.POSITIVE_INFINITY;
        for (double centre : centres) {
            nearest = Math.min(nearest, Math.abs(s - centre));
        }
        double best = nearest / h;
        double sum = 0;
        for (double centre : centres) {
            double z = (s - centre) / h;
            sum += Math.exp(0.5 * (best * best - z * z));
        }
        return Math.log(sum / centres.length) - 0.5 * best * best - Math.log(h) - 0.5 * Math.log(2 * Math.PI);
    }

    private static double bandwidth(double variance, double pooled, int k) {
        return Math.max(SILVERMAN * Math.sqrt(variance) * Math.pow(k, -0.2), SMALLEST_BANDWIDTH * Math.sqrt(pooled));
    }

    private static double gauss(double distance, double variance) {
        return -0.5 * (Math.log(2 * Math.PI * variance) + distance * distance / variance);
    }

    static double positiveSquares(References r, boolean shared) {
        return shared ? r.squaresPositive + r.squaresNegative : r.squaresPositive;
    }

    static double negativeSquares(References r, boolean shared) {
        return shared ? r.squaresPositive + r.squaresNegative : r.squaresNegative;
    }
}
