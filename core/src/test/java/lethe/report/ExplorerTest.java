package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.attacks.ExampleVulnerability;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.PoolExample;
import org.junit.jupiter.api.Test;

class ExplorerTest {
    private static final Results STANDARD = SyntheticResults.standard();

    private static Explorer explorer(Results results) {
        return new Explorer(results);
    }

    @Test
    void theWorstAfterAnyJudgedMethodComesFirst() {
        Explorer explorer = explorer(STANDARD);

        double[] worst = explorer.rows().stream()
                .mapToDouble(row -> {
                    String[] keys = row.keys().split(" ");
                    // Keys of the controls come first: memorisation, before, then two for each method.
                    return Arrays.stream(new int[] {6, 8, 10})
                            .mapToDouble(k -> Double.parseDouble(keys[k]))
                            .max()
                            .orElseThrow();
                })
                .toArray();

        assertThat(worst).hasSize(96).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(explorer.count()).isEqualTo("All 96 pool examples");
    }

    @Test
    void everyChoiceOfSortingHasItsKey() {
        Explorer explorer = explorer(STANDARD);

        assertThat(explorer.sorts()).hasSize(3 + 2 * 5);
        assertThat(explorer.sorts().get(12).label()).isEqualTo("change by amun");
        assertThat(explorer.rows())
                .allMatch(
                        row -> row.keys().split(" ").length == explorer.sorts().size() - 1);
    }

    @Test
    void changeIsOfMagnitudesAndPictureStandsBesideIt() {
        var one = STANDARD.methods().get(2).vulnerability().get(5);

        Explorer.Row row = explorer(STANDARD).rows().stream()
                .filter(it -> it.id().equals(STANDARD.examples().get(5).id()))
                .findFirst()
                .orElseThrow();

        assertThat(row.source()).startsWith("data:image/png;base64,");
        assertThat(row.before())
                .isEqualTo(Numbers.fixed(
                        STANDARD.methods().get(0).vulnerability().get(5).before(), 2));
        assertThat(row.cells().get(2).after()).isEqualTo(Numbers.fixed(one.after(), 2));
        assertThat(row.cells().get(2).change().replace("+", ""))
                .isEqualTo(Numbers.fixed(one.magnitudeAfter() - one.magnitudeBefore(), 2));
    }

    @Test
    void aLargePoolIsShownInPartSoThatThePageStaysSmall() {
        var examples = new ArrayList<PoolExample>();
        var vulnerability = new ArrayList<ExampleVulnerability>();
        for (int i = 0; i < 5000; i++) {
            examples.add(new PoolExample("x-" + i, 0, "", false, false));
            vulnerability.add(new ExampleVulnerability(i, 0.9, 0.5 + i / 10_000.0, 0.5, i, 8));
        }
        MethodResult it = STANDARD.methods().get(2);
        var method = new MethodResult(
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
                vulnerability,
                it.strata(),
                it.verdict());
        var large = new Results(
                "t", "d", "", STANDARD.environment(), STANDARD.data(), STANDARD.design(), List.of(method), examples, 1);

        Explorer explorer = explorer(large);

        assertThat(explorer.rows()).hasSize(120);
        assertThat(explorer.rows().get(0).id()).isEqualTo("x-4999");
        assertThat(explorer.rows().get(119).id()).isEqualTo("x-0");
        assertThat(explorer.rows().get(119).groups()).isEqualTo("low");
        assertThat(explorer.count()).startsWith("The 80 pool examples").contains("40 of the other 4,920");
        assertThat(explorer.filters())
                .extracting(Explorer.Choice::value)
                .containsExactly("all", "high", "middle", "low");
    }
}
