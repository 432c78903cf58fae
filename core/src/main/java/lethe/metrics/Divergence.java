package lethe.metrics;

/** How far apart two distributions over the same finite set are; natural logarithms. */
public final class Divergence {
    private static final double SUM_TOLERANCE = 1e-6; // rounding of float probabilities over many classes

    private Divergence() {}

    /** Kullback–Leibler divergence Σ p log(p/q); infinite where {@code q} is zero and {@code p} is not. */
    public static double kullbackLeibler(double[] p, double[] q) {
        check(p, q);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += term(p[k], q[k]);
        }
        return sum;
    }

    /** Jensen–Shannon divergence, the mean divergence of both from their mixture; at most log 2. */
    public static double jensenShannon(double[] p, double[] q) {
        check(p, q);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double middle = 0.5 * (p[k] + q[k]);
            sum += 0.5 * (term(p[k], middle) + term(q[k], middle));
        }
        return sum;
    }

    /** Total variation ½ Σ |p − q|: the largest difference in the probability of any event. */
    public static double totalVariation(double[] p, double[] q) {
        check(p, q);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += Math.abs(p[k] - q[k]);
        }
        return 0.5 * sum;
    }

    /** Hellinger distance √(½ Σ (√p − √q)²), in [0, 1]. */
    public static double hellinger(double[] p, double[] q) {
        check(p, q);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double difference = Math.sqrt(p[k]) - Math.sqrt(q[k]);
            sum += difference * difference;
        }
        return Math.sqrt(0.5 * sum);
    }

    /** Euclidean distance ‖p − q‖₂. */
    public static double euclidean(double[] p, double[] q) {
        check(p, q);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += (p[k] - q[k]) * (p[k] - q[k]);
        }
        return Math.sqrt(sum);
    }

    private static double term(double p, double q) {
        return p == 0 ? 0 : p * Math.log(p / q);
    }

    private static void check(double[] p, double[] q) {
        if (p.length != q.length) {
            throw new IllegalArgumentException(
                    "Distributions over " + p.length + " and " + q.length + " outcomes cannot be compared");
        }
        checkSum("first", p);
        checkSum("second", q);
    }

    private static void checkSum(String which, double[] distribution) {
        double sum = 0;
        for (double probability : distribution) {
            if (!(probability >= 0)) {
                throw new IllegalArgumentException("The " + which + " distribution holds " + probability);
            }
            sum += probability;
        }
        if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
            throw new IllegalArgumentException(
                    "The " + which + " distribution sums to " + sum + ", not 1; normalise it first");
        }
    }
}
