package lethe.metrics;

/**
 * A confidence sequence for values that are distributed symmetrically about their means given the past, whatever their
 * spread. The difference between a method and exact retraining in one world is symmetric about 0 if the two are alike,
 * for then they may be exchanged; elsewhere symmetry is an assumption, and a mild one for averages over many examples.
 *
 * <p>For symmetric deviations {@code exp(λ(value − m) − λ²(value − m)²/2)} has a mean of at most 1. With
 * {@code S = Σ (value − m)}, {@code V = Σ (value − m)²} and λ mixed over a half-normal distribution of scale ρ,
 *
 * <pre>
 *   K_t(m) = 2 (1 + ρ²V)^−½ exp(ρ²S² / (2 (1 + ρ²V))) Φ(ρS / √(1 + ρ²V))
 * </pre>
 *
 * <p>is the capital of who bets on more than m; with −S, on less. Means with either at {@code 2/α} or more are excluded. As
 * deviations are measured by themselves, the interval narrows with their true spread, where {@link BettingSequence} has
 * to allow for the whole range.
 *
 * @see "De la Peña, A general class of exponential inequalities for martingales and ratios, Annals of Probability 27, 1999"
 * @see "Lai, On confidence sequences, Annals of Statistics 4, 1976, for mixtures"
 */
public final class SymmetricSequence implements ConfidenceSequence {
    /** Sharpest where the squared deviations add up to 1/ρ²: sixteen worlds with deviations of 0.03. */
    private static final double RHO_SQUARED = 1 / (16 * 0.03 * 0.03);

    private static final int STEPS = 60;

    private final double significance;
    private int size;
    private double mean;
    private double squares; // of deviations from the mean so far

    /** A sequence that ever misses with at most this probability. */
    public SymmetricSequence(double significance) {
        this.significance = significance;
    }

    @Override
    public void add(double value) {
        double deviation = ConfidenceSequence.checked(value) - mean;
        size++;
        mean += deviation / size;
        squares += deviation * (value - mean);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Estimate interval() {
        return new Estimate(mean, mean - reach(mean + 1), mean + reach(1 - mean));
    }

    /**
     * The distance from the mean at which means begin to be excluded, else the limit. All beyond are excluded with it: of
     * values whose means are below m, even a bettor against m cannot expect to gain.
     */
    private double reach(double limit) {
        // The capital rises with the distance d up to where t·d² = (t − 1)(1/ρ² + squares), and falls slowly beyond.
        double peak = size == 0 ? 0 : Math.sqrt((size - 1.0) * (1 / RHO_SQUARED + squares) / size);
        double rich = Math.min(limit, peak);
        double threshold = Math.log(2 / significance);
        if (logCapital(rich) < threshold) {
            return limit;
        }
        double open = 0;
        for (int step = 0; step < STEPS; step++) {
            double distance = 0.5 * (open + rich);
            if (logCapital(distance) >= threshold) {
                rich = distance;
            } else {
                open = distance;
            }
        }
        return rich;
    }

    private double logCapital(double distance) {
        double sum = size * distance;
        double spread = 1 + RHO_SQUARED * (squares + size * distance * distance);
        double z = Math.sqrt(RHO_SQUARED / spread) * sum;
        return Math.log(2 * SpecialFunctions.normalCdf(z)) - 0.5 * Math.log(spread) + 0.5 * z * z;
    }
}
