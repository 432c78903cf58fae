package lethe.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import lethe.claims.Answer;
import lethe.claims.Finding;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic;
import lethe.experiments.Results;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** What a run says about claims: for a terminal, for documents and for programs. */
public final class ClaimsReport {
    private static final String FORMAT = "lethe-claims-1";
    private static final int WIDTH = 110;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private ClaimsReport() {}

    /** The file's outer object. */
    private record Document(String format, String planDigest, List<Finding> findings) {}

    /**
     * Writes {@code claims.json}, {@code claims.md} and {@code claims.html} into the run's directory, and its report anew if
     * there is one, so that it names them. Findings that the same plan has there already stay unless they are among the
     * new ones.
     */
    public static void write(Results results, List<Finding> findings, Path directory) {
        var all = new TreeMap<String, Finding>();
        found(results, directory).forEach(finding -> all.put(finding.claim(), finding));
        findings.forEach(finding -> all.put(finding.claim(), finding));
        List<Finding> merged = List.copyOf(all.values());
        TextFile.write(directory.resolve("claims.json"), toJson(results, merged) + "\n");
        TextFile.write(directory.resolve("claims.md"), toMarkdown(results, merged));
        TextFile.write(directory.resolve("claims.html"), toHtml(results, merged));
        Path report = directory.resolve("report.html");
        if (Files.exists(report)) {
            Report.of(results).withClaims(merged).writeTo(report);
        }
    }

    /** What was found in a directory by the same plan; empty if nothing was. */
    static List<Finding> found(Results results, Path directory) {
        Path json = directory.resolve("claims.json");
        if (!Files.exists(json)) {
            return List.of();
        }
        Document document = read(json);
        boolean same = document.format().equals(FORMAT) && document.planDigest().equals(results.planDigest());
        return same ? document.findings() : List.of();
    }

    private static Document read(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), Document.class);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read claims from " + file + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    file + " is not what 'lethe study' wrote; delete it to write it anew: " + e.getMessage(), e);
        }
    }

    /** Returns the findings as one JSON object; what is no number is written as in {@link ResultsJson}. */
    public static String toJson(Results results, List<Finding> findings) {
        return MAPPER.writeValueAsString(new Document(FORMAT, results.planDigest(), findings));
    }

    // ---------------------------------------------------------------- terminal

    /** Returns, for each claim, its rule, a table for each method beside floor and ceiling, and the verdict. */
    public static String toText(List<Finding> findings) {
        var text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(text.isEmpty() ? "" : "\n");
            wrap(text, finding.claim().toUpperCase(Locale.ROOT) + ". " + finding.statement());
            wrap(text, "Rule: " + finding.rule());
            List<Row> rows = finding.rows();
            for (Row row : rows.subList(Math.min(2, rows.size()), rows.size())) {
                text.append('\n');
                table(text, row, rows.get(0), rows.get(1));
            }
            text.append('\n');
            wrap(text, "Verdict: " + finding.verdict());
            for (String note : finding.notes()) {
                wrap(text, "Note: " + note);
            }
        }
        return text.toString().replace('−', '-');
    }

    private static void table(StringBuilder text, Row row, Row floor, Row ceiling) {
        List<List<String>> lines = new ArrayList<>();
        String words = row.answer() == Answer.CONTROL ? "" : ": " + row.answer().words();
        lines.add(List.of(row.method() + words, "", "floor: " + floor.method(), "ceiling: " + ceiling.method()));
        for (int s = 0; s < row.statistics().size(); s++) {
            lines.add(List.of(
                    "  " + row.statistics().get(s).name(),
                    value(row.statistics().get(s)),
                    value(floor.statistics().get(s)),
                    value(ceiling.statistics().get(s))));
        }
        int[] widths = new int[4];
        for (List<String> line : lines) {
            for (int column = 0; column < widths.length; column++) {
                boolean title = column == 0 && line == lines.get(0); // may reach into the empty cell beside it
                widths[column] = title
                        ? widths[column]
                        : Math.max(widths[column], line.get(column).length());
            }
        }
        widths[0] = Math.max(widths[0], lines.get(0).get(0).length() - widths[1] - 2);
        for (List<String> line : lines) {
            var rendered = new StringBuilder();
            int reached = 0;
            for (int column = 0; column < widths.length; column++) {
                rendered.append(" ".repeat(Math.max(0, reached - rendered.length())))
                        .append(line.get(column));
                reached += widths[column] + 2;
            }
            text.append(rendered.toString().stripTrailing()).append('\n');
        }
    }

    private static void wrap(StringBuilder text, String paragraph) {
        int column = 0;
        for (String word : paragraph.split(" ")) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append("\n  ").append(word);
                column = 2 + word.length();
            } else {
                text.append(column == 0 ? "" : " ").append(word);
                column += word.length() + (column == 0 ? 0 : 1);
            }
        }
        text.append('\n');
    }

    // ---------------------------------------------------------------- documents

    /** Returns the findings as one HTML page, with one section a claim, which opens offline and runs no script. */
    public static String toHtml(Results results, List<Finding> findings) {
        return Report.render("claims.jte", new ClaimsPage(results, findings));
    }

    /** Returns the findings in Markdown, with one table a claim. */
    public static String toMarkdown(Results results, List<Finding> findings) {
        var design = results.design();
        var text = new StringBuilder("# Claims: " + results.title() + "\n\n");
        text.append("Data `")
                .append(results.data().name())
                .append("`, ")
                .append(Numbers.count(design.worlds(), "world"))
                .append(", ")
                .append(Numbers.count(design.pool(), "audit example"))
                .append(", ")
                .append(Numbers.count(design.forgetSets(), "forget set"))
                .append(" of ")
                .append(design.forgetSize())
                .append(" in each world. Plan `")
                .append(MarkdownTable.shortDigest(results.planDigest()))
                .append("`. Brackets: 95 % intervals.\n");
        for (Finding finding : findings) {
            text.append("\n## ")
                    .append(finding.claim().toUpperCase(Locale.ROOT))
                    .append(": ")
                    .append(finding.statement().replaceFirst("\\.$", ""))
                    .append("\n\n**Verdict.** ")
                    .append(MarkdownTable.escape(finding.verdict()))
                    .append("\n\n**Rule.** ")
                    .append(MarkdownTable.escape(finding.rule()))
                    .append('\n');
            if (!finding.rows().isEmpty()) {
                markdownTable(text.append('\n'), finding.rows());
            }
            for (String note : finding.notes()) {
                text.append("\n- ").append(MarkdownTable.escape(note));
            }
            text.append(finding.notes().isEmpty() ? "" : "\n");
        }
        return text.toString();
    }

    private static void markdownTable(StringBuilder text, List<Row> rows) {
        text.append("| |");
        for (Statistic statistic : rows.get(0).statistics()) {
            text.append(' ').append(MarkdownTable.escape(statistic.name())).append(" |");
        }
        text.append(" claim |\n|---|")
                .append("--:|".repeat(rows.get(0).statistics().size()))
                .append("---|\n");
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            text.append("| ").append(MarkdownTable.escape(row.method())).append(" |");
            for (Statistic statistic : row.statistics()) {
                text.append(' ').append(value(statistic)).append(" |");
            }
            text.append(' ')
                    .append(r == 0 ? "floor" : r == 1 ? "ceiling" : row.answer().words())
                    .append(" |\n");
        }
    }

    static String value(Statistic statistic) {
        double value = statistic.value().value();
        return switch (statistic.form()) {
            case NUMBER -> Numbers.area(statistic.value());
            case FINE -> Numbers.fine(statistic.value());
            case DIFFERENCE -> Numbers.difference(statistic.value());
            case SHARE -> Numbers.percent(statistic.value());
            case COUNT -> Double.isFinite(value) ? Numbers.count(Math.round(value)) : Numbers.NOT_AVAILABLE;
            case SECONDS -> Numbers.duration(value);
            case EPOCHS -> Double.isInfinite(value) ? "not reached" : Numbers.fixed(value, 1);
        };
    }
}
