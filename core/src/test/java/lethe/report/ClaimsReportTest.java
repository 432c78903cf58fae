package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lethe.claims.Answer;
import lethe.claims.Finding;
import lethe.claims.Finding.Row;
import lethe.claims.Statistic;
import lethe.claims.Statistic.Form;
import lethe.experiments.Results;
import lethe.metrics.Estimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimsReportTest {
    private static final Finding CHANGES = new Finding(
            "c4",
            "Unlearning lowers the vulnerability of some examples and raises that of others.",
            "Holds for a method if some rise and some fall. Floor: falls only. Ceiling: no change at all.",
            List.of(
                    row("retrain", 0, -0.21, Answer.CONTROL),
                    row("identity", 0, 0, Answer.CONTROL),
                    row("scrub", 12, 0.083, Answer.HOLDS),
                    row("finetune", 0, 0.004, Answer.CANNOT_BE_TOLD)),
            true,
            Answer.HOLDS,
            "Holds for 1 of 2, in 64 worlds: scrub; cannot be told for finetune.",
            List.of("salun is left out: it diverged in 3 of 128 runs."));

    private static final Finding MISSING = new Finding(
            "c6",
            "Different examples unlearn at different rates.",
            "Holds for a method if the price is above 0.",
            List.of(),
            false,
            Answer.CANNOT_BE_TOLD,
            "Cannot be told: no unlearning was followed; set audit.trajectory to true.",
            List.of());

    static final List<Finding> FINDINGS = List.of(CHANGES, MISSING);

    @TempDir
    Path folder;

    private static Row row(String method, int rises, double change, Answer answer) {
        return new Row(
                method,
                List.of(
                        new Statistic("significant rises", exact(rises), Form.COUNT),
                        new Statistic(
                                "mean change", new Estimate(change, change - 0.01, change + 0.01), Form.DIFFERENCE),
                        new Statistic("true variance", new Estimate(0.00123, 0.0004, 0.002), Form.FINE),
                        new Statistic("share | memorised", exact(0.25), Form.SHARE),
                        new Statistic("half-life", exact(Double.POSITIVE_INFINITY), Form.EPOCHS),
                        new Statistic("seconds", exact(Double.NaN), Form.SECONDS)),
                answer);
    }

    private static Estimate exact(double value) {
        return new Estimate(value, Double.NaN, Double.NaN);
    }

    @Test
    void whatIsPrintedLooksAsReviewed() throws IOException {
        Golden.check("claims.txt", ClaimsReport.toText(List.of(CHANGES, MISSING)));
    }

    @Test
    void theDocumentLooksAsReviewed() throws IOException {
        Golden.check("claims.md", ClaimsReport.toMarkdown(SyntheticResults.standard(), List.of(CHANGES, MISSING)));
    }

    @Test
    void thePageLooksAsReviewedAndRunsNothing() throws IOException {
        String page = ClaimsReport.toHtml(SyntheticResults.standard(), FINDINGS);

        Markup.check(page);
        assertThat(page).doesNotContain("<script").contains("script-src 'none'");
        assertThat(page).contains("id=\"c4\"", "id=\"c6\"", "href=\"report.html\"");
        Golden.check("claims.html", page);
    }

    @Test
    void reportAndClaimsLinkToEachOtherWhicheverIsWrittenFirst() {
        Results results = SyntheticResults.standard();
        Path report = Publication.write(results, folder);
        assertThat(report).content().doesNotContain("claims.html");

        ClaimsReport.write(results, FINDINGS, folder);
        assertThat(report).content().contains("claims.html#c4");
        assertThat(folder.resolve("claims.html")).content().contains("report.html");

        Publication.write(results, folder);
        assertThat(report).content().contains("claims.html#c4");
    }

    @Test
    void whatWasFoundBeforeByTheSamePlanStays() throws IOException {
        ClaimsReport.write(SyntheticResults.standard(), List.of(MISSING), folder);
        ClaimsReport.write(SyntheticResults.standard(), List.of(CHANGES), folder);

        assertThat(Files.readString(folder.resolve("claims.json")))
                .isEqualTo(ClaimsReport.toJson(SyntheticResults.standard(), List.of(CHANGES, MISSING)) + "\n");
        assertThat(Files.readString(folder.resolve("claims.md"))).contains("## C4: ", "## C6: ");
    }

    @Test
    void aFileOfSomebodyElseIsNotOverwritten() throws IOException {
        Files.writeString(folder.resolve("claims.json"), "[1]");

        assertThatThrownBy(() -> ClaimsReport.write(SyntheticResults.standard(), List.of(CHANGES), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("claims.json is not what 'lethe study' wrote; delete it");
    }
}
