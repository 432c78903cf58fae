package lethe.metrics;

/** The exact 95 % interval of a proportion: it never covers less often than it promises. */
public final class ClopperPearson {
    private ClopperPearson() {}

    /** The share {@code successes / trials} with its interval. */
    public static Estimate of(long successes, long trials) {
        return new Estimate((double) successes / trials, low(successes, trials), high(successes, trials));
    }

    /** The lower limit; 0 without a success. */
    public static double low(long successes, long trials) {
        check(successes, trials);
        return successes == 0 ? 0 : SpecialFunctions.betaQuantile(0.025, (double) successes, trials - successes + 1.0);
    }

    /** The upper limit; 1 without a failure. */
    public static double high(long successes, long trials) {
        check(successes, trials);
        return successes == trials
                ? 1
                : SpecialFunctions.betaQuantile(0.975, successes + 1.0, (double) trials - successes);
    }

    private static void check(long successes, long trials) {
        if (trials <= 0 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException(
                    "Need 0 <= successes <= trials and a trial, but got " + successes + " of " + trials);
        }
    }
}
