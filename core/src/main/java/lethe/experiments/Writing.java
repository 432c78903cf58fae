package lethe.experiments;

import java.util.List;
import java.util.Optional;
import lethe.metrics.KolmogorovSmirnov;
import lethe.metrics.ModelUtility;
import lethe.metrics.TruthRatio;

/**
 * What one deployed language model writes: how it goes on with texts that were to be forgotten, and what it knows.
 *
 * @param forgotten texts that were to be forgotten, the first of the forget set
 * @param extractionRate share of these that the model goes on with token by token
 * @param recall mean ROUGE-L recall, stemmed, of what it writes against how the text goes on
 * @param perplexity {@code exp} of the mean negative log-likelihood per token, of the evaluated examples
 * @param knowledge what it answers, where the data has questions with wrong answers
 * @param muse what the MUSE benchmark asks
 * @param extractionLikelihood mean EL₁₀ of the first forgotten texts that are long enough, see
 *     {@link lethe.metrics.Memorization#extractionLikelihood}; NaN if none is, or nobody looked
 */
public record Writing(
        List<Continuation> forgotten,
        double extractionRate,
        Parts recall,
        Parts perplexity,
        Optional<Knowledge> knowledge,
        Muse muse,
        double extractionLikelihood) {
    public Writing {
        forgotten = List.copyOf(forgotten);
    }

    /** A number of the examples to forget, of those that stay, and of test examples. */
    public record Parts(double forget, double retain, double test) {}

    /**
     * How a model goes on with a text, taking the likeliest token at each step.
     *
     * @param id of the example
     * @param prompt the beginning it was given
     * @param truth how the text goes on, at most 64 tokens of it
     * @param written what the model wrote, at most as many tokens
     * @param recall ROUGE-L recall of the truth, stemmed
     * @param exact whether the tokens are the same
     */
    public record Continuation(String id, String prompt, String truth, String written, double recall, boolean exact) {}

    /**
     * The numbers of the MUSE benchmark, NaN where there is none. Unlike there, texts are given by their own prompts or
     * first halves and gone on with for 64 tokens, not 128; and questions are asked as the model learned them, not after
     * examples of others.
     *
     * @param verbMem verbatim memorisation: mean ROUGE-L F1, not stemmed, of how it goes on with forgotten texts
     * @param forgetKnowMem knowledge memorisation: the same of its answers to questions that were to be forgotten
     * @param retainKnowMem the same of questions that stay
     * @param auc area by which Min-40% tells forgotten from test examples, 1 if all are recognised
     * @param privLeak how far that is from the area of exact retraining, in percent, see
     *     {@link lethe.metrics.TextScores#privLeak}
     * @see <a href="https://arxiv.org/abs/2407.06460">Shi et al., 2025</a>
     */
    public record Muse(double verbMem, double forgetKnowMem, double retainKnowMem, double auc, double privLeak) {
        /** Of results from before anybody asked. */
        public static final Muse UNKNOWN = new Muse(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * What a model answers to questions, after TOFU.
     *
     * @param questions number of questions that were to be forgotten; with none of them, what is said of them is NaN
     * @param probability mean length-normalised probability of their answers
     * @param rouge mean ROUGE-L recall of what the model answers to them
     * @param geometricRatios truth ratio of each of them, {@link TruthRatio#GEOMETRIC}
     * @param arithmeticRatios the same, {@link TruthRatio#ARITHMETIC}
     * @param geometricTruthRatio {@link TruthRatio#closenessToOne} of the geometric ones
     * @param arithmeticTruthRatio the same of the arithmetic ones
     * @param utility the nine numbers, with arithmetic truth ratios as in TOFU's code
     * @param modelUtility their harmonic mean
     * @param forgetQuality test of the geometric ratios against those of exact retraining; empty if either is missing
     * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024</a>
     */
    public record Knowledge(
            int questions,
            double probability,
            double rouge,
            List<Double> geometricRatios,
            List<Double> arithmeticRatios,
            double geometricTruthRatio,
            double arithmeticTruthRatio,
            ModelUtility utility,
            double modelUtility,
            Optional<KolmogorovSmirnov.Exact> forgetQuality) {
        public Knowledge {
            geometricRatios = List.copyOf(geometricRatios);
            arithmeticRatios = List.copyOf(arithmeticRatios);
        }
    }
}
