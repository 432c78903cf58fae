package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lethe.attacks.Access;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.attacks.Snapshots;
import lethe.metrics.Estimate;
import lethe.metrics.RocCurve;
import org.junit.jupiter.api.Test;

class PlotsTest {
    private static final Access ONE_MODEL = new Access(Access.Output.CONFIDENCE, Snapshots.AFTER, 1);
    private static final Estimate HALF = new Estimate(0.5, 0.4, 0.6);

    private static AttackResult attack(RocCurve roc, long negatives) {
        return new AttackResult(
                "a",
                true,
                Game.PRIVACY,
                "s",
                7,
                HALF,
                HALF,
                List.of(),
                roc,
                List.of(0.4, 0.6),
                100,
                negatives,
                ONE_MODEL);
    }

    @Test
    void coordinatesAreRoundedToATenthWithoutTrailingZeros() {
        assertThat(Svg.number(1.26)).isEqualTo("1.3");
        assertThat(Svg.number(-0.04)).isEqualTo("0");
        assertThat(Svg.number(-2.55)).isEqualTo("-2.5");
        assertThat(Svg.number(12)).isEqualTo("12");
    }

    @Test
    void rocCurveLooksAsReviewed() throws IOException {
        var curve = new RocCurve(
                List.of(0.0, 0.01, 0.1, 1.0),
                List.of(0.05, 0.2, 0.6, 1.0),
                List.of(0.02, 0.1, 0.5, 1.0),
                List.of(0.08, 0.3, 0.7, 1.0));

        Golden.check(
                "roc.svg",
                RocPlot.draw("r", "Title", List.of(new RocPlot.Line("x", "main", true, attack(curve, 200)))));
    }

    @Test
    void nothingIsDrawnLeftOfOneFalsePositive() {
        var curve = new RocCurve(List.of(0.0, 1.0), List.of(0.3, 1.0), List.of(0.3, 1.0), List.of(0.3, 1.0));

        String svg = RocPlot.draw("r", "t", List.of(new RocPlot.Line("x", "main", false, attack(curve, 200))));

        // From 0.001 to 1 over 46 to 350: one of 200 negatives lies at 46 + 304·log10(5)/3 = 116.8.
        assertThat(svg).contains("class=\"unreachable\" x=\"46\" y=\"8\" width=\"70.8\"");
        assertThat(svg).contains("class=\"curve main\" d=\"M116.8 ");
    }

    @Test
    void theNullBandFollowsTheVarianceOfTheRankSum() {
        // √((2·32 + 1) / (12·32²)) = 0.072730.
        assertThat(VulnerabilityPlot.nullBand(32).high()).isCloseTo(0.5 + 1.96 * 0.072730, within());
        assertThat(VulnerabilityPlot.nullBand(32).low()).isCloseTo(0.5 - 1.96 * 0.072730, within());
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-5);
    }

    @Test
    void histogramHeightsAreSharesOnASquareRootAxis() throws IOException {
        // Shares ¼ and ¾; with the axis ending at 1 over 152 pixels, √¼ is half of them.
        String svg = HistogramPlot.draw("h", "t", List.of(1, 3), List.of(3, 1), List.of(), 1);

        assertThat(svg).contains("class=\"curve before\" d=\"M46 160L46 84L198 84L198 28.4");
        Golden.check("histogram.svg", svg);
    }

    @Test
    void whatWasNotMeasuredIsNotDrawn() {
        var nothing = new Estimate(Double.NaN, Double.NaN, Double.NaN);

        String intervals = IntervalPlot.draw(
                "i", "t", List.of(new IntervalPlot.Row("m", nothing, List.of(), List.of(Double.NaN), "")));
        String dots = VulnerabilityPlot.scatter(
                "s", "t", "y", List.of(new VulnerabilityPlot.Dot(Double.NaN, 0.5, false)), HALF);
        String bars = HistogramPlot.draw("h", "t", List.of(0, 0), List.of(), List.of(), 1);

        assertThat(List.of(intervals, dots, bars)).noneMatch(svg -> svg.contains("NaN"));
        assertThat(intervals).doesNotContain("<circle").contains("n/a");
        assertThat(dots).doesNotContain("class=\"dots");
    }

    @Test
    void textIsEscaped() {
        assertThat(new Svg("i", 1, 1, "<a>&\"'", "").toString()).contains("&lt;a&gt;&amp;&quot;&#39;");
    }
}
