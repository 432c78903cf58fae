package lethe.metrics;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The Jaccard similarity of two texts: the share of their distinct pieces that both have. Texts without a piece are alike
 * if both are, and else not at all.
 */
public final class Jaccard {
    private Jaccard() {}

    /** By runs of so many words. */
    public static double ofWords(String a, String b, int length) {
        return of(runs(Words.of(a), length), runs(Words.of(b), length));
    }

    /** By runs of so many characters of the words, joined by single blanks. */
    public static double ofCharacters(String a, String b, int length) {
        return of(runs(characters(a), length), runs(characters(b), length));
    }

    /** Of two sets. */
    public static double of(Set<?> a, Set<?> b) {
        Set<Object> union = new HashSet<>(a);
        union.addAll(b);
        return union.isEmpty() ? 1 : (double) (a.size() + b.size() - union.size()) / union.size();
    }

    private static List<String> characters(String text) {
        return String.join(" ", Words.of(text))
                .codePoints()
                .mapToObj(Character::toString)
                .toList();
    }

    private static Set<List<String>> runs(List<String> pieces, int length) {
        Set<List<String>> runs = new HashSet<>();
        for (int i = 0; i + length <= pieces.size(); i++) {
            runs.add(pieces.subList(i, i + length));
        }
        return runs;
    }
}
