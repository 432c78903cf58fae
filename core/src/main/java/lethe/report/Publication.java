package lethe.report;

import java.nio.file.Path;
import java.util.List;
import lethe.claims.Finding;
import lethe.experiments.Results;

/** Everything that people and programs read of a run, written beside each other. */
public final class Publication {
    private Publication() {}

    /**
     * Writes {@code results.json}, {@code results.csv}, {@code table.md}, {@code comparison.md} and
     * {@code report.html}; each replaces its predecessor only when it is complete. Where the directory holds findings about
     * claims of the same plan, the report names them and {@code claims.html} is written too.
     *
     * @return the path of the report
     */
    public static Path write(Results results, Path directory) {
        ResultsJson.write(results, directory.resolve("results.json"));
        ResultsCsv.write(results, directory.resolve("results.csv"));
        TextFile.write(directory.resolve("table.md"), MarkdownTable.of(results));
        TextFile.write(directory.resolve("comparison.md"), ComparisonTable.of(results));
        Path report = directory.resolve("report.html");
        List<Finding> findings = ClaimsReport.found(results, directory);
        Report.of(results).withClaims(findings).writeTo(report);
        if (!findings.isEmpty()) {
            TextFile.write(directory.resolve("claims.html"), ClaimsReport.toHtml(results, findings));
        }
        return report;
    }
}
