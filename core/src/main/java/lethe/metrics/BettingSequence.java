package lethe.metrics;

import java.util.Arrays;

/**
 * The hedged-capital confidence sequence: it assumes nothing but that values are bounded.
 *
 * <p>Who bets that the mean of {@code x = (value + 1)/2} exceeds m cannot grow rich if it does not:
 *
 * <pre>
 *   K⁺_t(m) = Π_s (1 + λ_s⁺ (x_s − m)),   λ_s⁺ = min(λ_s, c/m),   λ_s = √(2 ln(2/α) / (σ̂²_{s−1} s ln(1 + s)))
 * </pre>
 *
 * <p>and alike, with {@code 1 − m} for m, who bets on less. Means with either capital at {@code 2/α} or more are excluded.
 * The price of assuming nothing is paid in worlds: however little values vary, a capital grows at most by the factor
 * {@code 1 + c (x/m − 1)} a world, so that differences of 0.05 take about a hundred worlds to exclude.
 *
 * @see <a href="https://doi.org/10.1093/jrsssb/qkad009">Waudby-Smith and Ramdas, 2024</a>, theorem 3, with c = ¾
 */
public final class BettingSequence implements ConfidenceSequence {
    private static final double CAUTION = 0.75;
    private static final int STEPS = 50;

    private final double significance;
    private double[] values = new double[16]; // in [0, 1]
    private double[] bets = new double[16];
    private int size;
    private double sum;
    private double squares;

    /** A sequence that ever misses with at most this probability. */
    public BettingSequence(double significance) {
        this.significance = significance;
    }

    @Override
    public void add(double value) {
        double x = (ConfidenceSequence.checked(value) + 1) / 2;
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            bets = Arrays.copyOf(bets, 2 * size);
        }
        double variance = (0.25 + squares) / (size + 1); // of the past, with a quarter as the first guess
        bets[size] = Math.sqrt(2 * Math.log(2 / significance) / (variance * (size + 1) * Math.log(size + 2.0)));
        values[size++] = x;
        sum += x;
        double mean = (0.5 + sum) / (size + 1);
        squares += (x - mean) * (x - mean);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Estimate interval() {
        if (size == 0) {
            return new Estimate(0, -1, 1);
        }
        double mean = sum / size;
        double low = excludedUpTo(mean, false);
        double high = 1 - excludedUpTo(1 - mean, true);
        return new Estimate(2 * mean - 1, 2 * low - 1, 2 * high - 1);
    }

    /** The largest mean, at most {@code limit}, on exceeding which a bettor grew rich; with values mirrored if asked. */
    private double excludedUpTo(double limit, boolean mirrored) {
        double excluded = 0;
        double open = limit;
        for (int step = 0; step < STEPS; step++) { // the capital falls as m grows
            double m = 0.5 * (excluded + open);
            if (capital(m, mirrored) >= 2 / significance) {
                excluded = m;
            } else {
                open = m;
            }
        }
        return excluded;
    }

    private double capital(double m, boolean mirrored) {
        double capital = 1;
        double most = CAUTION / m;
        for (int s = 0; s < size; s++) {
            double x = mirrored ? 1 - values[s] : values[s];
            capital *= 1 + Math.min(bets[s], most) * (x - m);
        }
        return capital;
    }
}
