package lethe.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lethe.metrics.Memorization;
import lethe.metrics.TextScores;

/**
 * A number about a text that needs more than its likelihood: what the model said of each of its tokens, or how its weights
 * would have to change. Larger means more member-like, as for every signal.
 */
public enum TextScore {
    /** The share of tokens that are what the model thinks most likely, given the true ones before. */
    EXACT_MEMORIZATION {
        @Override
        double of(TokenAnswers answers) {
            return Memorization.exact(answers.predicted(), answers.truth());
        }
    },
    /** {@code 1 − k/n}, k the fewest tokens after which all others are what the model thinks most likely. */
    EXTRACTION_STRENGTH {
        @Override
        double of(TokenAnswers answers) {
            return Memorization.extractionStrength(answers.predicted(), answers.truth());
        }
    },
    /**
     * Min-K%: the mean log-likelihood of the fifth of tokens that is least likely.
     *
     * @see <a href="https://arxiv.org/abs/2310.16789">Shi et al., 2024</a>
     */
    MIN_K {
        @Override
        double of(TokenAnswers answers) {
            return -TextScores.minK(answers.logLikelihood(), FIFTH);
        }
    },
    /** Min-K% of two fifths, as the MUSE benchmark has it. */
    MIN_K_40 {
        @Override
        double of(TokenAnswers answers) {
            return -TextScores.minK(answers.logLikelihood(), 2 * FIFTH);
        }
    },
    /**
     * Min-K%++: the same of log-likelihoods in standard deviations above what the model expects at their place,
     * {@code (log p_t − μ_t) / σ_t} with μ and σ over the whole vocabulary.
     *
     * @see <a href="https://arxiv.org/abs/2404.02936">Zhang et al., 2025</a>
     */
    MIN_K_PLUS {
        @Override
        double of(TokenAnswers answers) {
            return -TextScores.minK(answers.standardized(), FIFTH);
        }
    },
    /**
     * Mean log-likelihood in bytes of the text's zlib compression, for what is likely because it is simple.
     *
     * @see <a href="https://arxiv.org/abs/2012.07805">Carlini et al., 2021</a>
     */
    ZLIB {
        @Override
        double of(TokenAnswers answers) {
            return Arrays.stream(answers.logLikelihood()).average().orElse(0) / answers.compressedBytes();
        }
    },
    /** Mean log-likelihood of the last seven tokens, which the text experiments of RULI attack. */
    LAST_TOKENS {
        @Override
        double of(TokenAnswers answers) {
            double[] all = answers.logLikelihood();
            return Arrays.stream(all, Math.max(0, all.length - LAST), all.length)
                    .average()
                    .orElse(0);
        }
    },
    /**
     * Negative gradient norm: the mean over all trainable tensors W of {@code ‖∂ℓ/∂W‖₂}, ℓ the mean loss per token. The
     * loss of what was learned has been flattened. Of images too, with their cross-entropy.
     *
     * @see <a href="https://arxiv.org/abs/1812.00910">Nasr et al., 2019</a>
     */
    GRADIENT_NORM,
    /** Negative Euclidean norm of the whole gradient, in which large tensors count more. Of images too. */
    GLOBAL_GRADIENT_NORM;

    private static final double FIFTH = 0.2;
    private static final int LAST = 7;

    /** Whether it needs a backward pass for each example, and is therefore computed only where somebody asks for it. */
    public boolean ofGradients() {
        return this == GRADIENT_NORM || this == GLOBAL_GRADIENT_NORM;
    }

    /** Those that are computed of every text. */
    static List<TextScore> ofTokens() {
        return Arrays.stream(values()).filter(score -> !score.ofGradients()).toList();
    }

    double of(TokenAnswers answers) {
        throw new IllegalStateException(label() + " is no function of what is said of tokens");
    }

    /** The name in files, such as {@code min-k}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * What a model says of the tokens of one text that a loss is wanted of, in their order, at least one.
     *
     * @param predicted the most likely token in the place of each
     * @param truth the tokens
     * @param logLikelihood log p_t
     * @param standardized (log p_t − μ_t) / σ_t
     * @param compressedBytes length of what the tokens say after compression by zlib
     */
    @SuppressWarnings("ArrayRecordComponent") // lives for one text
    record TokenAnswers(
            int[] predicted, int[] truth, double[] logLikelihood, double[] standardized, int compressedBytes) {}
}
