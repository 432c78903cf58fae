package lethe.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table of comma-separated values with a header line; fields may be quoted as RFC 4180 describes. */
record Csv(List<Row> rows) {
    /**
     * One line.
     *
     * @param place file and line number, for messages
     * @param fields by column
     */
    record Row(String place, Map<String, String> fields) {
        /** A field that must not be empty. */
        String required(String column) {
            return optional(column)
                    .orElseThrow(() -> new IllegalArgumentException(place + ": column '" + column + "' is empty"));
        }

        /** A field, unless it is empty or its column absent. */
        Optional<String> optional(String column) {
            return Optional.ofNullable(fields.get(column)).filter(value -> !value.isEmpty());
        }
    }

    /**
     * Reads a table.
     *
     * @param required columns that must be there
     * @param allowed columns that may be there; any other is an error, for it may be one of these mistyped
     */
    static Csv read(Path file, List<String> required, List<String> allowed) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the table " + file, e);
        }
        List<Row> rows = new ArrayList<>();
        List<String> header = List.of();
        Reader reader = new Reader(file, text.startsWith("\uFEFF") ? text.substring(1) : text);
        while (reader.hasNext()) {
            int line = reader.line;
            List<String> fields = reader.next();
            if (fields.equals(List.of(""))) {
                continue;
            }
            if (header.isEmpty()) {
                header = fields;
                requireColumns(file, header, required, allowed);
            } else {
                rows.add(row(file + ":" + line, header, fields));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " holds no rows; expected a header line with " + required + " and one row per example");
        }
        return new Csv(List.copyOf(rows));
    }

    /** Whether the table has a column. */
    boolean has(String column) {
        return rows.get(0).fields.containsKey(column);
    }

    private static void requireColumns(Path file, List<String> header, List<String> required, List<String> allowed) {
        for (String column : required) {
            if (!header.contains(column)) {
                throw new IllegalArgumentException(
                        file + ":1: column '" + column + "' is missing; the header line is " + header);
            }
        }
        for (String column : header) {
            if (!required.contains(column) && !allowed.contains(column)) {
                throw new IllegalArgumentException(file + ":1: unknown column '" + column + "'; expected " + required
                        + (allowed.isEmpty() ? "" : " and perhaps " + allowed));
            }
        }
        if (header.stream().distinct().count() < header.size()) {
            throw new IllegalArgumentException(file + ":1: a column occurs twice in " + header);
        }
    }

    private static Row row(String place, List<String> header, List<String> fields) {
        if (fields.size() != header.size()) {
            throw new IllegalArgumentException(
                    place + ": found " + fields.size() + " fields, expected the " + header.size() + " of " + header);
        }
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            named.put(header.get(i), fields.get(i).strip());
        }
        return new Row(place, named);
    }

    /** Cuts a text into lines of fields. */
    private static final class Reader {
        private final Path file;
        private final String text;
        private int at;
        private int line = 1;

        Reader(Path file, String text) {
            this.file = file;
            this.text = text;
        }

        boolean hasNext() {
            return at < text.length();
        }

        List<String> next() {
            List<String> fields = new ArrayList<>();
            StringBuilder field = new StringBuilder();
            boolean quoted = false;
            int start = line;
            while (at < text.length()) {
                char c = text.charAt(at++);
                line += c == '\n' ? 1 : 0;
                if (quoted && c == '"' && at < text.length() && text.charAt(at) == '"') {
                    field.append('"');
                    at++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (quoted || (c != ',' && c != '\n' && c != '\r')) {
                    field.append(c);
                } else if (c == ',') {
                    fields.add(field.toString());
                    field.setLength(0);
                } else if (c == '\n') {
                    break;
                }
            }
            if (quoted) {
                throw new IllegalArgumentException(file + ":" + start + ": a quoted field is never closed");
            }
            fields.add(field.toString());
            return fields;
        }
    }
}
