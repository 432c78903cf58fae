package lethe.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Porter's algorithm for taking the suffixes off English words, with the departures of the Natural Language Toolkit, which
 * the published values of ROUGE were computed with. In Porter's notation a word is {@code [C](VC)^m[V]} with runs of
 * consonants C and vowels V; m is the measure of the stem before a suffix.
 *
 * <p>Unlike the paper: a dozen irregular words have their stem from a list; words of up to two letters stay; {@code ies}
 * and {@code ied} become {@code ie} in words of four letters; a final {@code y} becomes {@code i} after a consonant that is
 * not the first letter; {@code alli} is replaced before the other suffixes of step 2, which also knows {@code bli} for
 * {@code abli}, {@code fulli} and {@code logi}; and a stem of a vowel and a consonant ends like cvc.
 *
 * @see <a href="https://tartarus.org/martin/PorterStemmer/">Porter, An algorithm for suffix stripping, 1980</a>
 */
public final class PorterStemmer {
    private static final Map<String, String> IRREGULAR = irregular();

    /** A suffix, what replaces it, and when; the first rule whose suffix fits decides, even if its condition fails. */
    private record Rule(String suffix, String replacement, Predicate<String> condition) {}

    private static final List<Rule> STEP_2 = rules(1, """
            ational ate, tional tion, enci ence, anci ance, izer ize, bli ble, alli al, entli ent, eli e, ousli ous, \
            ization ize, ation ate, ator ate, alism al, iveness ive, fulness ful, ousness ous, aliti al, iviti ive, \
            biliti ble, fulli ful""");

    private static final List<Rule> STEP_3 = rules(1, "icate ic, ative , alize al, iciti ic, ical ic, ful , ness ");

    private static final List<Rule> STEP_4 = rules(
            2,
            "al , ance , ence , er , ic , able , ible , ant , ement , ment , ent , ion , ou , ism , ate , iti , ous ,"
                    + " ive , ize ");

    private PorterStemmer() {}

    /** The stem of a word in lower case. */
    public static String stem(String word) {
        String irregular = IRREGULAR.get(word);
        if (irregular != null) {
            return irregular;
        }
        if (word.length() <= 2) {
            return word;
        }
        return step5(step4(apply(STEP_3, step2(step1c(step1b(step1a(word)))))));
    }

    private static String step1a(String word) {
        if (word.endsWith("ies")) {
            return cut(word, word.length() == 4 ? 1 : 2);
        }
        if (word.endsWith("sses")) {
            return cut(word, 2);
        }
        return word.endsWith("s") && !word.endsWith("ss") ? cut(word, 1) : word;
    }

    private static String step1b(String word) {
        if (word.endsWith("ied")) {
            return cut(word, word.length() == 4 ? 1 : 2);
        }
        if (word.endsWith("eed")) {
            return measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
        }
        int suffix = word.endsWith("ed") ? 2 : word.endsWith("ing") ? 3 : 0;
        String stem = cut(word, suffix);
        if (suffix == 0 || !hasVowel(stem)) {
            return word;
        }
        if (stem.endsWith("at") || stem.endsWith("bl") || stem.endsWith("iz")) {
            return stem + "e";
        }
        int last = stem.length() - 1;
        if (last > 0 && stem.charAt(last) == stem.charAt(last - 1) && isConsonant(stem, last)) {
            return "lsz".indexOf(stem.charAt(last)) < 0 ? cut(stem, 1) : stem;
        }
        return measure(stem) == 1 && endsCvc(stem) ? stem + "e" : stem;
    }

    private static String step1c(String word) {
        boolean turns = word.endsWith("y") && word.length() > 2 && isConsonant(word, word.length() - 2);
        return turns ? cut(word, 1) + "i" : word;
    }

    private static String step2(String word) {
        if (word.endsWith("alli") && measure(cut(word, 4)) > 0) {
            return step2(cut(word, 2));
        }
        if (word.endsWith("logi")) {
            return measure(cut(word, 3)) > 0 ? cut(word, 1) : word; // the l counts as part of the stem
        }
        return apply(STEP_2, word);
    }

    private static String step4(String word) {
        boolean other = word.endsWith("ion") && !word.endsWith("sion") && !word.endsWith("tion");
        return other ? word : apply(STEP_4, word);
    }

    private static String step5(String word) {
        String shorter = word;
        if (word.endsWith("e")) {
            String stem = cut(word, 1);
            int measure = measure(stem);
            shorter = measure > 1 || (measure == 1 && !endsCvc(stem)) ? stem : word;
        }
        return shorter.endsWith("ll") && measure(cut(shorter, 1)) > 1 ? cut(shorter, 1) : shorter;
    }

    private static String apply(List<Rule> rules, String word) {
        for (Rule rule : rules) {
            if (word.endsWith(rule.suffix)) {
                String stem = cut(word, rule.suffix.length());
                return rule.condition.test(stem) ? stem + rule.replacement : word;
            }
        }
        return word;
    }

    /** Whether a letter is a consonant: none of aeiou, nor a y after one. */
    private static boolean isConsonant(String word, int at) {
        char letter = word.charAt(at);
        if (letter == 'y') {
            return at == 0 || !isConsonant(word, at - 1);
        }
        return "aeiou".indexOf(letter) < 0;
    }

    /** m: how many times a consonant follows a vowel. */
    private static int measure(String stem) {
        int measure = 0;
        for (int i = 1; i < stem.length(); i++) {
            measure += isConsonant(stem, i) && !isConsonant(stem, i - 1) ? 1 : 0;
        }
        return measure;
    }

    private static boolean hasVowel(String stem) {
        for (int i = 0; i < stem.length(); i++) {
            if (!isConsonant(stem, i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a stem ends in consonant, vowel and a consonant other than w, x and y, as hop does. */
    private static boolean endsCvc(String stem) {
        int last = stem.length() - 1;
        if (last == 1) {
            return !isConsonant(stem, 0) && isConsonant(stem, 1);
        }
        return last > 1
                && isConsonant(stem, last - 2)
                && !isConsonant(stem, last - 1)
                && isConsonant(stem, last)
                && "wxy".indexOf(stem.charAt(last)) < 0;
    }

    private static String cut(String word, int letters) {
        return word.substring(0, word.length() - letters);
    }

    private static List<Rule> rules(int measure, String list) {
        return List.of(list.split(", ?")).stream()
                .map(rule -> rule.split(" ", -1))
                .map(rule -> new Rule(rule[0], rule[1], stem -> measure(stem) >= measure))
                .toList();
    }

    private static Map<String, String> irregular() {
        Map<String, String> stems = new HashMap<>();
        for (String line : List.of(
                "sky sky skies",
                "die dying",
                "lie lying",
                "tie tying",
                "news news",
                "inning inning innings",
                "outing outing outings",
                "canning canning cannings",
                "howe howe",
                "proceed proceed",
                "exceed exceed",
                "succeed succeed")) {
            List<String> words = List.of(line.split(" "));
            words.subList(1, words.size()).forEach(word -> stems.put(word, words.get(0)));
        }
        return stems;
    }
}
