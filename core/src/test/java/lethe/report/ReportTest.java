package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import lethe.experiments.Results;
import lethe.experiments.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Results STANDARD = SyntheticResults.standard();

    @TempDir
    Path folder;

    @Test
    void thePageLooksAsReviewed() throws IOException {
        Golden.check("report.html", Report.of(STANDARD).toHtml());
    }

    @Test
    void equalResultsGiveEqualBytes() {
        assertThat(Report.of(SyntheticResults.standard()).toHtml())
                .isEqualTo(Report.of(STANDARD).toHtml());
    }

    @Test
    void theLocaleOfTheReaderChangesNothing() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);

            assertThat(Report.of(SyntheticResults.standard()).toHtml())
                    .contains("0.9")
                    .doesNotContain("0,9");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void everyMethodIsJudgedInTheFixedWords() {
        String page = Report.of(STANDARD).toHtml();

        for (var method : STANDARD.methods()) {
            assertThat(page).contains(method.verdict().words());
        }
        assertThat(Report.of(SyntheticResults.withVerdict("amun", new Verdict.Inconclusive("Only 4 worlds.")))
                        .toHtml())
                .contains("inconclusive")
                .contains("Only 4 worlds.");
    }

    @Test
    void thePageLoadsNothingAndRunsNothing() {
        String page = Report.of(STANDARD).toHtml();

        assertThat(page).doesNotContain("<script").doesNotContain("<link ").doesNotContain("@import");
        assertThat(page).doesNotContainPattern("src=\"(?!data:image/)").doesNotContain("url(");
    }

    @Test
    void thePageNeverPromisesErasureOrCompliance() {
        String page = Report.of(STANDARD).toHtml().toLowerCase(Locale.ROOT);

        assertThat(page).doesNotContain("erased").doesNotContain("compliant").doesNotContain("compliance");
        assertThat(page).contains("a measurement, not a proof").contains("g5");
    }

    @Test
    void textFromDataAndPlanIsEscapedWhereverItStands() {
        String evil = "<script>alert(1)</script>\"'&";
        List<String> classes = Collections.nCopies(10, evil);

        Results texts = SyntheticResults.withTexts(STANDARD, evil, classes, "x: " + evil);
        var methods = new ArrayList<>(texts.methods());
        methods.replaceAll(method -> SyntheticResults.relabelled(method, method.label() + evil));

        String page = Report.of(SyntheticResults.withMethods(texts, methods)).toHtml();

        assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(1)");
        assertThat(page).doesNotContain("alt=\"" + evil.substring(0, 4));
    }

    @Test
    void idsAreUniqueAndEveryInnerLinkLeadsSomewhere() {
        String page = Report.of(STANDARD).toHtml();

        List<String> ids = Pattern.compile(" id=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(Pattern.compile("href=\"#([^\"]+)\"").matcher(page).results().map(match -> match.group(1)))
                .isNotEmpty()
                .allMatch(ids::contains);
    }

    @Test
    void aRateFromTooFewNegativesIsNotPrinted() {
        assertThat(Report.of(STANDARD).toHtml()).contains("n/a (needs 10,000)");
    }

    @Test
    void aFailedFloorIsTheFirstThingSaid() {
        var leaking = new Verdict.Inconclusive("Only 2 worlds.");

        String page =
                Report.of(SyntheticResults.withVerdict("retrain", leaking)).toHtml();

        assertThat(page).contains("The floor failed");
        assertThat(page.indexOf("The floor failed")).isLessThan(page.indexOf("class=\"summary\""));
        assertThat(Report.of(STANDARD).toHtml()).doesNotContain("class=\"warning\"");
    }

    @Test
    void anAuditWithoutPowerSaysSo() {
        var blind = new Verdict.Indistinguishable("AUC 0.51.");

        assertThat(Report.of(SyntheticResults.withVerdict("identity", blind)).toHtml())
                .contains("could not have noticed a method that does nothing");
    }

    @Test
    void missingControlsAreReportedAndNothingBreaks() {
        Results alone =
                SyntheticResults.withMethods(STANDARD, STANDARD.methods().subList(2, 3));

        assertThat(Report.of(alone).toHtml()).contains("No floor").contains("No ceiling");
        assertThat(Report.of(SyntheticResults.withMethods(STANDARD, List.of())).toHtml())
                .contains("no method was judged");
    }

    @Test
    void aFileIsReplacedAndNothingElseIsLeftBehind() throws IOException {
        Path html = folder.resolve("new/report.html");

        Report.of(STANDARD).writeTo(html);
        Report.of(STANDARD).writeTo(html);

        assertThat(Files.readString(html)).isEqualTo(Report.of(STANDARD).toHtml());
        try (var files = Files.list(html.getParent())) {
            assertThat(files).containsExactly(html);
        }
    }

    @Test
    void aFolderIsRefusedAsTheFileToWrite() {
        assertThatThrownBy(() -> Report.of(STANDARD).writeTo(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name a file");
    }
}
