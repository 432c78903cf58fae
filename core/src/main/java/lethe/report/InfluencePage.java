package lethe.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import lethe.experiments.InfluenceResults;
import lethe.experiments.InfluenceResults.Choice;
import lethe.experiments.InfluenceResults.Row;
import lethe.experiments.InfluenceResults.Target;
import lethe.metrics.Estimate;

/**
 * What an influence study found, as a page: what retraining leaves, what each method leaves and what it costs. Public for the
 * templates alone, but for {@link #write}.
 */
public final class InfluencePage {
    private final InfluenceResults results;

    private InfluencePage(InfluenceResults results) {
        this.results = results;
    }

    /** Writes the page, replacing {@code html} in one step. */
    public static void write(InfluenceResults results, Path html) {
        TextFile.write(html, toHtml(results));
    }

    static String toHtml(InfluenceResults results) {
        return Report.render("influence_study.jte", new InfluencePage(results));
    }

    /** A row of a table; the first cell names it. */
    public record Line(String name, String tag, List<String> cells) {
        public Line {
            cells = List.copyOf(cells);
        }
    }

    public String title() {
        return results.title();
    }

    public String lead() {
        String lead = Numbers.count(results.targets(), "example") + " were to be forgotten, "
                + Numbers.count(dots().size())
                + " with look-alikes that stay in the training set. What they taught together is what models that learned"
                + " both say of the examples, less what models say that learned neither; "
                + Numbers.count(results.worlds(), "world") + " were trained for it.";
        Optional<Row> retrained = pooled(InfluenceResults.RETRAINED, false);
        return retrained
                .map(row -> lead + " Retraining without the examples leaves "
                        + Numbers.percent(row.loss().pooled()) + " of it where there are look-alikes"
                        + pooled(InfluenceResults.RETRAINED, true)
                                .map(control -> ", and "
                                        + Numbers.percent(control.loss().pooled())
                                        + " where unrelated examples stand in their place.")
                                .orElse("."))
                .orElse(lead);
    }

    private Optional<Row> pooled(String model, boolean control) {
        return results.rows().stream()
                .filter(row ->
                        row.pooled() && row.control() == control && row.model().equals(model))
                .findFirst();
    }

    /** Whether the kinds of models that give the scale are there; otherwise {@link #failures} says why not. */
    public boolean isMeasured() {
        return !results.frontier().isEmpty();
    }

    // ---------------------------------------------------------------- what retraining leaves

    public List<Page.Figure> figures() {
        List<Page.Figure> figures = new ArrayList<>();
        List<DosePlot.Arm> byNumber = arms(
                row -> row.dose() >= 0,
                row -> new DosePlot.Point(
                        0.5 * (Math.log1p(row.dose()) + Math.log1p(row.upTo())),
                        row.number(),
                        row.loss().pooled()));
        if (byNumber.stream().anyMatch(arm -> arm.points().size() > 1)) {
            figures.add(new Page.Figure(
                    DosePlot.draw("doses", "What retraining leaves", "Look-alikes of an example", byNumber),
                    "By the number of look-alikes"));
        }
        List<String> strata = strata();
        List<DosePlot.Arm> byStratum = arms(
                row -> !row.stratum().equals(InfluenceResults.ALL),
                row -> new DosePlot.Point(
                        strata.indexOf(row.stratum()), row.stratum(), row.loss().pooled()));
        if (strata.size() > 1) {
            figures.add(new Page.Figure(
                    DosePlot.draw("strata", "What retraining leaves", "What examples were drawn from", byStratum),
                    "By what the examples were drawn from, where they have look-alikes"));
        }
        List<TargetsPlot.Dot> dots = dots();
        if (!dots.isEmpty()) {
            figures.add(new Page.Figure(
                    TargetsPlot.draw("targets", "What retraining leaves of each example", dots),
                    "Example by example, where they have look-alikes"));
        }
        return figures;
    }

    private List<DosePlot.Arm> arms(Predicate<Row> wanted, Function<Row, DosePlot.Point> placed) {
        List<DosePlot.Arm> arms = new ArrayList<>();
        for (boolean control : new boolean[] {false, true}) {
            List<DosePlot.Point> points = results.rows().stream()
                    .filter(row -> row.control() == control && row.model().equals(InfluenceResults.RETRAINED))
                    .filter(wanted)
                    .map(placed)
                    .toList();
            if (!points.isEmpty()) {
                arms.add(
                        new DosePlot.Arm(control ? "control" : "look-alikes stay", control ? "other" : "main", points));
            }
        }
        return arms;
    }

    private List<String> strata() {
        return results.rows().stream()
                .map(Row::stratum)
                .filter(stratum -> !stratum.equals(InfluenceResults.ALL))
                .distinct()
                .toList();
    }

    private List<TargetsPlot.Dot> dots() {
        return results.each().stream()
                .filter(target -> !target.control() && target.dose() > 0)
                .map(target -> new TargetsPlot.Dot(
                        target.influence().value(), left(target).value()))
                .toList();
    }

    private static Estimate left(Target target) {
        return target.left().stream()
                .filter(left -> left.model().equals(InfluenceResults.RETRAINED))
                .map(InfluenceResults.Left::nats)
                .findFirst()
                .orElseThrow();
    }

    /** How far single examples can be judged. */
    public String noise() {
        long certain = results.each().stream()
                .filter(target -> !target.control() && target.dose() > 0)
                .filter(target -> target.influence().low() > 0)
                .count();
        return "A loss without influence varies by " + Numbers.fixed(results.noise(), 2)
                + " nats from world to world. Of " + Numbers.count(dots().size(), "example")
                + " with look-alikes the influence is beyond doubt for " + Numbers.count(certain)
                + "; influence.json has every example with its interval.";
    }

    // ---------------------------------------------------------------- methods

    public String frontier() {
        return FrontierPlot.draw("frontier", "What is left against what it costs others", results.frontier());
    }

    /** What each kind of model leaves and costs, numbered as in the drawing. */
    public List<Line> choices() {
        return IntStream.range(0, results.frontier().size())
                .mapToObj(i -> choice(i + 1, results.frontier().get(i)))
                .toList();
    }

    private Line choice(int number, Choice choice) {
        Row row = pooled(choice.model(), false).orElseThrow();
        return new Line(
                number + ". " + choice.model(),
                role(choice.model()),
                List.of(
                        Numbers.percent(row.loss().pooled()),
                        control(choice.model()),
                        InfluenceResults.isMethod(choice.model()) ? Numbers.percent(row.gap()) : "",
                        InfluenceResults.isMethod(choice.model()) ? probability(row.adjusted()) : "",
                        told(row),
                        Numbers.percent(row.collateral().test().value()),
                        Numbers.fixed(choice.thirdPartyLoss(), 2),
                        Numbers.percent(row.collateral().lookalikes()),
                        Numbers.fixed(row.collateral().forgotten(), 0),
                        Numbers.fixed(choice.seconds(), 1),
                        choice.beatenBy()));
    }

    private String control(String model) {
        return pooled(model, true)
                .map(row -> Numbers.percent(row.loss().pooled()))
                .orElse("");
    }

    private static String told(Row row) {
        return row.ratios().stream()
                .filter(ratio -> ratio.against().equals(InfluenceResults.INFLUENCE_FREE))
                .findFirst()
                .map(ratio -> Numbers.area(ratio.auc()))
                .orElse("");
    }

    private static String role(String model) {
        return switch (model) {
            case InfluenceResults.INFLUENCE_FREE -> "the aim";
            case InfluenceResults.RETRAINED -> "exact retraining";
            case InfluenceResults.ORIGINAL -> "nothing done";
            default -> "";
        };
    }

    private static String probability(double p) {
        return p < 0.001 ? "<0.001" : Numbers.fixed(p, 3);
    }

    // ---------------------------------------------------------------- groups of targets

    /** Names of the groups, as columns. */
    public List<String> groups() {
        return grouped(InfluenceResults.RETRAINED).stream()
                .map(InfluencePage::group)
                .toList();
    }

    private static String group(Row row) {
        return (row.stratum().equals(InfluenceResults.ALL) ? "k = " + row.number() : row.stratum()) + " ("
                + Numbers.count(row.targets()) + ")";
    }

    private List<Row> grouped(String model) {
        return results.rows().stream()
                .filter(row -> !row.control() && !row.pooled() && row.model().equals(model))
                .toList();
    }

    public List<Line> byGroup() {
        return results.frontier().stream()
                .map(choice -> new Line(
                        choice.model(),
                        role(choice.model()),
                        grouped(choice.model()).stream()
                                .map(row -> Numbers.percent(row.loss().pooled()))
                                .toList()))
                .toList();
    }

    // ---------------------------------------------------------------- what is written

    /** Empty for images. */
    public List<Line> writing() {
        return results.rows().stream()
                .filter(row -> row.pooled() && !row.control())
                .flatMap(row -> row.writing().map(writing -> writing(row.model(), writing)).stream())
                .toList();
    }

    private static Line writing(String model, InfluenceResults.Recited writing) {
        return new Line(
                model,
                role(model),
                List.of(
                        Numbers.percent(writing.targets().extraction()),
                        Numbers.percent(writing.targets().recall()),
                        Numbers.percent(writing.targets().memorization()),
                        Numbers.percent(writing.targets().strength()),
                        writing.heldOut()
                                .map(heldOut -> Numbers.percent(heldOut.recall()))
                                .orElse(""),
                        writing.truth()
                                .map(truth -> Numbers.area(truth.closeness()))
                                .orElse(""),
                        agreement(writing, InfluenceResults.INFLUENCE_FREE),
                        agreement(writing, InfluenceResults.RETRAINED)));
    }

    private static String agreement(InfluenceResults.Recited writing, String against) {
        return writing.agreement(against).map(it -> probability(it.pValue())).orElse("");
    }

    public List<String> failures() {
        return results.failures();
    }

    public List<Page.Fact> setUp() {
        return List.of(
                new Page.Fact("Examples to forget", Numbers.count(results.targets())),
                new Page.Fact("Worlds", Numbers.count(results.worlds())),
                new Page.Fact("Intervals", "95 %, crossed bootstrap over worlds and examples"),
                new Page.Fact("Plan digest", results.planDigest()));
    }
}
