package lethe.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * What membership attacks on language models make of the probabilities of a text's tokens. Scores are larger for what a
 * model is less likely to have been trained on, as a loss is.
 */
public final class TextScores {
    private static final int LEVEL = 6; // zlib's own default, which the published attack uses
    private static final double SMALLEST_VARIANCE = 1e-6;

    private TextScores() {}

    /**
     * Min-K%: the negative mean of the smallest log-probabilities, {@code max(1, ⌊k·n⌋)} of them. With z-scores in their
     * place it is Min-K%++.
     *
     * @param logProbabilities of each token given those before it, or its {@link #zScore}; one at least
     * @param k share of the tokens, in (0, 1]; 0.2 in the paper, 0.4 in MUSE
     * @see <a href="https://arxiv.org/abs/2310.16789">Shi et al., 2024</a>
     */
    public static double minK(double[] logProbabilities, double k) {
        if (logProbabilities.length == 0 || !(k > 0 && k <= 1)) {
            throw new IllegalArgumentException("Need a token and a share in (0, 1], but there are "
                    + logProbabilities.length + " tokens and the share is " + k);
        }
        double[] ascending = logProbabilities.clone();
        Arrays.sort(ascending);
        int count = Math.max(1, (int) (k * ascending.length));
        return -Intervals.mean(Arrays.copyOf(ascending, count));
    }

    /**
     * The z-score of Min-K%++, {@code (log p_t − μ)/σ} with μ and σ of the log-probability of a token drawn from the
     * prediction itself.
     *
     * @param logProbabilities of all tokens at one position
     * @param token the one that is there
     * @see <a href="https://arxiv.org/abs/2404.02936">Zhang et al., 2025</a>
     */
    public static double zScore(double[] logProbabilities, int token) {
        double mean = 0;
        double square = 0;
        for (double log : logProbabilities) {
            double p = Math.exp(log);
            if (p > 0) { // what is impossible adds nothing, but 0 · ∞ would
                mean += p * log;
                square += p * log * log;
            }
        }
        return zScore(logProbabilities[token], mean, square);
    }

    /**
     * The z-score of Min-K%++ from moments.
     *
     * @param logProbability of the token that is there
     * @param mean Σ p log p over all tokens
     * @param square Σ p (log p)²
     */
    public static double zScore(double logProbability, double mean, double square) {
        return (logProbability - mean) / Math.sqrt(Math.max(square - mean * mean, SMALLEST_VARIANCE));
    }

    /**
     * The number of bytes that zlib packs a text into, which a loss is divided by to allow for texts that are easy
     * whether known or not.
     *
     * @see <a href="https://arxiv.org/abs/2012.07805">Carlini et al., 2021</a>
     */
    public static int zlibBytes(String text) {
        Deflater deflater = new Deflater(LEVEL);
        try {
            deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            byte[] buffer = new byte[1 << 12];
            while (!deflater.finished()) {
                deflater.deflate(buffer);
            }
            return Math.toIntExact(deflater.getBytesWritten());
        } finally {
            deflater.end();
        }
    }

    /** Perplexity: the exponential of the mean loss per token of a corpus, which long texts count more in. */
    public static double perplexity(double[] meanLosses, long[] tokens) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < tokens.length; i++) {
            sum += tokens[i] == 0 ? 0 : meanLosses[i] * tokens[i]; // a text without targets has no mean
            count += tokens[i];
        }
        return Math.exp(sum / count);
    }

    /**
     * The exposure of a planted secret in bits: {@code log₂ of the number of candidates − log₂ rank}, with rank 1 for the
     * likeliest; candidates as likely as the secret rank half before and half behind it.
     *
     * @param secret loss of the secret
     * @param others losses of the other candidates
     * @see <a href="https://arxiv.org/abs/1802.08232">Carlini et al., 2019</a>
     */
    public static double exposure(double secret, double[] others) {
        double rank = 1;
        for (double other : others) {
            rank += other < secret ? 1 : other == secret ? 0.5 : 0;
        }
        return (Math.log(others.length + 1.0) - Math.log(rank)) / Math.log(2);
    }

    /**
     * PrivLeak, in percent: how much an attack's area under the curve differs from that on a retrained model. About 0 is
     * good; negative if members are still recognised, positive if they stand out as unusually unlikely.
     *
     * <p>MUSE counts the unseen texts as members, so its areas are one minus the usual ones, which are taken here:
     * {@code 100 · ((1 − a) − (1 − r)) / (1 − r)}.
     *
     * @param unlearned area under the curve of the unlearned model, 1 if every forgotten text is recognised
     * @param retrained the same of the retrained model, less than 1
     * @see <a href="https://arxiv.org/abs/2407.06460">Shi et al., 2025</a>
     */
    public static double privLeak(double unlearned, double retrained) {
        if (!(retrained < 1)) {
            throw new IllegalArgumentException("PrivLeak is relative to 1 − the retrained model's area under the curve,"
                    + " but that area is " + retrained);
        }
        return 100 * (retrained - unlearned) / (1 - retrained);
    }
}
