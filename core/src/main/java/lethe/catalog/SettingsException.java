package lethe.catalog;

import java.util.List;

/** Everything that is wrong with one settings document. */
public final class SettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /**
     * One mistake.
     *
     * @param path the setting, such as {@code methods[2].learningRate}; empty for the document as a whole
     * @param line line in the document, from 1; 0 if the settings were not read from text
     * @param column column in that line, from 1; 0 if the settings were not read from text
     * @param message what was found and what was expected
     */
    public record Problem(String path, int line, int column, String message) {}

    /**
     * What a record's constructor found wrong with settings inside its own. Who reads them from text adds the places.
     *
     * @param problems with paths that begin at the record, and no lines
     */
    public SettingsException(String source, List<Problem> problems) {
        this(source, "", problems);
    }

    SettingsException(String source, String text, List<Problem> problems) {
        super(render(source, text.lines().toList(), problems));
        this.problems = List.copyOf(problems);
    }

    /** The mistakes in the order of the document. */
    public List<Problem> problems() {
        return problems;
    }

    private static String render(String source, List<String> lines, List<Problem> problems) {
        var out = new StringBuilder(source)
                .append(problems.size() == 1 ? " has a mistake:" : " has " + problems.size() + " mistakes:");
        for (Problem problem : problems) {
            out.append("\n\n").append(source);
            if (problem.line() > 0) {
                out.append(':').append(problem.line()).append(':').append(problem.column());
            }
            if (!problem.path().isEmpty()) {
                out.append(": ").append(problem.path());
            }
            if (problem.line() > 0 && problem.line() <= lines.size()) {
                excerpt(out, lines.get(problem.line() - 1), problem.column() - 1);
            }
            out.append("\n  ").append(problem.message());
        }
        return out.toString();
    }

    private static void excerpt(StringBuilder out, String line, int column) {
        int indent = line.length() - line.stripLeading().length();
        int caret = Math.min(Math.max(column, indent), line.length());
        String before = line.substring(indent, caret);
        int from = before.length() > 60 ? caret - 60 : indent; // a caret that wrapped would point nowhere
        int to = Math.min(line.length(), from + 110);
        out.append("\n    ").append(line, from, to);
        out.append("\n    ").append(" ".repeat(caret - from)).append('^');
    }
}
