package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    private String row(String method) {
        return lines.stream()
                .filter(line -> line.startsWith("| " + method + " |"))
                .findFirst()
                .orElseThrow();
    }
}
