package lethe.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Small changes of a text that leave what it says. Of a text with a prompt, such as a question, one part is changed. */
public enum TextEdit {
    /** A phrase before the prompt; a text without one stays as it is. */
    TEMPLATE {
        @Override
        Document apply(Document text, RandomGenerator random) {
            if (text.prompt().isBlank()) {
                return text;
            }
            String phrase = PHRASES.get(random.nextInt(PHRASES.size()));
            int at = text.prompt().startsWith(Document.QUESTION) ? Document.QUESTION.length() : 0;
            return with(
                    text,
                    text.prompt().substring(0, at) + phrase + " "
                            + text.prompt().substring(at),
                    text.continuation());
        }
    },
    /** What follows the prompt, with a tenth of its function words left out and two neighbouring clauses exchanged. */
    WORDS {
        @Override
        Document apply(Document text, RandomGenerator random) {
            return with(
                    text,
                    text.prompt(),
                    opening(text.continuation()) + edited(text.continuation().strip(), random));
        }
    },
    /** What follows the prompt, each word with a probability of 0.15 left out or exchanged with the next, some word surely. */
    NOISE {
        @Override
        Document apply(Document text, RandomGenerator random) {
            String[] words = text.continuation().strip().split(" ", -1);
            List<String> left = new ArrayList<>(Arrays.asList(words));
            int surely = random.nextInt(words.length);
            for (int i = left.size() - 1; i >= 0; i--) {
                if (i != surely && random.nextDouble() >= LIKELY) {
                    continue;
                }
                if (random.nextBoolean() || i + 1 >= left.size()) {
                    left.remove(i);
                } else {
                    left.add(i + 1, left.remove(i));
                }
            }
            String changed = left.isEmpty() ? words[0] : String.join(" ", left);
            return with(text, text.prompt(), opening(text.continuation()) + changed);
        }
    };

    private static final List<String> PHRASES =
            List.of("Could you tell me:", "I would like to know this.", "Please say:");
    private static final double LIKELY = 0.15;
    private static final List<String> FUNCTION_WORDS = List.of(
            "a", "an", "the", "of", "in", "on", "at", "to", "for", "with", "by", "from", "as", "and", "that", "which",
            "his", "her", "their", "its", "also", "often", "has", "have", "been", "is", "was", "are", "were");

    /** The changed text under the same id. */
    abstract Document apply(Document text, RandomGenerator random);

    /** A text without a tenth of its function words, two neighbouring clauses exchanged. */
    static String edited(String text, RandomGenerator random) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!FUNCTION_WORDS.contains(word) || random.nextInt(10) > 0) {
                words.add(word);
            }
        }
        String[] clauses = String.join(" ", words).split(", ", -1);
        if (clauses.length > 2) {
            int at = random.nextInt(clauses.length - 2); // the last ends the sentence
            String held = clauses[at];
            clauses[at] = clauses[at + 1];
            clauses[at + 1] = held;
        }
        return String.join(", ", clauses);
    }

    /** The blanks that a text opens with, which keep its first token apart from a prompt's last. */
    private static String opening(String text) {
        return text.substring(0, text.length() - text.stripLeading().length());
    }

    private static Document with(Document text, String prompt, String continuation) {
        return new Document(text.id(), prompt, continuation, text.promptLearned(), text.subject());
    }
}
