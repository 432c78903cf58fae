package lethe.metrics;

/**
 * The area under a curve with DeLong's variance, which treats the scores as independent. It describes one model; across
 * worlds use {@link CrossedBootstrap}.
 *
 * @param auc the area
 * @param s10 variance of the positives' placements among the negatives
 * @param s01 variance of the negatives' placements among the positives
 * @param variance {@code s10 / positives + s01 / negatives}
 * @see <a href="https://doi.org/10.2307/2531595">DeLong, DeLong and Clarke-Pearson, 1988</a>
 */
public record DeLong(double auc, double s10, double s01, double variance) {
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
        return new DeLong(Intervals.mean(v10), s10, s01, s10 / positives.length + s01 / negatives.length);
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
        return new DeLong(apart.auc, apart.s10, apart.s01, Intervals.variance(sums) / sums.length);
    }

    /** The 95 % interval, on the logit scale beyond 0.9 or below 0.1, where the plain one leaves [0, 1]. */
    public Estimate interval() {
        double reach = SpecialFunctions.normalQuantile(0.975) * Math.sqrt(variance);
        if ((auc > 0.9 && auc < 1) || (auc < 0.1 && auc > 0)) {
            double logit = Math.log(auc / (1 - auc));
            double wide = reach / (auc * (1 - auc));
            return new Estimate(auc, 1 / (1 + Math.exp(-(logit - wide))), 1 / (1 + Math.exp(-(logit + wide))));
        }
        return new Estimate(auc, Math.max(0, auc - reach), Math.min(1, auc + reach));
    }
}
