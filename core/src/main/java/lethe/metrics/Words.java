package lethe.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Texts as the words that overlap measures compare: runs of a to z and digits in lower case; letters beyond ASCII part them. */
final class Words {
    private static final Pattern OTHER = Pattern.compile("[^a-z0-9]+");

    private Words() {}

    static List<String> of(String text) {
        return Arrays.stream(OTHER.split(text.toLowerCase(Locale.ROOT)))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
