package lethe.metrics;

/**
 * The area under a curve with DeLong's variance, which treats the scores as independent. It describes one model; across
 * worlds use {@link CrossedBootstrap}.
 *
 * @param auc the area
 * @param s10 variance of the positives' placements among the negatives
 * @param s01 variance of the negatives' placements among the positives
 * @param variance {@code s10 / positives + s01 / negatives}, or that of pairs
 * @param pairs how many pairs of a positive and a negative can be formed at once that are independent of each other
 * @see <a href="https://doi.org/10.2307/2531595">DeLong, DeLong and Clarke-Pearson, 1988</a>
 */
public record DeLong(double auc, double s10, double s01, double variance, int pairs) {
    private static final double FEWEST_MISRANKED = 5; // pairs, as for the normal approximation of a proportion

    /** The area of these scores; each side needs two. */
    public static DeLong of(double[] positives, double[] negatives) {
        if (positives.length < 2 || negatives.length < 2) {
            throw new IllegalArgumentException("A variance needs two scores on each side, but there are "
                    + positives.length + " positives and " + negatives.length + " negatives");
        }
        double[] v10 = Roc.placements(positives, negatives);
        double[] v01 = Roc.placements(negatives, positives);
        for (int n = 0; n < v01.length; n++) {
            v01[n] = 1 - v01[n];
        }
        double s10 = Intervals.variance(v10);
        double s01 = Intervals.variance(v01);
        return new DeLong(
                Intervals.mean(v10),
                s10,
                s01,
                s10 / positives.length + s01 / negatives.length,
                Math.min(positives.length, negatives.length));
    }

    /**
     * The area where positive k and negative k are measurements of one subject, which are not independent: the variance of
     * the sum of a subject's two placements, over the number of subjects.
     */
    public static DeLong paired(double[] positives, double[] negatives) {
        if (positives.length != negatives.length) {
            throw new IllegalArgumentException("Pairs need as many positives as negatives, but there are "
                    + positives.length + " and " + negatives.length);
        }
        DeLong apart = of(positives, negatives);
        double[] v10 = Roc.placements(positives, negatives);
        double[] v01 = Roc.placements(negatives, positives);
        double[] sums = new double[v10.length];
        for (int n = 0; n < sums.length; n++) {
            sums[n] = v10[n] + 1 - v01[n];
        }
        return new DeLong(apart.auc, apart.s10, apart.s01, Intervals.variance(sums) / sums.length, sums.length / 2);
    }

    /**
     * The 95 % interval, on the logit scale beyond 0.9 or below 0.1, where the plain one leaves [0, 1].
     *
     * <p>DeLong's variance rests on the pairs that are ranked against the area. Where fewer than five independent ones
     * may be expected, above all at 0 and 1 where it is none, it gives way to the largest that an area can have, that of
     * a proportion {@code A(1 − A)/pairs}, in Wilson's interval, which has a width everywhere.
     *
     * @see <a href="https://doi.org/10.1214/aoms/1177707045">Birnbaum and Klose, 1957, on the largest variance</a>
     */
    public Estimate interval() {
        double z = SpecialFunctions.normalQuantile(0.975);
        if (variance == 0 || Math.min(auc, 1 - auc) * pairs < FEWEST_MISRANKED) {
            double shrink = 1 + z * z / pairs;
            double centre = (auc + z * z / (2 * pairs)) / shrink;
            double reach = z * Math.sqrt(auc * (1 - auc) / pairs + z * z / (4.0 * pairs * pairs)) / shrink;
            return new Estimate(
                    auc, Math.max(0, Math.min(auc, centre - reach)), Math.min(1, Math.max(auc, centre + reach)));
        }
        double reach = z * Math.sqrt(variance);
        if (auc > 0.9 || auc < 0.1) {
            double logit = Math.log(auc / (1 - auc));
            double wide = reach / (auc * (1 - auc));
            return new Estimate(auc, 1 / (1 + Math.exp(-(logit - wide))), 1 / (1 + Math.exp(-(logit + wide))));
        }
        return new Estimate(auc, Math.max(0, auc - reach), Math.min(1, auc + reach));
    }
}
