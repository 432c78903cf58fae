package lethe.claims;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run says about one claim.
 *
 * @param claim catalogue name
 * @param statement the claim
 * @param rule the decision rule
 * @param rows the floor, the ceiling, then what is judged; empty if the run lacks what the claim needs
 * @param endpointsBehave whether floor and ceiling are where they must be; otherwise nothing is concluded
 * @param answer over all methods
 * @param verdict one sentence
 * @param notes what else a reader must know
 */
public record Finding(
        String claim,
        String statement,
        String rule,
        List<Row> rows,
        boolean endpointsBehave,
        Answer answer,
        String verdict,
        List<String> notes) {
    /** Below this, an example has fewer than four values a side, and nothing is concluded. */
    public static final int FEWEST_WORLDS = 8;

    public Finding {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /**
     * The statistics of one method, or of one way to use it.
     *
     * @param method label in the plan
     * @param statistics the same in every row of a finding
     * @param answer what the rule says of it
     */
    public record Row(String method, List<Statistic> statistics, Answer answer) {
        public Row {
            statistics = List.copyOf(statistics);
        }

        /** The statistic of this name. */
        public Statistic statistic(String name) {
            return statistics.stream()
                    .filter(statistic -> statistic.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no statistic '" + name + "', but "
                            + statistics.stream().map(Statistic::name).toList()));
        }
    }

    /** The row of this label. */
    public Row row(String method) {
        return rows.stream()
                .filter(row -> row.method().equals(method))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no row '" + method + "', but "
                        + rows.stream().map(Row::method).toList()));
    }

    /** A finding of a run that lacks something; {@code needed} says what to add to the plan. */
    static Finding missing(Claim claim, String needed) {
        return new Finding(
                claim.name(),
                claim.statement(),
                claim.rule(),
                List.of(),
                false,
                Answer.CANNOT_BE_TOLD,
                "Cannot be told: " + needed,
                List.of());
    }

    /**
     * A finding whose verdict follows from its rows.
     *
     * @param problems what is wrong with floor and ceiling, each a clause; empty if they behave
     */
    static Finding of(Claim claim, Evidence evidence, List<Row> rows, List<String> problems, List<String> notes) {
        List<Row> judged =
                rows.stream().filter(row -> row.answer() != Answer.CONTROL).toList();
        List<String> all = new ArrayList<>(notes);
        all.addAll(evidence.leftOut());
        Answer answer;
        String verdict;
        String worlds = "in " + evidence.worlds() + " worlds";
        if (evidence.worlds() < FEWEST_WORLDS) {
            answer = Answer.CANNOT_BE_TOLD;
            verdict = "Cannot be told: there are " + evidence.worlds() + " worlds; set audit.worlds to at least "
                    + FEWEST_WORLDS + ", better 64.";
        } else if (!problems.isEmpty()) {
            answer = Answer.CANNOT_BE_TOLD;
            verdict = "Cannot be told: the endpoints do not behave, " + String.join("; ", problems) + ".";
        } else if (judged.isEmpty()) {
            answer = Answer.CANNOT_BE_TOLD;
            verdict = "Cannot be told: the plan has no method besides the floor and the ceiling; add some to methods.";
        } else {
            List<Row> holding = with(judged, Answer.HOLDS);
            List<Row> open = with(judged, Answer.CANNOT_BE_TOLD);
            answer = !holding.isEmpty() ? Answer.HOLDS : open.isEmpty() ? Answer.DOES_NOT_HOLD : Answer.CANNOT_BE_TOLD;
            verdict = switch (answer) {
                case HOLDS ->
                    "Holds for " + holding.size() + " of " + judged.size() + ", " + worlds + ": " + names(holding)
                            + (open.isEmpty() ? "." : "; cannot be told for " + names(open) + ".");
                case DOES_NOT_HOLD -> "Does not hold for any of " + judged.size() + ", " + worlds + ".";
                default -> "Cannot be told " + worlds + " for " + names(open) + "; more worlds narrow the intervals.";
            };
        }
        return new Finding(
                claim.name(), claim.statement(), claim.rule(), rows, problems.isEmpty(), answer, verdict, all);
    }

    private static List<Row> with(List<Row> rows, Answer answer) {
        return rows.stream().filter(row -> row.answer() == answer).toList();
    }

    private static String names(List<Row> rows) {
        return rows.stream().map(Row::method).collect(Collectors.joining(", "));
    }
}
