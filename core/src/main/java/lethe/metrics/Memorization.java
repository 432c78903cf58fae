package lethe.metrics;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** How much of a text of token ids a model has learned by heart. All values lie in [0, 1]. */
public final class Memorization {
    private Memorization() {}

    /**
     * Exact memorisation, which Jang et al. call memorisation accuracy: {@code (1/n) Σ_t [ŷ_t = y_t]}.
     *
     * @param predicted the likeliest token at each position, given the true ones before it
     * @param truth the tokens that are there
     * @see <a href="https://arxiv.org/abs/2210.01504">Jang et al., 2023</a>
     */
    public static double exact(int[] predicted, int[] truth) {
        check(predicted, truth);
        int equal = 0;
        for (int t = 0; t < truth.length; t++) {
            equal += predicted[t] == truth[t] ? 1 : 0;
        }
        return (double) equal / truth.length;
    }

    /**
     * Extraction strength {@code 1 − k/n}, with k the length of the shortest beginning after which every token is
     * predicted; 0 if the last is not.
     *
     * @param predicted the likeliest token at each position, given the true ones before it
     * @param truth the tokens that are there
     * @see <a href="https://arxiv.org/abs/2012.07805">Carlini et al., 2021</a>
     */
    public static double extractionStrength(int[] predicted, int[] truth) {
        check(predicted, truth);
        int k = truth.length;
        while (k > 0 && predicted[k - 1] == truth[k - 1]) {
            k--;
        }
        return 1 - (double) k / truth.length;
    }

    /**
     * Extraction strength as the OpenUnlearning suite computes it: never less than {@code 1/n}, as its search ends one
     * token early. The suite also leaves out the last token of a text, which is up to the caller.
     *
     * @see <a href="https://arxiv.org/abs/2506.12618">Dorna et al., 2025</a>
     */
    public static double extractionStrengthOfOpenUnlearning(int[] predicted, int[] truth) {
        return Math.max(extractionStrength(predicted, truth), 1.0 / truth.length);
    }

    /**
     * Extraction likelihood: the mean, over all beginnings of a text, of the share of what follows that is among what
     * the model goes on with, by runs of {@code n} tokens,
     *
     * <pre>
     *   EL_n = 1/(T − n) Σ_{t=1}^{T−n} OVERLAP_n(f(x_&lt;t), x_≥t),
     *   OVERLAP_n(a, b) = |{c ∈ n-grams(a) : c ∈ n-grams(b)}| / |n-grams(b)|
     * </pre>
     *
     * <p>with runs counted as often as they occur.
     *
     * @param continuations element t − 1 is what the model goes on with after the first t tokens, up to the length of
     *     the text
     * @param text all tokens of the text
     * @param n length of runs; the paper has 10
     * @see <a href="https://arxiv.org/abs/2210.01504">Jang et al., 2023, equations 2 and 3</a>
     */
    public static double extractionLikelihood(List<int[]> continuations, int[] text, int n) {
        int beginnings = text.length - n;
        if (beginnings < 1 || continuations.size() < beginnings) {
            throw new IllegalArgumentException("A text of " + text.length + " tokens has " + beginnings
                    + " beginnings before a run of " + n + ", but there are " + continuations.size()
                    + " continuations; expected one at least, and one for each");
        }
        double sum = 0;
        for (int t = 1; t <= beginnings; t++) {
            sum += overlap(continuations.get(t - 1), Arrays.copyOfRange(text, t, text.length), n);
        }
        return sum / beginnings;
    }

    /** OVERLAP_n: how many runs of the first list are in the second, over the number of runs of the second. */
    public static double overlap(int[] generated, int[] truth, int n) {
        List<List<Integer>> wanted = runs(truth, n);
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("There is no run of " + n + " in " + truth.length + " tokens");
        }
        Set<List<Integer>> known = new HashSet<>(wanted);
        long found = runs(generated, n).stream().filter(known::contains).count();
        return (double) found / wanted.size();
    }

    private static List<List<Integer>> runs(int[] tokens, int n) {
        List<Integer> list = Arrays.stream(tokens).boxed().toList();
        return IntStream.rangeClosed(0, tokens.length - n)
                .mapToObj(i -> list.subList(i, i + n))
                .toList();
    }

    private static void check(int[] predicted, int[] truth) {
        if (truth.length == 0 || predicted.length != truth.length) {
            throw new IllegalArgumentException("Need a prediction for each of the tokens, and one token at least, but"
                    + " there are " + predicted.length + " predictions and " + truth.length + " tokens");
        }
    }
}
