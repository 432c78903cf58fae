package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must be true of any page that we write. */
final class Markup {
    private static final Set<String> VOID = Set.of("meta", "br", "img", "input", "link");
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\"[^\"]*\"|[^\">])*)>");

    private Markup() {}

    /** Ends what it begins, in order, and names nothing twice; what it links to inside is there. */
    static void check(String page) {
        String text = page.replaceAll("(?s)<script>.*?</script>", "").replaceAll("(?s)<style>.*?</style>", "");
        var open = new ArrayDeque<String>();
        Matcher tags = TAG.matcher(text);
        while (tags.find()) {
            String name = tags.group(2);
            if (VOID.contains(name) || tags.group(3).endsWith("/")) {
                continue;
            }
            if (tags.group(1).isEmpty()) {
                open.push(name);
            } else {
                assertThat(open.pop())
                        .as("what </%s> closes, at %s", name, tags.start())
                        .isEqualTo(name);
            }
        }
        assertThat(open).isEmpty();
        List<String> ids = Pattern.compile(" id=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(Pattern.compile("href=\"#([^\"]+)\"").matcher(page).results().map(match -> match.group(1)))
                .isNotEmpty()
                .allMatch(ids::contains);
    }
}
