package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import lethe.experiments.Results;
import lethe.experiments.Verdict;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final Results STANDARD = SyntheticResults.standard();

    @Test
    void theTablesLookAsReviewed() throws IOException {
        Golden.check("table.txt", TextTable.of(STANDARD));
        Golden.check("table.md", MarkdownTable.of(STANDARD));
    }

    @Test
    void theNumbersAreAsReviewed() throws IOException {
        Results one = SyntheticResults.withMethods(STANDARD, STANDARD.methods().subList(4, 5));

        // The first line of each metric shows the form; all of them would be a file that nobody reads.
        var seen = new HashSet<String>();
        String firsts = ResultsCsv.of(one)
                .lines()
                .filter(line ->
                        seen.add(String.join(",", List.of(line.split(",")).subList(2, 7))))
                .collect(Collectors.joining("\n", "", "\n"));
        Golden.check("results.csv", firsts);
    }

    @Test
    void noLineOfTheTextTableIsWiderThanATerminal() {
        String reason = "An unusually talkative reason that goes on and on. ".repeat(9);
        Results results = SyntheticResults.withVerdict("amun", new Verdict.Inconclusive(reason));

        assertThat(TextTable.of(results).lines()).allMatch(line -> line.length() <= 110);
    }

    @Test
    void everyLineOfTheCsvHasTheSameColumns() {
        assertThat(ResultsCsv.of(STANDARD).split("\r\n"))
                .allMatch(line -> line.replaceAll("\"([^\"]|\"\")*\"", "")
                                .chars()
                                .filter(c -> c == ',')
                                .count()
                        == 13);
    }

    @Test
    void aRateThatMustNotBeReportedHasNoValueInTheCsv() {
        assertThat(ResultsCsv.of(STANDARD).lines().filter(line -> line.contains(",tpr,0.001,")))
                .isNotEmpty()
                .allMatch(line -> line.contains(",tpr,0.001,,,,"));
    }

    @Test
    void aLabelCannotBreakItsTable() {
        var renamed = SyntheticResults.relabelled(STANDARD.methods().get(2), "a|b \"c\", d\n<e>");
        Results results = SyntheticResults.withMethods(STANDARD, List.of(renamed));

        assertThat(MarkdownTable.of(results)).contains("| a\\|b \"c\", d &lt;e&gt; |");
        assertThat(ResultsCsv.of(results)).contains("finetune,\"a|b \"\"c\"\", d\n<e>\",");
    }
}
