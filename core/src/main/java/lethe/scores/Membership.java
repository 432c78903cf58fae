package lethe.scores;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a world did with an example. */
public enum Membership {
    /** Trained on, then to be forgotten. */
    FORGET,
    /** Trained on and kept. */
    RETAIN,
    /** Never trained on. */
    TEST;

    private static final Map<String, Membership> WORDS =
            Map.of("forget", FORGET, "retain", RETAIN, "in", RETAIN, "test", TEST, "out", TEST, "never-seen", TEST);

    /** The word in messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Membership> of(String word) {
        return Optional.ofNullable(WORDS.get(word.toLowerCase(Locale.ROOT)));
    }

    static List<String> words() {
        return List.of("forget", "retain", "test", "in", "out", "never-seen");
    }
}
