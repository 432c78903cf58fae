package lethe.catalog;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The known word that a mistyped one most likely meant. */
public final class Nearest {
    private Nearest() {}

    /** Returns the closest of {@code known}, or nothing if none is close enough to be worth suggesting. */
    public static Optional<String> to(String word, Collection<String> known) {
        String best = null;
        double bestCost = (word.length() + 2) / 3 + 0.1; // at most a third of the letters wrong, rounded up
        for (String candidate : known) {
            double cost = cost(fold(word), fold(candidate));
            if (cost < bestCost) {
                best = candidate;
                bestCost = cost;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code "; did you mean 'x'?"}, or nothing. */
    static String hint(String word, Collection<String> known) {
        return to(word, known).map(near -> "; did you mean '" + near + "'?").orElse(".");
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /**
     * The fewest insertions, deletions, substitutions and swaps of neighbours between the words, or half a point more
     * than between {@code a} and a beginning of {@code b} if that is less: {@code lerning} is near
     * {@code learningRate}.
     */
    static double cost(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + substitution);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        int prefix = Integer.MAX_VALUE;
        for (int j = 1; j <= b.length(); j++) {
            prefix = Math.min(prefix, d[a.length()][j]);
        }
        return Math.min(d[a.length()][b.length()], prefix + 0.5);
    }
}
