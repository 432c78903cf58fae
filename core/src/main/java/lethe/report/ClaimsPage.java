package lethe.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lethe.claims.Answer;
import lethe.claims.Finding;
import lethe.claims.Statistic;
import lethe.claims.Statistic.Form;
import lethe.experiments.Results;
import lethe.metrics.Estimate;

/** What the page of claims says, as its template prints it. Public for the templates alone. */
public final class ClaimsPage {
    private final Results results;
    private final List<Finding> findings;

    ClaimsPage(Results results, List<Finding> findings) {
        this.results = results;
        this.findings = findings;
    }

    /** A claim in a line, as the report prints it. */
    public record Summary(String anchor, String code, String statement, Page.Stamp stamp) {
        static Summary of(Finding finding) {
            return new Summary(
                    finding.claim(),
                    finding.claim().toUpperCase(Locale.ROOT),
                    finding.statement(),
                    ClaimsPage.stamp(finding));
        }
    }

    /** Everything about one claim. */
    public record Section(
            Summary summary,
            String rule,
            List<String> statistics,
            List<Row> rows,
            List<Page.Figure> figures,
            String change,
            List<String> notes) {}

    /** A line of a claim's table. */
    public record Row(String label, String role, List<String> values, String answer, String style) {}

    public String title() {
        return results.title();
    }

    public String lead() {
        var design = results.design();
        return "Claims about unlearning, each decided by a rule that was fixed beforehand, from "
                + results.data().name()
                + ", " + Numbers.count(design.worlds(), "world") + " and "
                + Numbers.count(design.pool(), "audit example")
                + ". Every number stands beside what exact retraining (the floor) and doing nothing (the ceiling) reach by "
                + "the same arithmetic. Brackets and whiskers: 95 % intervals.";
    }

    public List<Section> sections() {
        return findings.stream().map(this::section).toList();
    }

    private Section section(Finding finding) {
        var rows = new ArrayList<Row>();
        for (int r = 0; r < finding.rows().size(); r++) {
            Finding.Row row = finding.rows().get(r);
            rows.add(new Row(
                    row.method(),
                    role(r),
                    row.statistics().stream().map(ClaimsReport::value).toList(),
                    row.answer() == Answer.CONTROL ? "" : row.answer().words(),
                    style(row.answer())));
        }
        return new Section(
                Summary.of(finding),
                finding.rule(),
                finding.rows().isEmpty()
                        ? List.of()
                        : finding.rows().get(0).statistics().stream()
                                .map(Statistic::name)
                                .toList(),
                rows,
                figures(finding),
                change(finding),
                finding.notes());
    }

    private static String role(int row) {
        return row == 0 ? "floor" : row == 1 ? "ceiling" : "";
    }

    private static Page.Stamp stamp(Finding finding) {
        String mark = switch (finding.answer()) {
            case HOLDS -> "✓";
            case DOES_NOT_HOLD -> "✗";
            default -> "?";
        };
        return new Page.Stamp(finding.answer().words(), finding.verdict(), mark, style(finding.answer()));
    }

    private static String style(Answer answer) {
        return switch (answer) {
            case HOLDS -> "leaks";
            case DOES_NOT_HOLD -> "same";
            default -> "open";
        };
    }

    // ---------------------------------------------------------------- drawings

    /** One for each statistic that comes with intervals. */
    private static List<Page.Figure> figures(Finding finding) {
        var figures = new ArrayList<Page.Figure>();
        int statistics = finding.rows().isEmpty()
                ? 0
                : finding.rows().get(0).statistics().size();
        for (int s = 0; s < statistics; s++) {
            int column = s;
            var rows = new ArrayList<IntervalPlot.Row>();
            for (int r = 0; r < finding.rows().size(); r++) {
                Finding.Row row = finding.rows().get(r);
                rows.add(new IntervalPlot.Row(
                        row.method(), row.statistics().get(column).value(), List.of(), List.of(), role(r)));
            }
            if (rows.stream().anyMatch(row -> hasInterval(row.perExample()))) {
                Statistic statistic = finding.rows().get(0).statistics().get(column);
                String title = finding.claim().toUpperCase(Locale.ROOT) + ": " + statistic.name();
                figures.add(new Page.Figure(
                        IntervalPlot.draw(finding.claim() + "-plot-" + s, title, rows, scale(statistic, rows)),
                        statistic.name()));
            }
        }
        return figures;
    }

    private static boolean hasInterval(Estimate estimate) {
        return Double.isFinite(estimate.value()) && Double.isFinite(estimate.low()) && Double.isFinite(estimate.high());
    }

    private static IntervalPlot.Scale scale(Statistic statistic, List<IntervalPlot.Row> rows) {
        // A difference is read against nothing at all, so that zero must be in sight.
        double low = statistic.form() == Form.DIFFERENCE ? 0 : Double.POSITIVE_INFINITY;
        double high = statistic.form() == Form.DIFFERENCE ? 0 : Double.NEGATIVE_INFINITY;
        for (IntervalPlot.Row row : rows) {
            Estimate estimate = row.perExample();
            for (double value : new double[] {estimate.value(), estimate.low(), estimate.high()}) {
                low = Double.isFinite(value) ? Math.min(low, value) : low;
                high = Double.isFinite(value) ? Math.max(high, value) : high;
            }
        }
        Ticks ticks = Ticks.enclosing(low, high);
        boolean share = statistic.form() == Form.SHARE;
        return new IntervalPlot.Scale(
                ticks.from(),
                ticks.to(),
                ticks.step(),
                Math.max(ticks.from(), Math.min(ticks.to(), 0)),
                statistic.name(),
                tick -> share
                        ? Numbers.fixed(100 * tick, Math.max(0, ticks.digits() - 2)) + " %"
                        : Numbers.fixed(tick, ticks.digits()),
                estimate -> ClaimsReport.value(new Statistic(statistic.name(), estimate, statistic.form())));
    }

    // ---------------------------------------------------------------- what would change the verdict

    private String change(Finding finding) {
        int worlds = results.design().worlds();
        if (finding.rows().isEmpty()) {
            return "A run that has what this claim needs; the verdict names it.";
        }
        if (worlds < Finding.FEWEST_WORLDS) {
            return "At least " + Finding.FEWEST_WORLDS + " worlds; below that nothing is concluded.";
        }
        if (!finding.endpointsBehave()) {
            return "Endpoints that behave. Retraining must look as safe, and doing nothing as unsafe, as the rule says; as "
                    + "long as they do not, no method can be judged here.";
        }
        String width = Numbers.count(4L * worlds, "world") + " would make intervals about half as wide";
        Optional<String> nearest = nearest(finding);
        return switch (finding.answer()) {
            case HOLDS ->
                "Intervals that reach zero. "
                        + nearest.map(what -> "Nearest to it is " + what + ". ").orElse("")
                        + "It is said of these methods with these settings on these data; others may differ.";
            case DOES_NOT_HOLD ->
                "Other settings, data or forget sets: here the intervals exclude an effect that matters, so that more "
                        + "worlds of the same kind are unlikely to.";
            default ->
                "More worlds: " + width + "."
                        + nearest.map(what -> " Nearest to zero is " + what + ".")
                                .orElse("");
        };
    }

    /** Of all differences of judged methods the one whose interval ends nearest to zero, in half widths. */
    private static Optional<String> nearest(Finding finding) {
        record Candidate(String words, double distance) {}
        var candidates = new ArrayList<Candidate>();
        for (Finding.Row row : finding.rows()) {
            if (row.answer() != finding.answer()) {
                continue;
            }
            for (Statistic statistic : row.statistics()) {
                Estimate estimate = statistic.value();
                if (statistic.form() == Form.DIFFERENCE && hasInterval(estimate) && estimate.high() > estimate.low()) {
                    double limit = Math.min(Math.abs(estimate.low()), Math.abs(estimate.high()));
                    candidates.add(new Candidate(
                            "“" + statistic.name() + "” of " + row.method() + ", " + ClaimsReport.value(statistic),
                            limit / (estimate.high() - estimate.low())));
                }
            }
        }
        return candidates.stream()
                .min(Comparator.comparingDouble(Candidate::distance))
                .map(Candidate::words);
    }
}
