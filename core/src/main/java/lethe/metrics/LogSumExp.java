package lethe.metrics;

/** log Σ exp z without overflow. */
public final class LogSumExp {
    private LogSumExp() {}

    /** The logarithm of the sum of {@code exp(z_c / temperature)} over all c but {@code skipped}, which may be none. */
    public static double except(double[] z, int skipped, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < z.length; c++) {
            if (c != skipped) {
                max = Math.max(max, z[c]);
            }
        }
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            if (c != skipped) {
                sum += Math.exp((z[c] - max) / temperature);
            }
        }
        return max / temperature + Math.log(sum);
    }

    /** log(p_y / (1 − p_y)) of the softmax p of z: the logit-scaled confidence of Carlini et al. (2022). */
    public static double logOdds(double[] z, int y) {
        return z[y] - except(z, y, 1);
    }
}
