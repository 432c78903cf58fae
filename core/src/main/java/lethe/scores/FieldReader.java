package lethe.scores;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lines of comma-separated fields, quoted as RFC 4180 describes, read one at a time: a file may exceed the memory. */
final class FieldReader implements Closeable {
    private static final int LONGEST = 1 << 16; // characters; no id is that long, so a quote was not closed

    private final Path file;
    private final Reader reader;
    private final char[] buffer = new char[1 << 16];
    private final StringBuilder field = new StringBuilder();
    private final List<String> fields = new ArrayList<>();
    private int at;
    private int filled;
    private int nextLine = 1;
    private int line;

    FieldReader(Path file) {
        this.file = file;
        try {
            this.reader = Files.newBufferedReader(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the scores " + file, e);
        }
        if (peek() == '\uFEFF') {
            at++;
        }
    }

    /** The line where the last fields began, from 1. */
    int line() {
        return line;
    }

    /**
     * The fields of the next line that is not blank, without surrounding blanks; empty at the end. The list is reused.
     */
    List<String> next() {
        do {
            fields.clear();
            line = nextLine;
            if (peek() < 0) {
                return fields;
            }
            readLine();
        } while (fields.size() == 1 && fields.get(0).isEmpty());
        return fields;
    }

    private void readLine() {
        boolean quoted = false;
        field.setLength(0);
        for (int c = read(); c >= 0; c = read()) {
            nextLine += c == '\n' ? 1 : 0;
            if (quoted && c == '"' && peek() == '"') {
                field.append('"');
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (quoted || c != ',' && c != '\n' && c != '\r') {
                field.append((char) c);
                if (field.length() > LONGEST) {
                    throw new IllegalArgumentException(
                            file + ":" + line + ": a field has more than " + LONGEST + " characters; is a quote open?");
                }
            } else if (c == ',') {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else if (c == '\n') {
                break;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException(file + ":" + line + ": a quoted field is never closed");
        }
        fields.add(field.toString().strip());
    }

    private int read() {
        int c = peek();
        at += c < 0 ? 0 : 1;
        return c;
    }

    private int peek() {
        if (at == filled) {
            try {
                filled = Math.max(0, reader.read(buffer));
                at = 0;
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException(file + " is not a text file in UTF-8", e);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read the scores " + file, e);
            }
        }
        return filled == 0 ? -1 : buffer[at];
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + file, e);
        }
    }
}
