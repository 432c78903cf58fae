package lethe.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.catalog.Require;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads files of text in UTF-8, plain or as JSON lines. */
final class TextFiles {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TextFiles() {}

    /**
     * One object of a file of JSON lines.
     *
     * @param line its number, from 1
     */
    record Line(Path file, int line, JsonNode fields) {
        /** File and line, for messages. */
        String place() {
            return file + ":" + line;
        }

        /** A field that must be there and not be blank. */
        String required(String field) {
            return optional(field)
                    .orElseThrow(() -> new IllegalArgumentException(place() + " has no '" + field + "', or it is empty;"
                            + " its fields are " + List.copyOf(fields.propertyNames())));
        }

        /** A field, unless it is absent or blank. */
        Optional<String> optional(String field) {
            JsonNode value = fields.path(field);
            if (value.isMissingNode() || value.isNull()) {
                return Optional.empty();
            }
            if (!value.isString() && !value.isNumber()) {
                throw new IllegalArgumentException(place() + ": '" + field + "' is " + value + ", expected a text");
            }
            return Optional.of(value.asString()).filter(text -> !text.isBlank());
        }

        /** A field that is a list of texts; empty if it is absent. */
        List<String> texts(String field) {
            return fields.path(field).valueStream().map(JsonNode::asString).toList();
        }
    }

    /** A whole file with line breaks as Unix has them, without a byte-order mark. */
    static String read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw Missing.data("Found no file " + file + "; expected text in UTF-8");
        }
        try {
            String text = Files.readString(file);
            return (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n");
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the text file " + file, e);
        }
    }

    /** The objects of a file of JSON lines, one per line; blank lines are left out. */
    static List<Line> readLines(Path file) {
        List<Line> objects = new ArrayList<>();
        String[] lines = read(file).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                objects.add(new Line(file, i + 1, parse(file, i + 1, lines[i])));
            }
        }
        Require.that(!objects.isEmpty(), file + " is empty; expected JSON lines, one object per line");
        return objects;
    }

    private static JsonNode parse(Path file, int line, String text) {
        try {
            JsonNode object = MAPPER.readTree(text);
            Require.that(
                    object.isObject(),
                    file + ":" + line + " is no JSON object; expected one object per line, not one list of all");
            return object;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ":" + line + " is no JSON object: " + e.getOriginalMessage(), e);
        }
    }
}
