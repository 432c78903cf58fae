package lethe.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lethe.metrics.OperatingPoint;
import lethe.scores.ScoresResults;
import lethe.scores.ScoresResults.Measure;
import lethe.scores.ScoresResults.Played;
import lethe.scores.ScoresResults.Refused;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** An audit of given scores for people, on a terminal and in Markdown, and for programs. */
public final class ScoresPublication {
    private static final String FORMAT = "lethe-scores-1";
    private static final int WIDTH = 110;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private ScoresPublication() {}

    private record Document(String format, ScoresResults results) {}

    /** Returns the results as one JSON object. */
    public static String toJson(ScoresResults results) {
        return MAPPER.writeValueAsString(new Document(FORMAT, results));
    }

    /**
     * Writes {@code scores.json}, {@code scores.csv} and {@code scores.md}.
     *
     * @return the path of the last, which is for people
     */
    public static Path write(ScoresResults results, Path directory) {
        TextFile.write(directory.resolve("scores.json"), toJson(results) + "\n");
        TextFile.write(directory.resolve("scores.csv"), toCsv(results));
        Path page = directory.resolve("scores.md");
        TextFile.write(page, toMarkdown(results));
        return page;
    }

    /** Returns the table of attacks, what was not possible, and how to read it, for a terminal. */
    public static String toText(ScoresResults results) {
        var text = new StringBuilder();
        wrap(text, "", lead(results));
        text.append("\nAttacks played\n");
        List<List<String>> rows = new ArrayList<>();
        rows.add(heading(results));
        results.played().forEach(each -> rows.add(cells(each)));
        columns(text, rows);
        if (!results.measures().isEmpty()) {
            text.append("\nOther numbers\n");
            List<List<String>> numbers = new ArrayList<>();
            numbers.add(List.of("Number", "Model", "Value"));
            results.measures().forEach(each -> numbers.add(cells(each)));
            columns(text, numbers);
        }
        text.append("\nNot possible with these data\n");
        results.refused().forEach(each -> wrap(text, "- ", refusal(each)));
        text.append("\nHow to read this\n");
        notes(results).forEach(note -> wrap(text, "- ", note));
        return text.toString().replace('−', '-');
    }

    /** Returns the same as a Markdown document. */
    public static String toMarkdown(ScoresResults results) {
        var text = new StringBuilder("# Audit of given scores\n\n")
                .append(lead(results))
                .append("\n\n## Attacks played\n\n");
        List<List<String>> rows = new ArrayList<>();
        rows.add(heading(results));
        results.played().forEach(each -> rows.add(cells(each)));
        table(text, rows);
        if (!results.measures().isEmpty()) {
            text.append("\n## Other numbers\n\n");
            List<List<String>> numbers = new ArrayList<>();
            numbers.add(List.of("Number", "Model", "Value"));
            results.measures().forEach(each -> numbers.add(cells(each)));
            table(text, numbers);
        }
        text.append("\n## Not possible with these data\n\n");
        results.refused()
                .forEach(each -> text.append("- ").append(escape(refusal(each))).append('\n'));
        text.append("\n## How to read this\n\n");
        notes(results).forEach(note -> text.append("- ").append(escape(note)).append('\n'));
        return text.toString();
    }

    /** Returns one line for each number, with its interval; a rate that must not be reported is empty. */
    static String toCsv(ScoresResults results) {
        var text =
                new StringBuilder("game,sides,model,role,attack,metric,at,value,low,high,positives,negatives,basis\n");
        for (Played each : results.played()) {
            String start = String.join(
                    ",", each.game(), quote(each.sides()), each.model().word(), each.role(), each.attack());
            String end = "," + each.positives() + "," + each.negatives() + "," + each.basis() + "\n";
            text.append(start)
                    .append(",auc,,")
                    .append(each.auc().value() + "," + each.auc().low() + ","
                            + each.auc().high())
                    .append(end);
            for (OperatingPoint point : each.points()) {
                text.append(start).append(",tpr,").append(point.fpr()).append(',');
                text.append(
                                point.reportable()
                                        ? point.tpr().value() + ","
                                                + point.tpr().low() + ","
                                                + point.tpr().high()
                                        : ",,")
                        .append(end);
            }
        }
        for (Measure each : results.measures()) {
            text.append(",,")
                    .append(each.model().word())
                    .append(",,,")
                    .append(quote(each.name()))
                    .append(",,")
                    .append(each.value().value() + "," + each.value().low() + ","
                            + each.value().high())
                    .append(",,,\n");
        }
        return text.toString();
    }

    private static String lead(ScoresResults results) {
        return results.source() + ": " + results.given().word() + " of "
                + Numbers.count(results.examples(), "example") + " under "
                + String.join(
                        ", ",
                        results.models().stream().map(model -> model.word()).toList())
                + " models, " + Numbers.count(results.worlds(), "world") + ".";
    }

    private static List<String> heading(ScoresResults results) {
        List<String> heading = new ArrayList<>(List.of("Game", "Told apart", "Model", "Attack", "AUC"));
        results.fprs().forEach(fpr -> heading.add("TPR at FPR " + Numbers.rate(fpr)));
        heading.add("Examples");
        return heading;
    }

    private static List<String> cells(Played each) {
        String model = each.model().word() + (each.role().equals("audited") ? "" : " (" + each.role() + ")");
        List<String> cells =
                new ArrayList<>(List.of(each.game(), each.sides(), model, each.attack(), Numbers.area(each.auc())));
        for (OperatingPoint point : each.points()) {
            cells.add(
                    point.reportable()
                            ? Numbers.percent(point.tpr())
                            : "needs " + Numbers.count(point.negativesNeeded()) + " negatives");
        }
        cells.add(Numbers.count(each.positives()) + " / " + Numbers.count(each.negatives()));
        return cells;
    }

    private static List<String> cells(Measure each) {
        return List.of(each.name(), each.model().word(), Numbers.area(each.value()));
    }

    private static String refusal(Refused refused) {
        return refused.attack() + " in " + String.join(", ", refused.games()) + ": " + refused.reason();
    }

    private static List<String> notes(ScoresResults results) {
        List<String> notes = new ArrayList<>(List.of(
                "The class named first is positive; an area of 0.5 is chance, and one below it betrays as much as one"
                        + " above. In G1 and G2 retraining is the floor, doing nothing the ceiling.",
                "A rate is given only where ten negatives or more lie beyond it. Brackets are 95 % intervals.",
                "These attacks find what they can; they do not prove that nothing remains."));
        notes.addAll(results.notes());
        return notes;
    }

    private static void columns(StringBuilder text, List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int c = 0; c < widths.length; c++) {
                line.append(row.get(c)).append(" ".repeat(widths[c] - row.get(c).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static void table(StringBuilder text, List<List<String>> rows) {
        for (int r = 0; r < rows.size(); r++) {
            text.append("| ")
                    .append(String.join(
                            " | ",
                            rows.get(r).stream().map(ScoresPublication::escape).toList()))
                    .append(" |\n");
            if (r == 0) {
                text.append("|---".repeat(rows.get(0).size())).append("|\n");
            }
        }
    }

    private static void wrap(StringBuilder text, String bullet, String paragraph) {
        var line = new StringBuilder(bullet);
        boolean fresh = true;
        for (String word : paragraph.split("\\s+")) {
            if (!fresh && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(0);
                line.append("  ");
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        text.append(line).append('\n');
    }

    private static String quote(String field) {
        return field.contains(",") ? '"' + field + '"' : field;
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
