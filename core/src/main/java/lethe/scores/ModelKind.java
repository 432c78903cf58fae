package lethe.scores;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which model of a world gave a value. */
public enum ModelKind {
    /** Trained on forget and retain set. */
    ORIGINAL,
    /** The original after a method had its turn. */
    UNLEARNED,
    /** Trained on the retain set alone. */
    RETRAINED;

    /** The word in tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ModelKind> of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(ModelKind::word).toList();
    }
}
