package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import lethe.attacks.Prequential;
import lethe.experiments.Results;
import lethe.experiments.Results.InfluenceLeft;
import lethe.experiments.Results.InfluenceShare;
import lethe.experiments.Results.Standing;
import lethe.experiments.Verdict;
import lethe.influence.Lookalikes;
import lethe.metrics.Estimate;
import lethe.metrics.Residual;
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
    void thePageLoadsNothingAndRunsOnlyTheScriptThatItNames() throws NoSuchAlgorithmException {
        String page = Report.of(STANDARD).toHtml();

        assertThat(page).containsOnlyOnce("<script>").doesNotContain("<script ");
        assertThat(page).doesNotContain("<link ").doesNotContain("@import");
        assertThat(page).doesNotContainPattern("src=\"(?!data:image/)").doesNotContain("url(");
        assertThat(page).doesNotContainPattern("<[a-z][^>]* on[a-z]+=");
        String script = page.substring(page.indexOf("<script>") + 8, page.indexOf("</script>"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
        assertThat(page).contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }

    @Test
    void lookAlikesAreSpokenOfBeforeTheAnswer() {
        var found = new Lookalikes(200, 12, 31, 7, 0, List.of("exact", "perceptual-hash"));
        String page =
                Report.of(SyntheticResults.withLookalikes(STANDARD, found)).toHtml();

        assertThat(page.substring(0, page.indexOf("id=\"answer\"")))
                .contains("12 of 200 examples to forget have 31 look-alikes")
                .contains("(7 of other people)")
                .contains("found by exact and perceptual-hash");
        assertThat(Report.of(STANDARD).toHtml()).doesNotContain("look-alike");
    }

    @Test
    void whatLookAlikesKeepAliveHasASection() {
        var shares = List.of(
                new InfluenceShare(
                        "retrain", share(0.42, 0.31, 0.55, 5), share(0.5, 0.4, 0.6, 5), new Estimate(0, 0, 0)),
                new InfluenceShare("identity", share(1, 1, 1, 0), share(1, 1, 1, 0), new Estimate(0.58, 0.45, 0.69)));
        var left = new InfluenceLeft(12, 9, 1.25, "", new Estimate(2.5, -0.1, 4), shares);
        var unknown = new InfluenceLeft(12, 0, Double.NaN, "", new Estimate(Double.NaN, 0, 0), List.of());
        var paired = new InfluenceLeft(1, 1, 4, "closure-2", new Estimate(2.5, 2, 3), shares);

        assertThat(section(left))
                .contains("12 audit examples to forget have look-alikes. Measured on 9, with 1.3 look-alikes left")
                .contains("lower the loss of an example by 2.500 [−0.100, 4.000] nats, which may be nothing")
                .contains("42.0 %<span class=\"range\"> [31.0, 55.0]</span>\n</td><td>50.0 %")
                .contains("<td>41.0 % of 5</td>")
                .contains("<td>n/a</td><td>58.0 %");
        assertThat(section(unknown))
                .contains("nothing is known of models without")
                .doesNotContain("<table");
        assertThat(section(paired)).contains("against “closure-2”").contains("nats.");
    }

    private static Residual.Share share(double pooled, double low, double high, int certain) {
        return new Residual.Share(new Estimate(pooled, low, high), pooled - 0.01, certain, 9);
    }

    private static String section(InfluenceLeft left) {
        String page = Report.of(SyntheticResults.withInfluence(STANDARD, left)).toHtml();
        int start = page.indexOf("id=\"influence\"");
        return page.substring(start, page.indexOf("</section>", start));
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

        assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)");
        assertThat(page).doesNotContain("alt=\"" + evil.substring(0, 4));
    }

    @Test
    void thePageIsWellFormedAndEveryInnerLinkLeadsSomewhere() {
        Markup.check(Report.of(STANDARD).toHtml());
        Markup.check(
                Report.of(SyntheticResults.withMethods(STANDARD, List.of())).toHtml());
    }

    @Test
    void theFirstScreenAnswersInTheFixedWordsAndNamesTheWorstCase() {
        PlainAnswer answer = new PlainAnswer(STANDARD, new Headline(STANDARD));

        assertThat(answer.lines())
                .extracting(line -> line.stamp().words(), PlainAnswer.Line::methods)
                .containsExactly(
                        tuple("distinguishable", "finetune"),
                        tuple("over-unlearned", "gradient-ascent"),
                        tuple("indistinguishable from retrained at this power", "amun"));
        assertThat(answer.measures())
                .extracting(PlainAnswer.Measure::name)
                .containsExactly("Trained again without them", "Worst case, gradient-ascent", "Nothing done");
        String page = Report.of(STANDARD).toHtml();
        assertThat(page.indexOf("id=\"answer\"")).isLessThan(page.indexOf("id=\"endpoints\""));
        assertThat(page.indexOf("id=\"endpoints\"")).isLessThan(page.indexOf("id=\"verdicts\""));
    }

    @Test
    void thePrivacyGameIsOpenAndShowsRealisedRatesWithTheirLimits() {
        var results = STANDARD;
        Endpoints.Table first = new Endpoints(results, new Headline(results), Planned.of(results))
                .tables()
                .get(0);

        assertThat(first.game()).isEqualTo("G2");
        assertThat(first.open()).isTrue();
        assertThat(first.rates()).containsExactly("5 %", "1 %", "0.1 %");
        assertThat(first.rows()).hasSize(10);
        assertThat(first.rows().get(0).points().get(1).realised()).isEqualTo("FPR 0.98 % (≤ 1.65)");
        assertThat(first.rows().get(0).points().get(2).tpr()).isEqualTo("n/a (needs 10,000)");
    }

    @Test
    void anAuditThatIsLookedAtAfterEveryWorldShowsWhereItStands() {
        var decided = new Standing(
                "finetune",
                Prequential.Decision.LEAKS,
                11,
                new Estimate(0.2, 0.06, 0.34),
                0.71,
                0.51,
                List.of(0.19, 0.22, 0.19));
        var open = new Standing(
                "amun", Prequential.Decision.UNDECIDED, 8, new Estimate(0, -1, 1), Double.NaN, Double.NaN, List.of());
        Results results = SyntheticResults.withAnytime(
                STANDARD, new Results.AnytimeSummary(0.05, 8, 16, 16, List.of(decided, open)));

        String page = Report.of(results).toHtml();

        Markup.check(page);
        assertThat(page)
                .contains("16 of 16 planned worlds were looked at, the first 8 as references only. No worlds are left;"
                        + " 1 method stayed undecided.")
                .contains("+0.200<span class=\"range\"> [+0.060, +0.340]</span>")
                .contains("After 11 worlds the area is");
        assertThat(Report.of(STANDARD).toHtml()).doesNotContain("id=\"anytime\"");
    }

    @Test
    void canariesStandBesideNaturalExamples() {
        Results results = SyntheticResults.withMethods(
                STANDARD,
                STANDARD.methods().stream()
                        .map(method -> SyntheticResults.withCanaries(method, method.attacks()))
                        .toList());

        String page = Report.of(results).toHtml();

        Markup.check(page);
        assertThat(page).contains("aria-label=\"Canaries and natural examples\"");
        assertThat(new StrataTable(results, new Headline(results)).canaries())
                .hasSize(5)
                .allMatch(row -> row.auc().equals(row.naturalAuc()));
    }

    @Test
    void distancesStandBesideThoseOfRetraining() {
        var table = new DistanceTable(STANDARD, new Headline(STANDARD));

        assertThat(table.rows()).hasSize(5);
        assertThat(table.rows().get(0).role()).isEqualTo("floor");
        assertThat(table.rows().get(0).normalised()).isEqualTo("1.00");
        assertThat(table.rows().get(0).retention()).isEqualTo("100.0 %");
        assertThat(table.basis()).startsWith("The challenge’s score is of 2 examples with 8 models a side");
    }

    @Test
    void furtherDistancesAreShownAndDefinedWhereThePlanAskedForThem() {
        Results results = SyntheticResults.withFurtherDistances();
        var table = new DistanceTable(results, new Headline(results));

        String page = Report.of(results).toHtml();

        Markup.check(page);
        assertThat(page).contains("0.620", "&gt; 50", "id=\"def-zrf\"", "id=\"def-relearn\"");
        assertThat(table.rows().get(1).zeroRetrain()).isEqualTo("0.570 [0.550, 0.590]");
        assertThat(table.relearned().get(0))
                .isEqualTo(new DistanceTable.Relearned(
                        "retrain", "floor", "12 [9, 15]", "0 of 32", "50.0 % [50.0, 50.0]"));
        assertThat(table.relearned().get(4).steps()).isEqualTo("> 50 [31, > 50]");
        assertThat(Report.of(STANDARD).toHtml()).doesNotContain("ZRF", "def-relearn");
    }

    @Test
    void claimsAreNamedWhereTheyWereExamined() {
        String page = Report.of(STANDARD).withClaims(ClaimsReportTest.FINDINGS).toHtml();

        Markup.check(page);
        assertThat(page).contains("href=\"claims.html#c4\"", "Holds for 1 of 2, in 64 worlds");
        assertThat(Report.of(STANDARD).toHtml()).doesNotContain("claims.html");
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
