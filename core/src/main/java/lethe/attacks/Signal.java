package lethe.attacks;

import java.util.Locale;
import java.util.Optional;
import lethe.metrics.LogSumExp;
import lethe.training.Answers;
import lethe.training.TextScore;

/**
 * A number that says how much a model's output on one labelled example looks like that on a training example. Larger
 * means more member-like, throughout.
 *
 * <p>All are computed in double from logits {@code z}, never from clipped probabilities: with {@code y} the label,
 * {@code p = softmax(z)} and {@code LSE(v) = log Σ exp(v)}.
 */
public enum Signal {
    /** Logit-scaled confidence {@code z_y − LSE_{c≠y}(z_c) = log(p_y / (1 − p_y))}, nearly normal across models. */
    PHI {
        @Override
        double of(double[] z, int y) {
            return LogSumExp.logOdds(z, y);
        }
    },
    /** Negated cross-entropy {@code log p_y}. */
    NEG_LOSS {
        @Override
        double of(double[] z, int y) {
            // log p_y = −log(1 + exp(−φ)), which keeps its digits where p_y is close to one
            double phi = PHI.of(z, y);
            return phi > 0 ? -Math.log1p(Math.exp(-phi)) : phi - Math.log1p(Math.exp(phi));
        }
    },
    /** Distance to the best wrong class, {@code z_y − max_{c≠y} z_c}. */
    MARGIN {
        @Override
        double of(double[] z, int y) {
            return z[y] - maxExcept(z, y);
        }
    },
    /** Negated entropy {@code Σ p_c log p_c}; does not read the label. */
    NEG_ENTROPY {
        @Override
        double of(double[] z, int y) {
            double all = LogSumExp.except(z, NONE, 1);
            double sum = 0;
            for (double logit : z) {
                sum += product(logit - all);
            }
            return sum;
        }
    },
    /**
     * Negated modified entropy {@code (1 − p_y) log p_y + Σ_{c≠y} p_c log(1 − p_c)}, of Song and Mittal.
     *
     * @see <a href="https://arxiv.org/abs/2003.10595">Song and Mittal, 2021</a>
     */
    NEG_MENTROPY {
        @Override
        double of(double[] z, int y) {
            double all = LogSumExp.except(z, NONE, 1);
            double sum = Math.exp(LogSumExp.except(z, y, 1) - all) * (z[y] - all);
            for (int c = 0; c < z.length; c++) {
                double p = Math.exp(z[c] - all);
                if (c != y && p > 0) {
                    // 1 − p loses its digits for the one class that can exceed one half
                    sum += p * (p > 0.5 ? LogSumExp.except(z, c, 1) - all : Math.log1p(-p));
                }
            }
            return sum;
        }
    },
    /** Probability of the label {@code p_y}; in single precision many examples tie at 1. */
    CONFIDENCE {
        @Override
        double of(double[] z, int y) {
            return Math.exp(NEG_LOSS.of(z, y));
        }
    },
    /** 1 where the label has the largest logit, the lowest index winning ties, else 0. */
    CORRECT {
        @Override
        double of(double[] z, int y) {
            int best = 0;
            for (int c = 1; c < z.length; c++) {
                if (z[c] > z[best]) {
                    best = c;
                }
            }
            return best == y ? 1 : 0;
        }
    },
    /**
     * Softmax with a margin, {@code exp(u_y − m) / (exp(u_y − m) + Σ_{c≠y} exp(u_c))} of {@code u = z/T} at T = 2 and
     * m = 0.6, which RMIA and AMUN use on CIFAR-10, as they do the next two.
     *
     * @see <a href="https://arxiv.org/abs/2312.03262">Zarifzadeh et al., 2024</a>
     */
    SOFT_MARGIN {
        @Override
        double of(double[] z, int y) {
            return 1 / (1 + Math.exp(MARGIN_M + LogSumExp.except(z, y, TEMPERATURE) - z[y] / TEMPERATURE));
        }
    },
    /**
     * {@code P(u_y) / Σ P(u_c)} of {@code u = z/T} at T = 2, with {@code P(a) = Σ_{k≤4} a^k/k!} for the exponential. Unlike
     * the other signals the two Taylor ones change where a constant is added to all logits, and no logit is subtracted
     * first, as in the papers.
     */
    TAYLOR {
        @Override
        double of(double[] z, int y) {
            return taylor(z, y, 0, ORDER);
        }
    },
    /** {@code P(u_y − m) / (P(u_y − m) + Σ_{c≠y} P(u_c))} with T = 2, m = 0.6 and the quartic P, positive everywhere. */
    TAYLOR_SOFT_MARGIN {
        @Override
        double of(double[] z, int y) {
            return taylor(z, y, MARGIN_M, ORDER);
        }
    },
    /**
     * The same with the cubic that published code computes where the papers say order 4. Below −1.596 it is negative, so
     * this is no probability; it serves only to repeat published numbers.
     */
    TAYLOR_SOFT_MARGIN_LEGACY {
        @Override
        double of(double[] z, int y) {
            return taylor(z, y, MARGIN_M, ORDER - 1);
        }
    },
    /**
     * {@code Σ (1 − p_c) log p_c}, which published suites print as modified entropy: whole columns where one entry a row
     * was meant, and the logarithm of p where that of 1 − p was. It does not read the label, and serves only to repeat
     * published numbers.
     */
    NEG_MENTROPY_LEGACY {
        @Override
        double of(double[] z, int y) {
            double all = LogSumExp.except(z, NONE, 1);
            double sum = 0;
            for (double logit : z) {
                sum -= Math.expm1(logit - all) * (logit - all);
            }
            return sum;
        }
    },
    /** Of texts: {@link TextScore#MIN_K}. */
    MIN_K(TextScore.MIN_K),
    /** Of texts: {@link TextScore#MIN_K_40}. */
    MIN_K_40(TextScore.MIN_K_40),
    /** Of texts: {@link TextScore#MIN_K_PLUS}. */
    MIN_K_PLUS(TextScore.MIN_K_PLUS),
    /** Of texts: {@link TextScore#ZLIB}. */
    ZLIB(TextScore.ZLIB),
    /** Of texts: {@link TextScore#LAST_TOKENS}. */
    LAST_TOKENS(TextScore.LAST_TOKENS),
    /** Of texts: {@link TextScore#EXACT_MEMORIZATION}. */
    EXACT_MEMORIZATION(TextScore.EXACT_MEMORIZATION),
    /** Of texts: {@link TextScore#EXTRACTION_STRENGTH}. */
    EXTRACTION_STRENGTH(TextScore.EXTRACTION_STRENGTH),
    /** {@link TextScore#GRADIENT_NORM}, which takes a backward pass for each example under each model. */
    GRADIENT_NORM(TextScore.GRADIENT_NORM),
    /** {@link TextScore#GLOBAL_GRADIENT_NORM}, likewise. */
    GLOBAL_GRADIENT_NORM(TextScore.GLOBAL_GRADIENT_NORM);

    private static final int NONE = -1;
    private static final double TEMPERATURE = 2;
    private static final double MARGIN_M = 0.6;
    private static final int ORDER = 4;

    private final Optional<TextScore> ofTexts;

    Signal() {
        this.ofTexts = Optional.empty();
    }

    Signal(TextScore score) {
        this.ofTexts = Optional.of(score);
    }

    double of(double[] z, int y) {
        throw new IllegalArgumentException("'" + label() + "' is a number about "
                + (readsGradients() ? "gradients by the weights" : "the tokens of texts")
                + ", but there are only logits");
    }

    /** Whether it needs a gradient of each example, which nobody computes who is not asked to. */
    public boolean readsGradients() {
        return ofTexts.filter(TextScore::ofGradients).isPresent();
    }

    /**
     * The signals of what a model said.
     *
     * @param labels (B)
     * @throws IllegalArgumentException if it is a number about texts and the examples are none, or about gradients that
     *     were not computed
     */
    public float[] signals(Answers answers, int[] labels) {
        if (ofTexts.isEmpty()) {
            return signals(answers.logits(), labels);
        }
        return Optional.ofNullable(answers.texts().get(ofTexts.get()))
                .orElseThrow(() -> new IllegalArgumentException("'" + label()
                        + (readsGradients()
                                ? "' is a number about gradients, which were not computed;"
                                : "' is a number about the tokens of texts, but the examples are none;")
                        + " choose a signal such as " + PHI.label()))
                .clone();
    }

    /** The signal of one example. */
    public double signal(double[] logits, int label) {
        check(logits.length, label, 0);
        return of(logits, label);
    }

    /**
     * The signals of a batch, one a row; logits are widened before any exponential.
     *
     * @param logits (B × K), row-major
     * @param labels (B)
     */
    public float[] signals(float[] logits, int[] labels) {
        if (labels.length == 0) {
            return new float[0];
        }
        if (logits.length % labels.length != 0) {
            throw new IllegalArgumentException(
                    logits.length + " logits do not divide into rows for " + labels.length + " labels");
        }
        int classes = logits.length / labels.length;
        double[] row = new double[classes];
        float[] signals = new float[labels.length];
        for (int b = 0; b < labels.length; b++) {
            check(classes, labels[b], b);
            for (int c = 0; c < classes; c++) {
                row[c] = logits[b * classes + c];
            }
            signals[b] = (float) of(row, labels[b]);
        }
        return signals;
    }

    /**
     * The likelihood {@code p(x|θ)} that a value of this signal stands for, in which attacks form ratios.
     *
     * @throws IllegalArgumentException if the signal is not a function of one
     */
    double likelihood(double value) {
        return switch (this) {
            case PHI -> 1 / (1 + Math.exp(-value));
            case NEG_LOSS -> Math.exp(value);
            case CONFIDENCE, SOFT_MARGIN, TAYLOR, TAYLOR_SOFT_MARGIN, TAYLOR_SOFT_MARGIN_LEGACY -> value;
            default ->
                throw new IllegalArgumentException("A ratio of likelihoods needs a signal that is one, such as "
                        + PHI.label() + " or " + TAYLOR_SOFT_MARGIN.label() + ", but got " + label());
        };
    }

    /** What must be seen of the model's answer to compute it. */
    public Access.Output output() {
        return switch (this) {
            case CORRECT, EXACT_MEMORIZATION, EXTRACTION_STRENGTH -> Access.Output.LABEL_ONLY;
            case PHI, NEG_LOSS, CONFIDENCE, MIN_K, MIN_K_40, ZLIB, LAST_TOKENS -> Access.Output.CONFIDENCE;
            case TAYLOR, TAYLOR_SOFT_MARGIN, TAYLOR_SOFT_MARGIN_LEGACY -> Access.Output.LOGITS;
            case GRADIENT_NORM, GLOBAL_GRADIENT_NORM -> Access.Output.WEIGHTS;
            default -> Access.Output.VECTOR;
        };
    }

    /** The name in plans and reports, such as {@code neg-loss}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void check(int classes, int label, int row) {
        if (classes < 2) {
            throw new IllegalArgumentException("A membership signal needs at least 2 classes, but there is " + classes);
        }
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("Label " + label + " of row " + row + " is outside 0…" + (classes - 1)
                    + ", the classes of the logits");
        }
    }

    /** p log p from log p, 0 at p = 0. */
    private static double product(double logP) {
        double p = Math.exp(logP);
        return p == 0 ? 0 : p * logP;
    }

    private static double maxExcept(double[] z, int skipped) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < z.length; c++) {
            if (c != skipped) {
                max = Math.max(max, z[c]);
            }
        }
        return max;
    }

    private static double taylor(double[] z, int y, double margin, int order) {
        double labelled = taylor(z[y] / TEMPERATURE - margin, order);
        double sum = labelled;
        for (int c = 0; c < z.length; c++) {
            sum += c == y ? 0 : taylor(z[c] / TEMPERATURE, order);
        }
        return labelled / sum;
    }

    /** {@code Σ_{k≤order} a^k/k!} by Horner's rule. */
    private static double taylor(double a, int order) {
        double sum = 1;
        for (int k = order; k > 0; k--) {
            sum = 1 + sum * a / k;
        }
        return sum;
    }
}
