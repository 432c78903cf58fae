package lethe.metrics;

import java.util.function.DoubleUnaryOperator;
import org.hipparchus.special.Beta;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;

/** The special functions behind intervals and densities, accurate in the tails. */
public final class SpecialFunctions {
    private static final double ASYMPTOTIC = 15; // from here five Bernoulli terms give all digits of a double
    private static final double SQRT2 = Math.sqrt(2);
    private static final double SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

    private SpecialFunctions() {}

    /** Φ(x), by the complementary error function so that the lower tail keeps its relative accuracy. */
    public static double normalCdf(double x) {
        return 0.5 * Erf.erfc(-x / SQRT2);
    }

    /** Φ⁻¹(p) for {@code p} in (0, 1). */
    public static double normalQuantile(double p) {
        requireProbability(p);
        if (p > 0.5) {
            return -normalQuantile(1 - p);
        }
        // Newton on log Φ, which is concave with slope φ/Φ: from the left of the root it climbs without overshooting.
        double x = p == 0.5 ? 0 : -Math.sqrt(-2 * Math.log(2 * p));
        for (int step = 0; step < 100; step++) {
            double cdf = normalCdf(x);
            double slope = Math.exp(-x * x / 2) / SQRT_TWO_PI / cdf;
            double next = x - Math.log(cdf / p) / slope;
            if (Math.abs(next - x) <= 1e-15 * Math.abs(x)) {
                return next;
            }
            x = next;
        }
        return x;
    }

    /** ln Γ(x) for {@code x > 0}. */
    public static double logGamma(double x) {
        return Gamma.logGamma(x);
    }

    /** ψ(x), the derivative of ln Γ, for {@code x > 0}. */
    public static double digamma(double x) {
        double y = x;
        double sum = 0;
        while (y < ASYMPTOTIC) { // ψ(y) = ψ(y + 1) − 1/y
            sum -= 1 / y;
            y++;
        }
        double r = 1 / (y * y);
        double series = 1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132))));
        return sum + Math.log(y) - 0.5 / y - r * series;
    }

    /** ψ₁(x), the derivative of ψ, for {@code x > 0}. */
    public static double trigamma(double x) {
        double y = x;
        double sum = 0;
        while (y < ASYMPTOTIC) { // ψ₁(y) = ψ₁(y + 1) + 1/y²
            sum += 1 / (y * y);
            y++;
        }
        double r = 1 / (y * y);
        double series = 1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66))));
        return sum + 1 / y + r * (0.5 + series / y);
    }

    /** The {@code x > 0} with ψ₁(x) = {@code y}, for {@code y > 0}. */
    public static double trigammaInverse(double y) {
        if (!(y > 0)) {
            throw new IllegalArgumentException("ψ₁ takes positive values only, but its inverse was asked at " + y);
        }
        double low = Math.log(1e-9);
        double high = Math.log(1e12);
        // ψ₁ falls strictly, and log x makes its two regimes 1/x² and 1/x equally easy.
        return Math.exp(bisect(logX -> y - trigamma(Math.exp(logX)), low, high));
    }

    /** The {@code p} quantile of the Beta(a, b) distribution. */
    public static double betaQuantile(double p, double a, double b) {
        requireProbability(p);
        return bisect(x -> Beta.regularizedBeta(x, a, b) - p, 0, 1);
    }

    /** The {@code p} quantile of Student's distribution with {@code df} degrees of freedom. */
    public static double studentQuantile(double p, double df) {
        requireProbability(p);
        if (p == 0.5) {
            return 0;
        }
        if (p < 0.5) {
            return -studentQuantile(1 - p, df);
        }
        // P(|T| > t) = I_x(df/2, 1/2) with x = df/(df + t²)
        double x = betaQuantile(2 * (1 - p), df / 2, 0.5);
        return Math.sqrt(df * (1 - x) / x);
    }

    /** P(|T| &gt; |t|) for Student's distribution with {@code df} degrees of freedom. */
    public static double studentTwoSided(double t, double df) {
        return Double.isInfinite(t) ? 0 : Beta.regularizedBeta(df / (df + t * t), df / 2, 0.5);
    }

    /** The zero of an increasing function, to the last bits of a double. */
    private static double bisect(DoubleUnaryOperator increasing, double low, double high) {
        double a = low;
        double b = high;
        for (int step = 0; step < 200; step++) {
            double middle = 0.5 * (a + b);
            if (middle <= a || middle >= b) {
                break;
            }
            if (increasing.applyAsDouble(middle) < 0) {
                a = middle;
            } else {
                b = middle;
            }
        }
        return 0.5 * (a + b);
    }

    private static void requireProbability(double p) {
        if (!(p > 0 && p < 1)) {
            throw new IllegalArgumentException("A quantile needs a probability strictly between 0 and 1, but got " + p);
        }
    }
}
