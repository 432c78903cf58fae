package lethe.scores;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import lethe.attacks.Signal;
import lethe.catalog.Nearest;

/**
 * Scores in a table of comma-separated values, one line for each example under each model, in any order.
 *
 * <p>Columns are {@code example} (an id) and {@code set} ({@code forget}, {@code retain} or {@code in}, {@code test} or
 * {@code out}), one of {@code loss}, {@code confidence}, {@code phi} and {@code score}, or {@code logit_0},
 * {@code logit_1} … with {@code label}; perhaps {@code model}, {@code world} and {@code label}.
 */
public final class ScoreCsv {
    private static final String LOGIT = "logit_";
    private static final List<String> PLAIN = List.of("example", "set", "model", "world", "label");

    private final Path file;
    private final FieldReader reader;
    private final List<String> header;
    private final Given given;
    private final int[] valueColumns;
    private final int example;
    private final int set;
    private final int model;
    private final int world;
    private final int label;
    private final Map<String, Integer> examples = new HashMap<>();
    private final Map<String, Integer> worlds = new HashMap<>();
    private final Map<String, Integer> classes = new HashMap<>();

    private ScoreCsv(Path file, FieldReader reader) {
        this.file = file;
        this.reader = reader;
        this.header = List.copyOf(reader.next());
        checkNames();
        this.given = given();
        this.valueColumns = given == Given.LOGITS ? logitColumns() : new int[] {header.indexOf(given.word())};
        this.example = required("example");
        this.set = required("set");
        this.model = header.indexOf("model");
        this.world = header.indexOf("world");
        this.label = given == Given.LOGITS ? required("label") : header.indexOf("label");
    }

    /**
     * Reads a table.
     *
     * @param wanted signals that attacks will ask for
     * @throws IllegalArgumentException if something is wrong; the message names the line and the column
     */
    public static ScoreSheet read(Path file, Set<Signal> wanted) {
        try (FieldReader reader = new FieldReader(file)) {
            var csv = new ScoreCsv(file, reader);
            return csv.rows(new ScoreSheet.Builder(csv.given, wanted));
        }
    }

    private ScoreSheet rows(ScoreSheet.Builder sheet) {
        for (List<String> fields = reader.next(); !fields.isEmpty(); fields = reader.next()) {
            if (fields.size() != header.size()) {
                throw new IllegalArgumentException(place() + ": found " + fields.size() + " fields, expected the "
                        + header.size() + " of the header line " + header);
            }
            row(sheet, fields);
        }
        if (examples.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no rows; expected one for each example under each model");
        }
        return model < 0 ? sheet.buildOneModel() : sheet.build();
    }

    private void row(ScoreSheet.Builder sheet, List<String> fields) {
        String id = filled(fields, example);
        int number = examples.computeIfAbsent(id, name -> examples.size());
        String set = filled(fields, this.set);
        Membership membership = Membership.of(set)
                .orElseThrow(
                        () -> wrong(this.set, set, "one of " + Membership.words() + near(set, Membership.words())));
        ModelKind kind = ModelKind.UNLEARNED;
        if (model >= 0) {
            String word = filled(fields, model);
            kind = ModelKind.of(word)
                    .orElseThrow(
                            () -> wrong(model, word, "one of " + ModelKind.words() + near(word, ModelKind.words())));
        }
        int inWorld = worlds.computeIfAbsent(world < 0 ? "" : filled(fields, world), sheet::world);
        if (given == Given.LOGITS) {
            logits(sheet, fields, number, inWorld, kind, membership);
            return;
        }
        if (label >= 0) {
            String name = filled(fields, label);
            label(sheet, number, classes.computeIfAbsent(name, unseen -> classes.size()), name);
        }
        int column = valueColumns[0];
        double value = number(fields, column);
        try {
            sheet.add(number, inWorld, kind, membership, value);
        } catch (IllegalArgumentException e) {
            throw wrong(e, column, "example '" + id + "', " + fields.get(column));
        }
    }

    private void logits(
            ScoreSheet.Builder sheet, List<String> fields, int number, int inWorld, ModelKind kind, Membership set) {
        double[] z = new double[valueColumns.length];
        for (int c = 0; c < z.length; c++) {
            z[c] = number(fields, valueColumns[c]);
        }
        String text = filled(fields, label);
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) >= z.length) {
            throw wrong(label, text, "the index of a logit column, 0…" + (z.length - 1));
        }
        label(sheet, number, Integer.parseInt(text), text);
        try {
            sheet.add(number, inWorld, kind, set, z, Integer.parseInt(text));
        } catch (IllegalArgumentException e) {
            throw wrong(e, example, "example '" + fields.get(example) + "'");
        }
    }

    private void label(ScoreSheet.Builder sheet, int number, int index, String text) {
        try {
            sheet.label(number, index);
        } catch (IllegalArgumentException e) {
            throw wrong(e, label, "'" + text + "'");
        }
    }

    private String filled(List<String> fields, int column) {
        String text = fields.get(column);
        if (text.isEmpty()) {
            throw new IllegalArgumentException(place() + ": column '" + header.get(column) + "' is empty");
        }
        return text;
    }

    private double number(List<String> fields, int column) {
        String text = filled(fields, column);
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw wrong(column, text, "a number such as 0.25 or 1e-3");
        }
        if (!Double.isFinite(value)) {
            throw wrong(column, text, "a finite number; the model has diverged or its values overflowed");
        }
        return value;
    }

    private IllegalArgumentException wrong(int column, String found, String expected) {
        return new IllegalArgumentException(
                place() + ", column '" + header.get(column) + "': found '" + found + "', expected " + expected);
    }

    private IllegalArgumentException wrong(IllegalArgumentException cause, int column, String found) {
        return new IllegalArgumentException(
                place() + ", column '" + header.get(column) + "': found " + found + ", expected " + cause.getMessage(),
                cause);
    }

    private String place() {
        return file + ":" + reader.line();
    }

    private static String near(String word, List<String> known) {
        Optional<String> near = Nearest.to(word, known);
        return near.map(each -> "; did you mean '" + each + "'?").orElse("");
    }

    // ---------------------------------------------------------------- header

    private void checkNames() {
        if (header.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " is empty; expected a header line such as 'example,set,loss' and a row for each example");
        }
        List<String> known = new ArrayList<>(PLAIN);
        known.addAll(Given.words());
        known.add(LOGIT + "0");
        for (String column : header) {
            if (!known.contains(column) && !column.matches(LOGIT + "[0-9]{1,6}")) {
                throw new IllegalArgumentException(file + ":1: unknown column '" + column + "'" + near(column, known)
                        + "; known are " + String.join(", ", known) + " …");
            }
        }
        if (header.stream().distinct().count() < header.size()) {
            throw new IllegalArgumentException(file + ":1: a column occurs twice in " + header);
        }
    }

    private Given given() {
        List<String> found =
                new ArrayList<>(Given.words().stream().filter(header::contains).toList());
        if (header.stream().anyMatch(column -> column.startsWith(LOGIT))) {
            found.add(LOGIT + "0…");
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException(file + ":1: found "
                    + (found.isEmpty() ? "no column of numbers" : "the columns " + String.join(" and ", found))
                    + ", expected exactly one of " + String.join(", ", Given.words()) + ", or the columns logit_0,"
                    + " logit_1 …" + (found.size() > 1 ? "; logits say most, so remove the others" : ""));
        }
        return Given.of(found.get(0)).orElse(Given.LOGITS);
    }

    private int[] logitColumns() {
        int classes =
                (int) header.stream().filter(column -> column.startsWith(LOGIT)).count();
        if (classes < 2) {
            throw new IllegalArgumentException(
                    file + ":1: found one column of logits, expected one for each class, at least two");
        }
        return IntStream.range(0, classes)
                .map(c -> {
                    int column = header.indexOf(LOGIT + c);
                    if (column < 0) {
                        throw new IllegalArgumentException(file + ":1: there are " + classes
                                + " columns of logits, but '" + LOGIT + c + "' is missing");
                    }
                    return column;
                })
                .toArray();
    }

    private int required(String column) {
        int index = header.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException(
                    file + ":1: column '" + column + "' is missing; the header line is " + header);
        }
        return index;
    }
}
