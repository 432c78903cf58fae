package lethe.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ROUGE: how much of a reference text is found in another, by words. With LCS the longest common subsequence,
 *
 * <pre>
 *   precision = LCS / |hypothesis|,   recall = LCS / |reference|,   f1 = 2PR / (P + R)
 * </pre>
 *
 * <p>for ROUGE-L; ROUGE-1 counts common words instead, each as often as it is in both. All are 0 where a text has no words.
 * Words are runs of a to z and digits in lower case; stemmed, those of more than three letters are cut to their stems.
 *
 * @param precision share of the hypothesis that is common
 * @param recall share of the reference that is common
 * @param f1 their harmonic mean
 * @see <a href="https://aclanthology.org/W04-1013/">Lin, 2004</a>
 */
public record Rouge(double precision, double recall, double f1) {
    private static final int UNSTEMMED = 3;

    /** ROUGE-L by the longest common subsequence of words. */
    public static Rouge lcs(String reference, String hypothesis, boolean stemmed) {
        List<String> expected = words(reference, stemmed);
        List<String> found = words(hypothesis, stemmed);
        int[] row = new int[found.size() + 1];
        for (String word : expected) {
            int diagonal = 0;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                row[j] = word.equals(found.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return of(row[found.size()], expected.size(), found.size());
    }

    /** ROUGE-1 by single words. */
    public static Rouge unigrams(String reference, String hypothesis, boolean stemmed) {
        List<String> expected = words(reference, stemmed);
        List<String> found = words(hypothesis, stemmed);
        Map<String, Integer> left = new HashMap<>();
        found.forEach(word -> left.merge(word, 1, Integer::sum));
        int common = 0;
        for (String word : expected) {
            if (left.merge(word, -1, Integer::sum) >= 0) {
                common++;
            }
        }
        return of(common, expected.size(), found.size());
    }

    private static Rouge of(int common, int expected, int found) {
        if (common == 0) {
            return new Rouge(0, 0, 0);
        }
        double precision = (double) common / found;
        double recall = (double) common / expected;
        return new Rouge(precision, recall, 2 * precision * recall / (precision + recall));
    }

    private static List<String> words(String text, boolean stemmed) {
        List<String> words = Words.of(text);
        return stemmed
                ? words.stream()
                        .map(word -> word.length() > UNSTEMMED ? PorterStemmer.stem(word) : word)
                        .toList()
                : words;
    }
}
