package lethe.catalog;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them: {@code 500ms}, {@code 90s}, {@code 10m}, {@code 2h}, {@code 1d}, or ISO 8601. */
final class Durations {
    private static final Pattern SIMPLE = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h|d)");

    private Durations() {}

    static Optional<Duration> parse(String text) {
        Matcher simple = SIMPLE.matcher(text);
        if (simple.matches()) {
            long count = Long.parseLong(simple.group(1));
            return Optional.of(
                    switch (simple.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String text(Duration duration) {
        String simple;
        if (duration.getNano() != 0) {
            simple = duration.toMillis() + "ms";
        } else if (duration.getSeconds() % 86400 == 0 && !duration.isZero()) {
            simple = duration.toDays() + "d";
        } else if (duration.getSeconds() % 3600 == 0 && !duration.isZero()) {
            simple = duration.toHours() + "h";
        } else if (duration.getSeconds() % 60 == 0 && !duration.isZero()) {
            simple = duration.toMinutes() + "m";
        } else {
            simple = duration.toSeconds() + "s";
        }
        return parse(simple).filter(duration::equals).isPresent() ? simple : duration.toString();
    }
}
