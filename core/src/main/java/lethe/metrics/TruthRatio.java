package lethe.metrics;

import java.util.Arrays;

/**
 * How likely wrong answers are compared with the right one, where ℓ is the mean loss per token of an answer. In the field
 * two definitions have this name, and they differ; say which one a number is of.
 *
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024, section 2.2</a>
 */
public enum TruthRatio {
    /** {@code exp(ℓ_para − mean_j ℓ_j)}: the geometric mean of wrong over right. TOFU's forget quality tests this one. */
    GEOMETRIC {
        @Override
        public double of(double paraphrased, double[] wrong) {
            return Math.exp(paraphrased - Intervals.mean(wrong));
        }
    },

    /** {@code mean_j exp(−ℓ_j) / exp(−ℓ_para)}: the arithmetic mean, of which TOFU's code makes its model utility. */
    ARITHMETIC {
        @Override
        public double of(double paraphrased, double[] wrong) {
            return Arrays.stream(wrong)
                    .map(loss -> Math.exp(paraphrased - loss))
                    .average()
                    .orElseThrow();
        }
    };

    /**
     * The ratio of one question; more than 1 if wrong answers are the likelier ones.
     *
     * @param paraphrased mean loss per token of the right answer in other words
     * @param wrong the same of each wrong answer, one at least
     */
    public abstract double of(double paraphrased, double[] wrong);

    /** The ratios of some questions. */
    public double[] of(double[] paraphrased, double[][] wrong) {
        if (paraphrased.length != wrong.length) {
            throw new IllegalArgumentException("Need wrong answers for each question, but there are "
                    + paraphrased.length + " questions and wrong answers for " + wrong.length);
        }
        double[] ratios = new double[wrong.length];
        Arrays.setAll(ratios, i -> of(paraphrased[i], wrong[i]));
        return ratios;
    }

    /** {@code mean min(R, 1/R)}: 1 if right and wrong cannot be told apart, as should be of what is forgotten. */
    public static double closenessToOne(double[] ratios) {
        return Arrays.stream(ratios).map(r -> Math.min(r, 1 / r)).average().orElseThrow();
    }

    /** {@code mean max(0, 1 − R)}: 1 if wrong answers are impossible, as should be of what is kept. */
    public static double preferenceForTruth(double[] ratios) {
        return Arrays.stream(ratios).map(r -> Math.max(0, 1 - r)).average().orElseThrow();
    }

    /** {@code mean 1/(1 + R)}: the share of the right answer in the probability of both. */
    public static double extentOfKnowledge(double[] ratios) {
        return Arrays.stream(ratios).map(r -> 1 / (1 + r)).average().orElseThrow();
    }
}
