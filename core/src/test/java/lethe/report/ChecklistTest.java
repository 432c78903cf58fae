package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.DesignSummary;
import lethe.experiments.Results.MethodResult;
import org.junit.jupiter.api.Test;

class ChecklistTest {
    private static final Results STANDARD = SyntheticResults.standard();

    private static List<Checklist.Item> items(Results results) {
        return new Checklist(results, new Headline(results), Planned.of(results)).items();
    }

    private static Checklist.Item item(Results results, String start) {
        Map<String, Checklist.Item> byQuestion =
                items(results).stream().collect(Collectors.toMap(Checklist.Item::question, item -> item));
        return byQuestion.values().stream()
                .filter(item -> item.question().startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    private static Results withForgetSets(int sets) {
        var design = STANDARD.design();
        return new Results(
                STANDARD.title(),
                STANDARD.planDigest(),
                STANDARD.planYaml(),
                STANDARD.environment(),
                STANDARD.data(),
                new DesignSummary(design.worlds(), design.pool(), design.forgetSize(), sets, design.background()),
                STANDARD.methods(),
                STANDARD.examples(),
                STANDARD.seconds());
    }

    @Test
    void thereAreTenQuestions() {
        assertThat(items(STANDARD)).hasSize(10);
    }

    @Test
    void eachAnswerNamesTheFactItRestsOn() {
        assertThat(item(STANDARD, "Floor").answer()).isEqualTo("yes");
        assertThat(item(STANDARD, "Game").fact())
                .isEqualTo(
                        "35 results in games G0, G1, G2, G3 carry signal, access and K; density: u-lira: student-shrunk.");
        assertThat(item(STANDARD, "α").answer()).isEqualTo("yes");
        assertThat(item(STANDARD, "α").fact())
                .startsWith("TPR at 1 %, 5 % uses 1,536 negatives or more; refused where there are too few: 0.1 %. "
                        + "Every result rests on 16 worlds, not on the 64 unlearned models");
        assertThat(item(STANDARD, "Intervals").answer()).isEqualTo("yes");
        assertThat(item(STANDARD, "Strata").answer()).isEqualTo("yes");
        assertThat(item(STANDARD, "Population").answer()).isEqualTo("no");
        assertThat(item(STANDARD, "Population").fact()).contains("10 comparisons", "add two-sided-threshold");
        assertThat(item(STANDARD, "Primary").fact()).contains("likelihood-ratio", "3 attacks tried");
        assertThat(item(STANDARD, "Exposure").answer()).isEqualTo("yes");
        assertThat(item(STANDARD, "Canaries").answer()).isEqualTo("yes");
        assertThat(item(STANDARD, "Both snapshots").answer()).isEqualTo("not applicable");
    }

    @Test
    void anotherPopulationAttackOnEachHalfIsStillTheSameArrays() {
        MethodResult it = STANDARD.methods().get(2);
        Comparison one = it.comparisons().get(0);
        var both = new Comparison(
                one.game(),
                one.perExample(),
                "logistic-regression / loss-threshold",
                one.deltaAuc(),
                one.deltaTpr(),
                one.fpr());
        Results results = SyntheticResults.withMethods(STANDARD, List.of(SyntheticResults.compared(it, List.of(both))));

        assertThat(item(results, "Population").fact()).startsWith("1 comparison on the same scored pairs");
        assertThat(new Headline(results)
                        .population(results.methods().get(0), one.game())
                        .orElseThrow()
                        .attack())
                .isEqualTo("logistic-regression");
    }

    @Test
    void canariesThatAreAttackedByThemselvesAreApartWithoutStrata() {
        Results apart = SyntheticResults.withMethods(
                STANDARD,
                STANDARD.methods().stream()
                        .map(method -> SyntheticResults.withCanaries(method, method.attacks()))
                        .toList());
        Results mixed = SyntheticResults.withMethods(
                STANDARD,
                STANDARD.methods().stream()
                        .map(method -> SyntheticResults.withCanaries(method, List.of()))
                        .toList());

        assertThat(item(apart, "Canaries").answer()).isEqualTo("yes");
        assertThat(item(apart, "Canaries").fact()).endsWith("all other numbers are of natural examples.");
        assertThat(item(mixed, "Canaries").answer()).isEqualTo("no");
    }

    @Test
    void worldsThatAreUnlikeAreWarnedOf() {
        assertThat(item(STANDARD, "Intervals").fact()).doesNotContain("Worlds differ");

        MethodResult it = STANDARD.methods().get(2);
        List<AttackResult> unlike = it.attacks().stream()
                .map(result -> SyntheticResults.inWorlds(
                        result, world -> result.game() == Game.PRIVACY && world % 2 == 0 ? 0.6 : 0.85))
                .toList();
        Results results = SyntheticResults.withMethods(STANDARD, List.of(SyntheticResults.attacked(it, unlike)));

        assertThat(item(results, "Intervals").answer()).isEqualTo("yes");
        assertThat(item(results, "Intervals").fact())
                .endsWith("Worlds differ so much that these intervals may be too narrow: likelihood-ratio on "
                        + it.label() + " in G2.");
    }

    @Test
    void whatIsMissingIsSaid() {
        List<MethodResult> alone = STANDARD.methods().subList(2, 3);
        Results results = SyntheticResults.withMethods(STANDARD, alone);

        assertThat(item(results, "Floor").answer()).isEqualTo("no");
        assertThat(item(results, "Floor").fact()).isEqualTo("retrain was not run; identity was not run.");
        assertThat(item(results, "Exposure").answer()).isEqualTo("no");
        assertThat(item(withForgetSets(1), "Exposure").answer()).isEqualTo("not applicable");
        Results nothing = SyntheticResults.withMethods(STANDARD, List.of());
        assertThat(items(nothing)).extracting(Checklist.Item::answer).doesNotContain("yes");
    }

    @Test
    void aPlanThatCannotBeReadLeavesDensityAndReplicatesUnstated() {
        Results texts = SyntheticResults.withTexts(STANDARD, "t", List.of("a"), "nonsense: 1");

        assertThat(item(texts, "Game").answer()).isEqualTo("no");
        assertThat(item(texts, "Intervals").answer()).isEqualTo("no");
    }
}
