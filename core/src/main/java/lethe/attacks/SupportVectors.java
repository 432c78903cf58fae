package lethe.attacks;

/**
 * A support-vector classifier of one feature with the kernel {@code exp(−γ (x − x')²)}, trained by sequential minimal
 * optimisation.
 *
 * <pre>
 *   min ½ Σ_ij α_i α_j y_i y_j K(x_i, x_j) − Σ_i α_i   where 0 ≤ α_i ≤ C and Σ_i y_i α_i = 0
 * </pre>
 *
 * <p>Each step moves along one pair, the first the one that violates optimality most and the second the one that gains
 * most with it, until no pair violates it by more than 10⁻⁴.
 *
 * @see <a href="https://www.jmlr.org/papers/v6/fan05a.html">Fan, Chen and Lin, 2005</a>
 */
final class SupportVectors {
    private static final double TOLERANCE = 1e-4;
    private static final double SMALLEST_CURVATURE = 1e-12;
    private static final int STEPS_PER_EXAMPLE = 1000; // far beyond need; a guard
    private static final int TABLE = 1 << 13;
    private static final double REACH = 6; // kernel widths; beyond them the kernel is below 10⁻¹⁵

    private final double[] x;
    private final double[] weights; // α_i y_i
    private final double gamma;
    private final double offset;

    private SupportVectors(double[] x, double[] weights, double gamma, double offset) {
        this.x = x;
        this.weights = weights;
        this.gamma = gamma;
        this.offset = offset;
    }

    /** Trains on equally or unequally many examples of both classes. */
    static SupportVectors fit(double[] positives, double[] negatives, double c, double gamma) {
        int n = positives.length + negatives.length;
        double[] x = new double[n];
        double[] y = new double[n];
        for (int t = 0; t < n; t++) {
            boolean positive = t < positives.length;
            x[t] = positive ? positives[t] : negatives[t - positives.length];
            y[t] = positive ? 1 : -1;
        }
        double[][] kernel = new double[n][n];
        for (int s = 0; s < n; s++) {
            for (int t = 0; t <= s; t++) {
                kernel[s][t] = Math.exp(-gamma * (x[s] - x[t]) * (x[s] - x[t]));
                kernel[t][s] = kernel[s][t];
            }
        }
        double[] alpha = new double[n];
        double[] lift = y.clone(); // −y_t ∂/∂α_t, equal to y_t − Σ_s α_s y_s K(x_s, x_t)
        for (long step = 0; step < (long) STEPS_PER_EXAMPLE * n; step++) {
            int i = highest(lift, alpha, y, c);
            int j = i < 0 ? -1 : partner(lift, alpha, y, c, kernel[i], i);
            if (j < 0) {
                break;
            }
            double curvature = Math.max(SMALLEST_CURVATURE, 2 - 2 * kernel[i][j]);
            double move = (lift[i] - lift[j]) / curvature;
            move = Math.min(move, y[i] > 0 ? c - alpha[i] : alpha[i]);
            move = Math.min(move, y[j] > 0 ? alpha[j] : c - alpha[j]);
            alpha[i] += y[i] * move;
            alpha[j] -= y[j] * move;
            for (int t = 0; t < n; t++) {
                lift[t] -= move * (kernel[i][t] - kernel[j][t]);
            }
        }
        double[] weights = new double[n];
        for (int t = 0; t < n; t++) {
            weights[t] = y[t] * alpha[t];
        }
        return new SupportVectors(x, weights, gamma, offset(lift, alpha, y, c));
    }

    private static boolean mayRise(double alpha, double y, double c) {
        return y > 0 ? alpha < c : alpha > 0;
    }

    private static int highest(double[] lift, double[] alpha, double[] y, double c) {
        int best = -1;
        for (int t = 0; t < lift.length; t++) {
            if (mayRise(alpha[t], y[t], c) && (best < 0 || lift[t] > lift[best])) {
                best = t;
            }
        }
        return best;
    }

    /** The example that gains most with {@code i}, or −1 where none violates optimality with it. */
    private static int partner(double[] lift, double[] alpha, double[] y, double c, double[] kernel, int i) {
        int best = -1;
        double bestGain = 0;
        double lowest = Double.POSITIVE_INFINITY;
        for (int t = 0; t < lift.length; t++) {
            if (mayRise(alpha[t], -y[t], c)) {
                double violation = lift[i] - lift[t];
                lowest = Math.min(lowest, lift[t]);
                double gain = violation * violation / Math.max(SMALLEST_CURVATURE, 2 - 2 * kernel[t]);
                if (violation > 0 && gain > bestGain) {
                    bestGain = gain;
                    best = t;
                }
            }
        }
        return lift[i] - lowest > TOLERANCE ? best : -1;
    }

    /** The mean of what free examples demand; where there are none, the middle of what the bounded ones allow. */
    private static double offset(double[] lift, double[] alpha, double[] y, double c) {
        double sum = 0;
        int free = 0;
        double high = Double.NEGATIVE_INFINITY;
        double low = Double.POSITIVE_INFINITY;
        for (int t = 0; t < lift.length; t++) {
            if (alpha[t] > 0 && alpha[t] < c) {
                sum += lift[t];
                free++;
            }
            if (mayRise(alpha[t], y[t], c)) {
                high = Math.max(high, lift[t]);
            }
            if (mayRise(alpha[t], -y[t], c)) {
                low = Math.min(low, lift[t]);
            }
        }
        return free > 0 ? sum / free : 0.5 * (high + low);
    }

    /** The decision value; positive means the positive class. */
    double decide(double value) {
        double sum = offset;
        for (int t = 0; t < x.length; t++) {
            if (weights[t] != 0) {
                sum += weights[t] * Math.exp(-gamma * (value - x[t]) * (value - x[t]));
            }
        }
        return sum;
    }

    /** The coefficients {@code α_t y_t}, positives first. */
    double[] weights() {
        return weights.clone();
    }

    /** Decision values read from a fine table, for millions of them. */
    Table table() {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double margin = REACH / Math.sqrt(gamma);
        return new Table(this, low - margin, high + margin);
    }

    /** Linear interpolation between evenly spaced decision values; constant outside, as the kernel has faded there. */
    static final class Table {
        private final double low;
        private final double perUnit;
        private final double[] decisions = new double[TABLE + 1];

        private Table(SupportVectors classifier, double low, double high) {
            this.low = low;
            this.perUnit = TABLE / (high - low);
            for (int k = 0; k <= TABLE; k++) {
                decisions[k] = classifier.decide(low + k / perUnit);
            }
        }

        double decide(double value) {
            double position = Math.max(0, Math.min((value - low) * perUnit, TABLE));
            int k = Math.min((int) position, TABLE - 1);
            return decisions[k] + (position - k) * (decisions[k + 1] - decisions[k]);
        }
    }
}
