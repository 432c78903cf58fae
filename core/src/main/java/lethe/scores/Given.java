package lethe.scores;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lethe.attacks.Signal;

/** What the numbers of a table are. All but {@link #LOGITS} are one number an example. */
public enum Given {
    /** All logits of an example beside its label, from which every signal can be computed. */
    LOGITS,
    /** Cross-entropy {@code −log p_y} in natural logarithms, never negative. */
    LOSS,
    /** Probability of the label. */
    CONFIDENCE,
    /** Logit-scaled confidence {@code log(p_y / (1 − p_y))}, which code for LiRA stores as its statistic. */
    PHI,
    /** Any number that is larger for members. */
    SCORE;

    /** The column's name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What one number an example is called {@code word}. */
    public static Optional<Given> of(String word) {
        return Arrays.stream(values())
                .filter(given -> given != LOGITS && given.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** The words for one number an example. */
    public static List<String> words() {
        return Arrays.stream(values())
                .filter(given -> given != LOGITS)
                .map(Given::word)
                .toList();
    }

    /** Whether {@code signal} can be had; those of one number are functions of p_y alone. */
    boolean gives(Signal signal) {
        return switch (this) {
            case LOGITS -> true;
            case LOSS, CONFIDENCE, PHI ->
                signal == Signal.PHI || signal == Signal.NEG_LOSS || signal == Signal.CONFIDENCE;
            case SCORE -> signal == Signal.PHI; // it stands where attacks expect φ
        };
    }

    /** The name under which results mention {@code signal}. */
    String label(Signal signal) {
        return this == SCORE ? "score" : signal.label();
    }

    /**
     * φ of one number; infinite where the probability was rounded to 0 or 1.
     *
     * @throws IllegalArgumentException if the number is out of range; the message says what was expected
     */
    double phi(double value) {
        switch (this) {
            case LOSS -> {
                require(
                        value >= 0,
                        "a cross-entropy is never negative; if larger means member, name the column 'score'");
                // exp(loss) overflows at 710; from 30 on φ = −loss to the last digit
                return value > 30 ? -value : -Math.log(Math.expm1(value));
            }
            case CONFIDENCE -> {
                require(value >= 0 && value <= 1, "a probability lies in [0, 1]");
                return Math.log(value) - Math.log1p(-value);
            }
            default -> {
                return value;
            }
        }
    }

    private static void require(boolean condition, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(expected);
        }
    }
}
