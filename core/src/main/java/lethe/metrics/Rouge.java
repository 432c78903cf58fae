package lethe.metrics;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

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
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");

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

    /**
     * Where a text has what ROUGE-L finds in the reference: a longest common subsequence of words, the earliest in the text
     * where there are several.
     *
     * @return positions of characters of {@code hypothesis} that belong to these words
     */
    public static BitSet matched(String reference, String hypothesis, boolean stemmed) {
        List<String> expected = words(reference, stemmed);
        List<MatchResult> places = WORD.matcher(hypothesis).results().toList();
        List<String> found = places.stream()
                .flatMap(place -> words(place.group(), stemmed).stream())
                .toList();
        int[][] rest = new int[expected.size() + 1][found.size() + 1]; // common to what follows i and what follows j
        for (int i = expected.size() - 1; i >= 0; i--) {
            for (int j = found.size() - 1; j >= 0; j--) {
                rest[i][j] = expected.get(i).equals(found.get(j))
                        ? rest[i + 1][j + 1] + 1
                        : Math.max(rest[i + 1][j], rest[i][j + 1]);
            }
        }
        BitSet matched = new BitSet();
        for (int i = 0, j = 0; rest[i][j] > 0; ) {
            if (expected.get(i).equals(found.get(j))) {
                matched.set(places.get(j).start(), places.get(j).end());
                i++;
                j++;
            } else if (rest[i + 1][j] == rest[i][j]) {
                i++;
            } else {
                j++;
            }
        }
        return matched;
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
