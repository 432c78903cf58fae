package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lethe.attacks.Access;
import lethe.attacks.Snapshots;
import lethe.experiments.Results;
import lethe.experiments.Verdict;
import lethe.influence.Lookalikes;
import lethe.metrics.Estimate;
import lethe.metrics.Residual;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResultsJsonTest {
    private static final Estimate ODD = new Estimate(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    static Stream<Verdict> verdicts() {
        return Stream.of(
                new Verdict.Indistinguishable("a"),
                new Verdict.Distinguishable(new Estimate(1.0 / 3, Double.MIN_VALUE, 0.1 + 0.2), ODD, "b"),
                new Verdict.OverUnlearned(ODD, new Estimate(-0.0, 1e-300, 1e300), "c"),
                new Verdict.Inconclusive("d"));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void everyVerdictComesBackAsItWas(Verdict verdict) {
        Results results = SyntheticResults.withVerdict("amun", verdict);

        assertThat(ResultsJson.fromJson(ResultsJson.toJson(results))).isEqualTo(results);
    }

    @Test
    void whatIsNoNumberIsWrittenAsAString() {
        var verdict = new Verdict.OverUnlearned(ODD, ODD, "");

        assertThat(ResultsJson.toJson(SyntheticResults.withVerdict("amun", verdict)))
                .contains("{\"value\":\"NaN\",\"low\":\"-Infinity\",\"high\":\"Infinity\"}");
    }

    @Test
    void equalResultsGiveEqualBytes() {
        String json = ResultsJson.toJson(SyntheticResults.standard());

        assertThat(ResultsJson.toJson(ResultsJson.fromJson(json))).isEqualTo(json);
    }

    @Test
    void theFileReadsBackEqual(@TempDir Path folder) {
        Results results = SyntheticResults.standard();

        ResultsJson.write(results, folder.resolve("results.json"));

        assertThat(ResultsJson.read(folder.resolve("results.json"))).isEqualTo(results);
    }

    @Test
    void resultsFromBeforeAttacksNamedTheirAccessAreRead() {
        Results results = SyntheticResults.standard();
        String old = ResultsJson.toJson(results).replaceAll(",\"access\":\\{[^}]*}", "");

        assertThat(old).doesNotContain("access");
        assertThat(ResultsJson.fromJson(old).methods().get(0).attacks().get(0).access())
                .isEqualTo(new Access(Access.Output.LOGITS, Snapshots.AFTER, 1));
    }

    @Test
    void lookAlikesAreThereOnlyWhereSomeWereFound() {
        Results none = SyntheticResults.standard();
        Results some = SyntheticResults.withLookalikes(none, new Lookalikes(200, 12, 31, 7, 0, List.of("exact")));

        assertThat(ResultsJson.toJson(none)).doesNotContain("lookalikes");
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(some))).isEqualTo(some);
    }

    @Test
    void influenceIsThereOnlyWhereItWasMeasured() {
        Results none = SyntheticResults.standard();
        var share = new Residual.Share(new Estimate(0.4, 0.3, 0.5), Double.NaN, 0, 3);
        Results some = SyntheticResults.withInfluence(
                none,
                new Results.InfluenceLeft(
                        3, 2, 1, "", ODD, List.of(new Results.InfluenceShare("retrain", share, share, ODD))));

        assertThat(ResultsJson.toJson(none)).doesNotContain("influence");
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(some))).isEqualTo(some);
    }

    @Test
    void distancesAreThereOnlyWhereSomethingWasCompared() {
        Results compared = SyntheticResults.standard();
        Results old = SyntheticResults.withMethods(
                compared,
                compared.methods().stream()
                        .map(method -> SyntheticResults.relabelled(method, method.label()))
                        .toList());

        assertThat(ResultsJson.toJson(old)).doesNotContain("\"distance\"");
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(old))).isEqualTo(old);
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(compared))).isEqualTo(compared);
    }

    @Test
    void furtherDistancesAreThereOnlyWhereThePlanAskedForThem() {
        Results further = SyntheticResults.withFurtherDistances();

        assertThat(ResultsJson.toJson(SyntheticResults.standard())).doesNotContain("zeroRetrain", "relearning");
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(further))).isEqualTo(further);
        assertThat(ResultsCsv.of(further))
                .contains(",zero_retrain_forgetting,,0.62,", ",relearn_steps,,Infinity,31,Infinity,");
    }

    @Test
    void resultsFromBeforeThereWereStrataAreRead() {
        Results results = SyntheticResults.standard();
        String old = ResultsJson.toJson(results).replaceAll(",\"strata\":\\[[^]]*]", "");

        assertThat(old).doesNotContain("strata");
        assertThat(ResultsJson.fromJson(old).methods())
                .allMatch(method -> method.strata().isEmpty());
    }

    @Test
    void otherFormatsUnknownKeysAndMissingPartsAreRefused() {
        String json = ResultsJson.toJson(SyntheticResults.standard());

        assertThatThrownBy(() -> ResultsJson.fromJson(json.replace("lethe-results-2", "lethe-results-9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lethe-results-9");
        assertThatThrownBy(() -> ResultsJson.fromJson(json.replace("\"planYaml\"", "\"plan\":1,\"planYaml\"")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"plan\"");
        assertThatThrownBy(() -> ResultsJson.fromJson("{}")).isInstanceOf(IllegalArgumentException.class);
    }
}
