package lethe.experiments;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.models.Model;
import lethe.training.Answers;
import lethe.training.Evaluation;
import lethe.training.TextScore;

/**
 * How much of a text a language model says by heart; each in [0, 1], NaN where the text is too short to ask.
 *
 * @param extraction 1 if it goes on with the prompt, or with the first half where there is none, token by token, up to 64 of
 *     them, taking the likeliest each time
 * @param recall ROUGE-L recall of what it writes then, stemmed
 * @param memorization exact memorisation, see {@link lethe.metrics.Memorization#exact}
 * @param strength extraction strength, see {@link lethe.metrics.Memorization#extractionStrength}
 */
record Recital(double extraction, double recall, double memorization, double strength) {

    /** Of each text; the model must write texts. */
    static List<Recital> of(Model model, Dataset texts) {
        Map<String, Writing.Continuation> continuations =
                Written.continuations(
                                model, texts, IntStream.range(0, texts.size()).toArray())
                        .stream()
                        .collect(Collectors.toMap(Writing.Continuation::id, it -> it));
        Answers answers = Evaluation.answers(model, texts);
        float[] memorization = scores(answers, TextScore.EXACT_MEMORIZATION);
        float[] strength = scores(answers, TextScore.EXTRACTION_STRENGTH);
        return IntStream.range(0, texts.size())
                .mapToObj(row -> {
                    Writing.Continuation own = continuations.get(texts.id(row).value());
                    return new Recital(
                            own == null ? Double.NaN : own.exact() ? 1 : 0,
                            own == null ? Double.NaN : own.recall(),
                            memorization[row],
                            strength[row]);
                })
                .toList();
    }

    private static float[] scores(Answers answers, TextScore score) {
        float[] scores = answers.texts().get(score);
        if (scores == null) {
            throw new IllegalArgumentException(score + " is a number about texts, but the examples are none");
        }
        return scores;
    }

    /** The mean of some recitals; NaN if there are none. */
    static Recital mean(List<Recital> recitals) {
        double[] sums = new double[4];
        for (Recital each : recitals) {
            sums[0] += each.extraction;
            sums[1] += each.recall;
            sums[2] += each.memorization;
            sums[3] += each.strength;
        }
        double[] means = Arrays.stream(sums).map(sum -> sum / recitals.size()).toArray();
        return new Recital(means[0], means[1], means[2], means[3]);
    }
}
