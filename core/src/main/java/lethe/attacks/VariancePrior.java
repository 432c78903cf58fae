package lethe.attacks;

import lethe.metrics.SpecialFunctions;

/**
 * What all examples together say about the variance of one: the pooled variance, and the scaled inverse-χ² prior that
 * Smyth's empirical Bayes method fits to the logarithms of their variances.
 *
 * <pre>
 *   Var  log v = ψ₁(df/2) + ψ₁(ν₀/2)
 *   Mean log v = log s₀² + ψ(df/2) − log(df/2) − ψ(ν₀/2) + log(ν₀/2)
 * </pre>
 *
 * <p>Where the variances differ no more than chance makes them, {@code ν₀ = ∞}: one variance for all.
 *
 * @param degrees degrees of freedom {@code df} of one example's variance
 * @param pooled within-example variance, all examples together
 * @param priorDegrees ν₀
 * @param priorVariance s₀²
 * @param logConstant logarithm of the constant of Student's density with {@code ν₀ + df} degrees
 * @see <a href="https://doi.org/10.2202/1544-6115.1027">Smyth, 2004</a>
 */
record VariancePrior(double degrees, double pooled, double priorDegrees, double priorVariance, double logConstant) {
    /** Smallest standard deviation believed, as a share of the pooled one: ten times finer than a plot could show. */
    private static final double SMALLEST_DEVIATION = 1e-3;

    private static final double MANY_DEGREES = 1000; // from here on five terms give all digits

    static VariancePrior of(double degrees, double pooled, double priorDegrees, double priorVariance) {
        double nu = priorDegrees + degrees;
        return new VariancePrior(degrees, pooled, priorDegrees, priorVariance, logConstant(nu));
    }

    /** The logarithm of {@code Γ((ν+1)/2) / (Γ(ν/2) √(νπ))}. */
    static double logConstant(double nu) {
        if (nu < MANY_DEGREES) {
            return SpecialFunctions.logGamma((nu + 1) / 2)
                    - SpecialFunctions.logGamma(nu / 2)
                    - 0.5 * Math.log(nu * Math.PI);
        }
        // The difference of two large logarithms has few digits: Γ(z+½) / (Γ(z) √z) = 1 − 1/8z + 1/128z² + 5/1024z³ − …
        double inverse = 1 / nu;
        double series = inverse * (-1 / 4.0 + inverse * (1 / 32.0 + inverse * (5 / 128.0 - inverse * 21 / 2048)));
        return Math.log1p(series) - 0.5 * Math.log(2 * Math.PI);
    }

    /** The prior fitted to variances whose logarithms have this mean and variance. */
    static VariancePrior fit(double degrees, double pooled, double meanLog, double varianceLog) {
        double chance = SpecialFunctions.trigamma(degrees / 2);
        double level = meanLog - SpecialFunctions.digamma(degrees / 2) + Math.log(degrees / 2);
        if (!(varianceLog > chance)) {
            return of(degrees, pooled, Double.POSITIVE_INFINITY, Math.exp(level));
        }
        double half = SpecialFunctions.trigammaInverse(varianceLog - chance);
        return of(degrees, pooled, 2 * half, Math.exp(level + SpecialFunctions.digamma(half) - Math.log(half)));
    }

    /** The same prior for variances of another number of degrees of freedom. */
    VariancePrior withDegrees(double other) {
        return of(other, pooled, priorDegrees, priorVariance);
    }

    /** The unbiased variance of one example, not below the floor. */
    double variance(double squares) {
        return Math.max(squares / degrees, floor(pooled));
    }

    /** The floor under a variance. A signal that is constant within every example is judged in its own unit. */
    static double floor(double pooled) {
        return pooled > 0 ? SMALLEST_DEVIATION * SMALLEST_DEVIATION * pooled : 1;
    }

    /** {@code (ν₀ s₀² + df v) / (ν₀ + df)}. */
    double shrunk(double squares) {
        if (Double.isInfinite(priorDegrees)) {
            return priorVariance;
        }
        return (priorDegrees * priorVariance + degrees * variance(squares)) / (priorDegrees + degrees);
    }

    /** Logarithm of Student's density with {@code ν₀ + df} degrees at squared distance {@code d²} from its centre. */
    double logStudent(double squaredDistance, double squaredScale) {
        double nu = priorDegrees + degrees;
        double ratio = squaredDistance / squaredScale;
        double tail = Double.isInfinite(nu) ? 0.5 * ratio : 0.5 * (nu + 1) * log1p(ratio / nu);
        return logConstant - 0.5 * Math.log(squaredScale) - tail;
    }

    /** {@link Math#log1p} to the last two bits in half its time: the logarithm, corrected for the rounding of 1 + x. */
    static double log1p(double x) {
        double sum = 1 + x;
        double kept = sum - 1;
        if (kept == 0) {
            return x;
        }
        return kept == x ? Math.log(sum) : Math.log(sum) * (x / kept);
    }
}
