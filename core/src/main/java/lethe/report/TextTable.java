package lethe.report;

import java.util.ArrayList;
import java.util.List;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;

/** The table of methods for a terminal, in monospaced columns of at most {@value #WIDTH} characters. */
public final class TextTable {
    private static final int WIDTH = 110;
    private static final int LABEL = 22;

    private TextTable() {}

    /** Returns the table, the verdicts under it, and one line on how to read them. */
    public static String of(Results results) {
        var headline = new Headline(results);
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(
                "Method",
                "Forget",
                "Retain",
                "Test",
                "Gap",
                "AUC, " + (headline.attack().isEmpty() ? "per example" : headline.attack()),
                "TPR at FPR " + Numbers.rate(headline.fpr()),
                "Time",
                "Cost"));
        for (MethodResult method : results.methods()) {
            var privacy = headline.attack(method, Game.PRIVACY);
            rows.add(List.of(
                    shorten(method.label(), LABEL),
                    Numbers.percent(method.accuracy().forget().value()),
                    Numbers.percent(method.accuracy().retain().value()),
                    Numbers.percent(method.accuracy().test().value()),
                    Numbers.percent(method.accuracy().averageGap().value()),
                    Headline.auc(privacy),
                    Headline.tpr(privacy, headline.fpr()),
                    Numbers.duration(method.accuracy().seconds().value()),
                    Headline.timesRetrain(method)));
        }
        var text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            text.append(line(rows.get(row), widths(rows))).append('\n');
            if (row == 0) {
                text.append("-".repeat(text.length() - 1)).append('\n');
            }
        }
        text.append('\n');
        for (MethodResult method : results.methods()) {
            String head = method.label() + ": " + method.verdict().words() + role(method) + ". ";
            wrap(text, head + method.verdict().reason());
        }
        text.append('\n');
        wrap(
                text,
                "AUC and TPR: forgotten against never-seen examples under the unlearned model, 95 % intervals over "
                        + Numbers.count(results.design().worlds(), "world") + ". 0.5 is chance; retrain is the floor, "
                        + "identity the ceiling. Gap: mean absolute difference to retrain. Cost: time in retrainings. "
                        + "An audit measures what these attacks can find; it does not prove that nothing remains.");
        return text.toString().replace('−', '-').replace("×", "x");
    }

    private static String role(MethodResult method) {
        if (Headline.isFloor(method)) {
            return " (control: the floor)";
        }
        return Headline.isCeiling(method) ? " (control: the ceiling)" : "";
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(column == 0 ? "" : "  ").append(column == 0 ? cell + padding : padding + cell);
        }
        return line.toString();
    }

    /** Appends a paragraph, its later lines indented. */
    private static void wrap(StringBuilder text, String paragraph) {
        var line = new StringBuilder();
        for (String word : paragraph.trim().split("\\s+")) {
            if (line.length() > 2 && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(0);
                line.append("  ").append(word);
            } else {
                line.append(line.length() == 0 ? "" : " ").append(word);
            }
        }
        text.append(line).append('\n');
    }

    private static String shorten(String label, int length) {
        return label.length() <= length ? label : label.substring(0, length - 1) + "…";
    }
}
