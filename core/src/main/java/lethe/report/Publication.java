package lethe.report;

import java.nio.file.Path;
import lethe.experiments.Results;

/** Everything that people and programs read of a run, written beside each other. */
public final class Publication {
    private Publication() {}

    /**
     * Writes {@code results.json}, {@code results.csv}, {@code table.md}, {@code comparison.md} and
     * {@code report.html}; each replaces its predecessor only when it is complete.
     *
     * @return the path of the report
     */
    public static Path write(Results results, Path directory) {
        ResultsJson.write(results, directory.resolve("results.json"));
        ResultsCsv.write(results, directory.resolve("results.csv"));
        TextFile.write(directory.resolve("table.md"), MarkdownTable.of(results));
        TextFile.write(directory.resolve("comparison.md"), ComparisonTable.of(results));
        Path report = directory.resolve("report.html");
        Report.of(results).writeTo(report);
        return report;
    }
}
