package lethe.metrics;

/**
 * A lower bound of the privacy loss ε that one training run proves: an auditor who guesses the membership of
 * independently drawn examples is right too often for any smaller ε, at δ = 0.
 *
 * @see <a href="https://arxiv.org/abs/2305.08846">Steinke, Nasr and Jagielski, 2023</a>
 */
public final class PrivacyLoss {
    private PrivacyLoss() {}

    /**
     * Returns {@code sup{ε : P[Bin(guesses, 1/(1 + e^−ε)) ≥ correct] < significance}}, at least 0.
     *
     * <p>The number of guesses has to be fixed before looking: taking the best of several on the same data voids the
     * significance.
     *
     * @param guesses how many examples were guessed about
     * @param correct how many of them rightly
     * @param significance probability of a bound above the truth, such as 0.05
     */
    public static double oneRunLowerBound(long guesses, long correct, double significance) {
        if (guesses <= 0 || correct < 0 || correct > guesses) {
            throw new IllegalArgumentException(
                    "Need 0 <= correct <= guesses and a guess, but got " + correct + " of " + guesses);
        }
        if (correct == 0) {
            return 0;
        }
        // P[Bin(r, q) ≥ v] = I_q(v, r − v + 1), which grows with q
        double rate = SpecialFunctions.betaQuantile(significance, correct, guesses - correct + 1.0);
        return Math.max(0, Math.log(rate / (1 - rate)));
    }
}
