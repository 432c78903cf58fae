package lethe.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.TextSet;
import lethe.engine.Tensor;
import lethe.metrics.TextScores;

/** Takes apart what a model says of a batch of texts, token by token. */
final class TokenReader {
    private TokenReader() {}

    /**
     * What is said of each text.
     *
     * @param logits (B, T, V)
     * @param labels (B, T)
     * @param data where the texts come from, to read what they say
     */
    static List<TextScore.TokenAnswers> read(Tensor logits, Tensor labels, Dataset data, int[] rows) {
        Tensor logP = logits.logSoftmax();
        Tensor p = logP.exp();
        float[] own = logits.crossEntropyEach(labels).neg().toFloats();
        float[] mean = p.mul(logP).sumOver(-1).toFloats();
        float[] square = p.mul(logP).mul(logP).sumOver(-1).toFloats();
        int[] predicted = logits.reshape(-1, logits.size(-1)).argmax().toInts();
        long[] truth = labels.toLongs();
        int length = Math.toIntExact(labels.size(1));
        List<TextScore.TokenAnswers> answers = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            int first = i * length;
            int[] wanted = wanted(truth, first, length);
            if (wanted.length == 0) {
                throw new IllegalArgumentException("Of text " + data.id(rows[i])
                        + " no token is to be learned, so nothing can be said about it; leave it out");
            }
            int[] said = new int[wanted.length];
            int[] tokens = new int[wanted.length];
            double[] likelihood = new double[wanted.length];
            double[] standardized = new double[wanted.length];
            for (int t = 0; t < wanted.length; t++) {
                int at = wanted[t];
                said[t] = predicted[at];
                tokens[t] = Math.toIntExact(truth[at]);
                likelihood[t] = own[at];
                standardized[t] = TextScores.zScore(own[at], mean[at], square[at]);
            }
            int bytes = TextScores.zlibBytes(
                    TextSet.behind(data, rows[i]).tokenizer().decode(tokens));
            answers.add(new TextScore.TokenAnswers(said, tokens, likelihood, standardized, bytes));
        }
        return answers;
    }

    private static int[] wanted(long[] truth, int first, int length) {
        return IntStream.range(first, first + length)
                .filter(at -> truth[at] >= 0)
                .toArray();
    }
}
