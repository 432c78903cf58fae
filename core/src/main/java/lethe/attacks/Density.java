package lethe.attacks;

import lethe.metrics.SpecialFunctions;

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

        @Override
        double deviation(double s, References r, VariancePrior negative) {
            return (s - r.meanNegative) / Math.sqrt(negative.variance(r.squaresNegative));
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

        @Override
        double deviation(double s, References r, VariancePrior negative) {
            return (s - r.meanNegative) / Math.sqrt(negative.variance(negative.pooled() * negative.degrees()));
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

        @Override
        double deviation(double s, References r, VariancePrior negative) {
            return (s - r.meanNegative) / Math.sqrt(negative.shrunk(r.squaresNegative) * (1 + 1.0 / r.k));
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

        @Override
        double deviation(double s, References r, VariancePrior negative) {
            double h = bandwidth(negative.variance(r.squaresNegative), negative.pooled(), r.k);
            return kernelDeviation(s, r.negatives(), h);
        }
    },
    /**
     * No density but ranks: how far out {@code s} lies among the references of each class, whatever their distribution.
     *
     * <pre>
     *   F(s) = (#{r &lt; s} + ½ #{r = s} + ½) / (K + 1)
     *   t(s) = 2 min(F(s), 1 − F(s)) · exp(−g/σ),   g how far s lies outside all references, σ the pooled deviation
     * </pre>
     *
     * <p>The score is the logarithm of the ratio of the positive to the negative {@code t}. The definition is ours; the
     * exponential keeps the order of values that lie outside the references of both classes, where ranks are equal.
     */
    EMPIRICAL_RANK {
        @Override
        double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared) {
            return logTail(s, r.positives(), positive.pooled()) - logTail(s, r.negatives(), negative.pooled());
        }

        @Override
        double deviation(double s, References r, VariancePrior negative) {
            double[] values = r.negatives();
            double quantile = SpecialFunctions.normalQuantile(rank(s, values));
            return quantile + Math.signum(quantile) * outside(s, values) / unit(negative.pooled());
        }
    };

    private static final double SMALLEST_TAIL = 1e-290; // 36 deviations out, where only the nearest kernel counts
    private static final double SILVERMAN = 1.06;
    private static final double SMALLEST_BANDWIDTH = 0.3; // of the pooled deviation

    /**
     * The logarithm of the ratio of the positive to the negative density at {@code s}.
     *
     * @param shared whether the squares of both classes form one variance, which {@code positive} and {@code negative}
     *     then both describe
     */
    abstract double logRatio(double s, References r, VariancePrior positive, VariancePrior negative, boolean shared);

    /**
     * How far {@code s} lies above the negative references, in standard deviations: the normal or Student quantile of
     * their distribution function, which unlike the probability does not round to 1. Only the negative half of {@code r}
     * is read.
     */
    abstract double deviation(double s, References r, VariancePrior negative);

    /** Logarithm of the two-sided tail of {@code s} among {@code values}. */
    static double logTail(double s, double[] values, double pooled) {
        double below = rank(s, values);
        return Math.log(2 * Math.min(below, 1 - below)) - outside(s, values) / unit(pooled);
    }

    private static double rank(double s, double[] values) {
        double below = 0.5;
        for (double value : values) {
            below += value < s ? 1 : value == s ? 0.5 : 0;
        }
        return below / (values.length + 1);
    }

    private static double outside(double s, double[] values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return Math.max(0, Math.max(low - s, s - high));
    }

    private static double unit(double pooled) {
        return pooled > 0 ? Math.sqrt(pooled) : 1;
    }

    /** The normal quantile of the mean of normal distribution functions of width {@code h} around {@code centres}. */
    static double kernelDeviation(double s, double[] centres, double h) {
        double below = 0; // of the smaller tail, which keeps its digits
        double nearest = Double.POSITIVE_INFINITY;
        double side = 0;
        for (double centre : centres) {
            side += Math.signum(s - centre);
        }
        double sign = side > 0 ? -1 : 1;
        for (double centre : centres) {
            below += SpecialFunctions.normalCdf(sign * (s - centre) / h) / centres.length;
            nearest = Math.min(nearest, Math.abs(s - centre));
        }
        return below > SMALLEST_TAIL ? sign * SpecialFunctions.normalQuantile(below) : -sign * nearest / h;
    }

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

    static double gauss(double distance, double variance) {
        return -0.5 * (Math.log(2 * Math.PI * variance) + distance * distance / variance);
    }

    static double positiveSquares(References r, boolean shared) {
        return shared ? r.squaresPositive + r.squaresNegative : r.squaresPositive;
    }

    static double negativeSquares(References r, boolean shared) {
        return shared ? r.squaresPositive + r.squaresNegative : r.squaresNegative;
    }
}
