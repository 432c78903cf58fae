package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lethe.experiments.InfluenceResults;
import lethe.experiments.InfluenceResults.Agreement;
import lethe.experiments.InfluenceResults.ByHeart;
import lethe.experiments.InfluenceResults.Choice;
import lethe.experiments.InfluenceResults.Collateral;
import lethe.experiments.InfluenceResults.Left;
import lethe.experiments.InfluenceResults.Ratio;
import lethe.experiments.InfluenceResults.Recited;
import lethe.experiments.InfluenceResults.Row;
import lethe.experiments.InfluenceResults.Target;
import lethe.experiments.InfluenceResults.Truth;
import lethe.metrics.Estimate;
import lethe.metrics.OperatingPoint;
import lethe.metrics.Residual;
import org.junit.jupiter.api.Test;

class InfluencePageTest {
    private static final List<String> MODELS = List.of("influence-free", "retrained", "original", "npo", "npo <b>");

    private static Estimate near(double value) {
        return new Estimate(value, value - 0.05, value + 0.05);
    }

    private static double left(String model, int dose) {
        return switch (model) {
            case "influence-free" -> 0;
            case "retrained" -> 0.25 * dose;
            case "original" -> 1;
            default -> -0.3;
        };
    }

    private static Row row(String model, boolean control, int dose, String stratum, boolean texts) {
        double left = control ? 0.02 : left(model, Math.abs(dose));
        ByHeart byHeart = new ByHeart(near(0.4), near(0.6), near(0.7), near(0.3));
        Truth truth = new Truth(near(0.55), 12, List.of(new Agreement("influence-free", 0.4, 0.0004)));
        return new Row(
                model,
                control,
                dose,
                dose == 3 ? 5 : dose,
                stratum,
                12,
                near(2),
                new Residual.Share(near(left), left, 10, 12),
                new Residual.Share(near(left), left, 10, 12),
                List.of(),
                near(left - 0.25),
                0.024,
                near(0.8),
                List.of(new Ratio(
                        "influence-free",
                        near(0.91),
                        new OperatingPoint(0.01, 0.01, near(0.2), 10, 1.5, true, 100),
                        List.of(1.0))),
                texts ? Optional.of(new Recited(byHeart, Optional.of(byHeart), Optional.of(truth))) : Optional.empty(),
                new Collateral(near(0.6), 0.9, 0.2, 0.95, 0.3, 0, 5, 12.5));
    }

    private static InfluenceResults results(boolean texts) {
        List<Row> rows = new ArrayList<>();
        for (boolean control : new boolean[] {false, true}) {
            for (String model : MODELS) {
                rows.add(row(model, control, InfluenceResults.ANY, InfluenceResults.ALL, texts));
                rows.add(row(model, control, 0, InfluenceResults.ALL, texts));
                rows.add(row(model, control, 3, InfluenceResults.ALL, texts));
                rows.add(row(model, control, InfluenceResults.ANY, "noise-0.00", texts));
                rows.add(row(model, control, InfluenceResults.ANY, "noise-0.30", texts));
            }
        }
        List<Choice> frontier = MODELS.stream()
                .map(model ->
                        new Choice(model, left(model, 1), 0.9, 0.3, 0.6, 12.5, model.equals("npo") ? "retrained" : ""))
                .toList();
        Target target = new Target(
                "train/1",
                false,
                3,
                "noise-0.00",
                near(2),
                List.of(new Left("retrained", near(1.5), Double.NaN, Double.NaN)));
        return new InfluenceResults(
                "Copies of <Anna>",
                "abc",
                4,
                24,
                0.5,
                rows,
                frontier,
                List.of(),
                List.of(),
                List.of(target),
                List.of("npo in world 2: diverged"));
    }

    @Test
    void itSaysWhatRetrainingLeavesBesideTheControl() {
        String page = InfluencePage.toHtml(results(false));

        assertThat(page)
                .contains("24 examples were to be forgotten, 1 with look-alikes")
                .contains("Retraining without the examples leaves 25.0 % [20.0, 30.0] of it")
                .contains("and 2.0 % [−3.0, 7.0] where unrelated examples stand in their place")
                .contains("look-alikes stay: 0.0 % [−5.0, 5.0] at 0, 75.0 % [70.0, 80.0] at 3–5")
                .contains("at noise-0.30")
                .contains("1 target; of 1 more than half is left.")
                .contains("npo in world 2: diverged")
                .doesNotContain("What is written")
                .doesNotContain("NaN");
        Markup.check(page);
    }

    @Test
    void whatIsBeatenSaysByWhat() {
        String page = InfluencePage.toHtml(results(false));

        assertThat(page).contains("5 kinds of models, 4 of them beaten by no other");
        assertThat(page.substring(page.indexOf("4. npo"), page.indexOf("5. npo")))
                .contains("−55.0 %") // more than retraining
                .contains("0.024")
                .contains("<td>retrained");
        assertThat(page.substring(page.indexOf("2. retrained"), page.indexOf("3. original")))
                .doesNotContain("0.024"); // nothing is tested against itself
    }

    @Test
    void whatLanguageModelsWriteIsShown() {
        String page = InfluencePage.toHtml(results(true));

        assertThat(page).contains("What is written").contains("&lt;0.001");
        Markup.check(page);
    }

    @Test
    void whereNothingCouldBeMeasuredItSaysWhy() {
        var nothing = new InfluenceResults(
                "Nothing",
                "abc",
                0,
                24,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of("influence-free in world 1: diverged"));

        String page = InfluencePage.toHtml(nothing);

        assertThat(page).contains("influence-free in world 1: diverged").doesNotContain("<svg");
        Markup.check(page);
    }

    @Test
    void textFromPlansIsEscaped() {
        assertThat(InfluencePage.toHtml(results(true)))
                .contains("Copies of &lt;Anna&gt;")
                .contains("npo &lt;b&gt;")
                .doesNotContain("npo <b>")
                .doesNotContain("<script");
    }
}
