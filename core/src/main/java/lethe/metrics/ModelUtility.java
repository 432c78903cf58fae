package lethe.metrics;

import java.util.Arrays;

/**
 * TOFU's model utility: whether an unlearned model still knows what it was to keep, about the retained authors, about real
 * ones and about the world. It is the harmonic mean of nine numbers in [0, 1], and 0 if one of them is.
 *
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024, section 2.2.1</a>
 */
public record ModelUtility(Part retain, Part realAuthors, Part worldFacts) {
    /**
     * One of the three kinds of questions.
     *
     * @param probability of the right answer
     * @param rouge ROUGE-L recall of what the model answers
     * @param truthRatio by {@link TruthRatio#preferenceForTruth}
     */
    public record Part(double probability, double rouge, double truthRatio) {
        /**
         * Open questions, where the probability of an answer is {@code exp(−ℓ)}, normalised by its length.
         *
         * @param losses mean loss per token of the answers
         * @param recalls ROUGE-L recall of the model's answers
         * @param ratios truth ratios
         */
        public static Part open(double[] losses, double[] recalls, double[] ratios) {
            double probability =
                    Arrays.stream(losses).map(loss -> Math.exp(-loss)).average().orElseThrow();
            return new Part(probability, Intervals.mean(recalls), TruthRatio.preferenceForTruth(ratios));
        }

        /**
         * Questions with a choice, where the probability is the right answer's share among all answers.
         *
         * @param losses mean loss per token of the right answers
         * @param wrong the same of the wrong answers to each question
         * @param recalls ROUGE-L recall of the model's answers
         * @param ratios truth ratios
         */
        public static Part choice(double[] losses, double[][] wrong, double[] recalls, double[] ratios) {
            double sum = 0;
            for (int i = 0; i < losses.length; i++) {
                double right = losses[i];
                sum += 1
                        / (1
                                + Arrays.stream(wrong[i])
                                        .map(loss -> Math.exp(right - loss))
                                        .sum());
            }
            return new Part(sum / losses.length, Intervals.mean(recalls), TruthRatio.preferenceForTruth(ratios));
        }
    }

    /** The harmonic mean of the nine. */
    public double value() {
        return harmonicMean(
                retain.probability,
                retain.rouge,
                retain.truthRatio,
                realAuthors.probability,
                realAuthors.rouge,
                realAuthors.truthRatio,
                worldFacts.probability,
                worldFacts.rouge,
                worldFacts.truthRatio);
    }

    /** The harmonic mean of numbers that are not negative; 0 if one of them is 0. */
    static double harmonicMean(double... values) {
        return values.length / Arrays.stream(values).map(value -> 1 / value).sum();
    }
}
