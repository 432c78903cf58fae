package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
    private final List<String> lines =
            ComparisonTable.of(SyntheticResults.standard()).lines().toList();

    @Test
    void cellsAreMeanAndStandardDeviationOverRuns() {
        // forget accuracies 0.71 + {−0.01, 0.01, −0.02, 0.02}: s² = (1 + 1 + 4 + 4)e-4 / 3
        assertThat(row("retrain")).contains("71.00 ± 1.83", "97.00 ± 0.82", "71.50 ± 1.29");
        // one area a world, 0.53 and 0.55
        assertThat(row("retrain")).contains("0.540 ± 0.014");
    }

    @Test
    void methodsWithoutTheRemainingDataStandApartAndControlsStandInBoth() {
        int second = lines.indexOf("## Without the remaining data");

        assertThat(lines.subList(0, second)).noneMatch(line -> line.startsWith("| gradient-ascent"));
        assertThat(lines.subList(second, lines.size())).anyMatch(line -> line.startsWith("| gradient-ascent"));
        assertThat(lines.subList(second, lines.size())).anyMatch(line -> line.startsWith("| retrain"));
    }

    @Test
    void methodsOfOneNameAreToldApartByTheSettingsThatDiffer() {
        Results results = SyntheticResults.standard();
        MethodResult method = results.methods().get(results.methods().size() - 1);
        List<MethodResult> two = List.of(
                results.methods().get(0),
                with(method, "one", Map.of("epochs", 4, "schedule", Map.of("name", "step", "every", 3))),
                with(method, "two", Map.of("epochs", 4, "schedule", Map.of("name", "step", "every", 1))));

        assertThat(ComparisonTable.of(SyntheticResults.withMethods(results, two)))
                .contains("- `two`: `" + method.name() + "` with schedule.every 1\n")
                .doesNotContain("- `one`");
    }

    @Test
    void everyEpochShowsTestAccuracyAndArea() {
        assertThat(lines).contains("| Method | 1 | 2 |", "| retrain | 70.0, 0.55 | 71.5, 0.53 |");
    }

    @Test
    void furtherDistancesHaveTablesOfTheirOwn() {
        assertThat(ComparisonTable.of(SyntheticResults.withFurtherDistances()))
                .contains(
                        "| retrain | 0.620 [0.600, 0.640] |\n",
                        "| retrain | 12 [9, 15] | 0 of 32 | 50.0 % [50.0, 50.0] |\n",
                        " | &gt; 50 [31, &gt; 50] | 20 of 32 | ");
        assertThat(lines).noneMatch(line -> line.contains("ZRF") || line.contains("Relearning"));
    }

    private static MethodResult with(MethodResult it, String label, Map<String, Object> settings) {
        return new MethodResult(
                it.name(),
                label,
                settings,
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
                it.verdict());
    }

    private String row(String method) {
        return lines.stream()
                .filter(line -> line.startsWith("| " + method + " |"))
                .findFirst()
                .orElseThrow();
    }
}
