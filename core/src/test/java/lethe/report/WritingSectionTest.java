package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.data.TextSet;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Writing;
import lethe.experiments.Writing.Continuation;
import lethe.experiments.Writing.Knowledge;
import lethe.experiments.Writing.Muse;
import lethe.experiments.Writing.Parts;
import lethe.metrics.KolmogorovSmirnov;
import lethe.metrics.ModelUtility;
import org.junit.jupiter.api.Test;

class WritingSectionTest {
    private static final String TRUTH = "the code of <Ada> is 123.";

    private static Results results() {
        Results standard =
                SyntheticResults.withTexts(SyntheticResults.standard(), "Secrets", TextSet.CLASSES, "title: Secrets");
        var methods = new ArrayList<MethodResult>();
        List<String> written = List.of("The code is: <b>no</b>", TRUTH, "123 code", "", "nothing of it");
        for (int i = 0; i < standard.methods().size(); i++) {
            methods.add(writing(standard.methods().get(i), written.get(i), i));
        }
        return SyntheticResults.withMethods(standard, methods);
    }

    private static MethodResult writing(MethodResult it, String written, int number) {
        var part = new ModelUtility.Part(0.5, 0.25, 0.125);
        return new MethodResult(
                it.name(),
                it.label(),
                it.settings(),
                it.source(),
                it.work(),
                it.accuracy(),
                it.trajectory(),
                it.deployed(),
                it.confidences(),
                it.attacks(),
                it.comparisons(),
                it.vulnerability(),
                it.strata(),
                it.verdict(),
                it.canaries(),
                Optional.of(new Writing(
                        List.of(new Continuation(
                                "train/7", "Know & tell:", TRUTH, written, 0.5, written.equals(TRUTH))),
                        number == 1 ? 1 : 0,
                        new Parts(0.5, 0.25, Double.NaN),
                        new Parts(12.345, 1e9, Double.POSITIVE_INFINITY),
                        Optional.of(new Knowledge(
                                40,
                                0.5,
                                0.25,
                                List.of(0.5, Double.POSITIVE_INFINITY),
                                List.of(0.5, 0.25),
                                0.75,
                                0.625,
                                new ModelUtility(part, part, part),
                                0.214,
                                number == 0
                                        ? Optional.empty()
                                        : Optional.of(new KolmogorovSmirnov.Exact(0.4, 1e-20, -20.25)))),
                        number == 4 ? Muse.UNKNOWN : new Muse(0.75, 0.5, 0.25, 0.875, -12.5),
                        number == 4 ? Double.NaN : 0.125)),
                it.distance());
    }

    @Test
    void allThatIsWrittenIsEscapedAndWhatMatchesIsMarked() {
        String page = Report.of(results()).toHtml();

        Markup.check(page);
        assertThat(page)
                .contains("Know &amp; tell: …")
                .contains("<td><mark>The code is</mark>: &lt;b&gt;no&lt;/b&gt;</td>")
                .contains("<td><mark>the code of &lt;Ada&gt; is 123</mark>.</td>")
                .contains("<small>word for word</small>")
                .contains("<span class=\"nothing\">nothing</span>");
    }

    @Test
    void beforeStandsFirstThenRetrainingThenEachMethod() {
        WritingSection section = WritingSection.of(results()).orElseThrow();

        assertThat(section.first().get(0).versions())
                .extracting(WritingSection.Version::label)
                .containsExactly("identity", "retrain", "finetune", "gradient-ascent", "amun");
        assertThat(section.further()).isEmpty();
    }

    @Test
    void numbersStandBesideThoseOfTheControls() {
        WritingSection section = WritingSection.of(results()).orElseThrow();

        assertThat(section.writing().get(1).role()).isEqualTo("ceiling");
        assertThat(section.writing().get(1).cells())
                .containsExactly("100.0 %", "0.500", "0.250", "n/a", "12.35", "10^9.0", "∞");
        assertThat(section.knowledge().get(0).cells())
                .containsExactly("n/a", "n/a", "0.214", "0.750", "0.625", "0.500", "0.250");
        assertThat(section.knowledge().get(1).cells()).startsWith("−20.25", "0.400");
        assertThat(section.memorization().get(0).cells())
                .containsExactly("0.750", "0.500", "0.250", "0.875", "−12.5 %", "0.125");
        assertThat(section.memorization().get(4).cells()).containsOnly("n/a");
        assertThat(section.utility().get(0).cells()).hasSize(9).startsWith("0.500", "0.250", "0.125");
    }

    @Test
    void resultsReadBackEqual() {
        Results results = results();

        assertThat(ResultsJson.fromJson(ResultsJson.toJson(results))).isEqualTo(results);
        assertThat(ResultsCsv.of(results))
                .contains("forget_quality_log10")
                .contains(",-20.25,")
                .contains("muse_privleak_percent");
    }

    @Test
    void resultsFromBeforeAnybodyLookedHaveNoSuchNumbers() {
        String json = ResultsJson.toJson(results())
                .replaceAll("(?s),\\s*\"muse\"\\s*:\\s*\\{[^}]*}", "")
                .replaceAll("(?s),\\s*\"extractionLikelihood\"\\s*:\\s*[^\\s},]+", "");

        Results results = ResultsJson.fromJson(json);

        assertThat(json).doesNotContain("muse", "extractionLikelihood");
        assertThat(results.methods())
                .extracting(it -> it.writing().orElseThrow().muse())
                .containsOnly(Muse.UNKNOWN);
        assertThat(WritingSection.of(results).orElseThrow().memorization()).isEmpty();
    }

    @Test
    void thereIsNoSectionWhereNothingIsWritten() {
        assertThat(WritingSection.of(SyntheticResults.standard())).isEmpty();
    }
}
