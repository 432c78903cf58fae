package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.training.Progress;
import lethe.training.StoppedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InfluenceStudyTest {
    private static final String TINY = """
            title: Tiny
            data: {name: augmented-copies, of: {name: glyphs, train: 200, test: 40, mislabelled: 0}, targets: 20, copies: [0, 4], edits: [exact], heldOut: 1}
            forget: targets
            model: {name: mlp, hidden: [32]}
            training: {epochs: 30, batch: 16, learningRate: 0.002, precision: fp32}
            methods:
              - {name: finetune, epochs: 1}
              - {name: closure, method: retrain, remedy: expand, detector: known}
            audit: {worlds: 4, evaluation: 40, attacks: [loss-threshold], bootstrap: 100}
            execution: {workers: 2, threads: 1}
            """;
    private static final Plan PLAN = Plan.parse(TINY, "tiny.yaml");

    @TempDir
    private Path directory;

    @Test
    void copiesKeepAliveWhatRetrainingForgets() throws IOException {
        InfluenceResults results = new InfluenceStudy(PLAN).run(directory, Progress.silent(), () -> false);

        InfluenceResults.Row alone = row(results, "retrained", false, 0);
        InfluenceResults.Row copied = row(results, "retrained", false, 4);
        InfluenceResults.Row control = row(results, "retrained", true, 4);
        assertThat(alone.targets()).isEqualTo(10);
        assertThat(alone.loss().pooled().value()).isLessThan(0.5);
        assertThat(copied.loss().pooled().value()).isGreaterThan(0.7);
        assertThat(control.loss().pooled().value()).isLessThan(0.5);
        assertThat(copied.area().value()).isGreaterThan(0.9);
        assertThat(copied.heldOut()).hasSize(1);
        assertThat(copied.ratios()).extracting(InfluenceResults.Ratio::against).containsExactly("influence-free");
        assertThat(copied.ratios().get(0).auc().value()).isGreaterThan(0.9);
        assertThat(copied.ratios().get(0).each()).hasSize(10);
        assertThat(row(results, "finetune", false, 4).ratios().get(1).against()).isEqualTo("retrained");
        // Exact copies are forgotten too, so that nothing is left but the noise of another seed.
        InfluenceResults.Row closure = row(results, "retrain + expand by known", false, 4);
        assertThat(closure.loss().pooled().value()).isBetween(-0.5, 0.5);
        assertThat(closure.collateral().forgotten()).isEqualTo(40);
        assertThat(row(results, "original", false, InfluenceResults.ANY)
                        .loss()
                        .pooled()
                        .value())
                .isEqualTo(1);
        assertThat(results.worlds()).isEqualTo(4);
        assertThat(results.failures()).isEmpty();
        assertThat(results.courses()).extracting(InfluenceResults.Course::model).contains("retrained");

        // Everything is there, so nothing is done again, and half a line is nothing.
        Path log = directory.resolve("influence.jsonl");
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(4 * (3 + 2) + 4 * (3 + 1));
        Files.writeString(log, "{\"key\"", java.nio.file.StandardOpenOption.APPEND);
        InfluenceResults again = new InfluenceStudy(PLAN).run(directory, Progress.silent(), () -> false);
        assertThat(again).isEqualTo(results);
        assertThat(Files.readAllLines(log)).isEqualTo(lines);

        // What is missing is done again, and is what it was.
        Files.write(log, lines.subList(0, lines.size() - 3));
        assertThat(new InfluenceStudy(PLAN)
                        .run(directory, Progress.silent(), () -> false)
                        .rows())
                .hasSameSizeAs(results.rows())
                .zipSatisfy(
                        results.rows(), (now, then) -> assertThat(now.loss()).isEqualTo(then.loss()));
    }

    @Test
    void methodsOfOneNameAreToldApartByTheirSettings() {
        Plan one = Plan.parse(
                TINY.replace("- {name: closure, method: retrain, remedy: expand, detector: known}", ""), "tiny.yaml");
        Plan both = Plan.parse(
                TINY.replace("- {name: closure, method: retrain, remedy: expand, detector: known}", "")
                        .replace("methods:\n", "methods:\n  - {name: finetune, epochs: 2}\n"),
                "tiny.yaml");

        InfluenceResults before = new InfluenceStudy(one).run(directory, Progress.silent(), () -> false);
        InfluenceResults after = new InfluenceStudy(both).run(directory, Progress.silent(), () -> false);

        assertThat(row(after, "finetune-2", false, 4).loss())
                .isEqualTo(row(before, "finetune", false, 4).loss());
        assertThat(row(after, "finetune", false, 4).loss())
                .isNotEqualTo(row(before, "finetune", false, 4).loss());
    }

    private static InfluenceResults.Row row(InfluenceResults results, String model, boolean control, int dose) {
        return results.rows().stream()
                .filter(row -> row.model().equals(model) && row.control() == control && row.dose() == dose)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theControlOfNaturalNeighboursSharesTheWorldWithoutThem() throws IOException {
        Plan plan = Plan.parse("""
                data: {name: natural-neighbours, of: {name: glyphs, train: 400, test: 40, mislabelled: 0}, model: {mlp: [24]}, training: {epochs: 6, batch: 16, learningRate: 0.002, precision: fp32}, targets: 12, threshold: 0.9, most: 3}
                forget: targets
                model: {name: mlp, hidden: [16]}
                training: {epochs: 2, batch: 16, learningRate: 0.002, precision: fp32}
                audit: {worlds: 4, evaluation: 20, attacks: [loss-threshold], bootstrap: 40}
                execution: {workers: 2, threads: 1}
                """, "natural.yaml");

        InfluenceResults results = new InfluenceStudy(plan).run(directory, Progress.silent(), () -> false);

        List<Integer> doses = doses(results, false);
        assertThat(doses).contains(InfluenceResults.ANY).hasSizeGreaterThan(2);
        assertThat(doses(results, true)).isEqualTo(doses);
        List<JsonNode> records = Files.readAllLines(directory.resolve("influence.jsonl")).stream()
                .map(JsonMapper.builder().build()::readTree)
                .filter(record -> record.get("world").asInt() == 0)
                .toList();
        assertThat(losses(records, "influence-free", true)).isEqualTo(losses(records, "influence-free", false));
        assertThat(losses(records, "retrained", true)).isNotEqualTo(losses(records, "retrained", false));
    }

    private static List<Integer> doses(InfluenceResults results, boolean control) {
        return results.rows().stream()
                .filter(row -> row.control() == control && row.model().equals("retrained"))
                .map(InfluenceResults.Row::dose)
                .toList();
    }

    private static JsonNode losses(List<JsonNode> records, String model, boolean control) {
        return records.stream()
                .filter(record -> record.get("model").asString().equals(model)
                        && record.get("control").asBoolean() == control)
                .map(record -> record.get("losses"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void textsAreWrittenAndNoiseHasACourse() throws IOException {
        var random = new SplittableRandom(1);
        String text = IntStream.range(0, 200)
                .mapToObj(line -> IntStream.range(0, 12)
                        .mapToObj(word -> Integer.toString(random.nextInt(10, 100)))
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(directory.resolve("text.txt"), text + "\n");
        Plan plan = Plan.parse("""
                data: {name: near-duplicate-lines, text: '%s', targets: 8, copies: [0, 3], noise: [0.0, 0.4], background: 8, test: 8, heldOut: 2, vocabulary: {name: byte-pairs, size: 300}}
                forget: targets
                model: {name: gpt, layers: 1, heads: 2, width: 32, context: 160}
                training: {epochs: 60, batch: 4, learningRate: 0.01, precision: fp32, adam: {}}
                audit: {worlds: 4, evaluation: 8, attacks: [loss-threshold], bootstrap: 40}
                execution: {workers: 2, threads: 1}
                """.formatted(file), "lines.yaml");

        InfluenceResults results =
                new InfluenceStudy(plan).run(directory.resolve("run"), Progress.silent(), () -> false);

        assertThat(results.rows().stream()
                        .filter(row -> !row.stratum().equals(InfluenceResults.ALL))
                        .map(InfluenceResults.Row::stratum)
                        .distinct())
                .containsExactly("noise-0.00", "noise-0.40");
        assertThat(results.trends().stream()
                        .filter(trend -> trend.model().equals("retrained") && !trend.control())
                        .findFirst()
                        .orElseThrow()
                        .slope()
                        .value())
                .isNegative(); // the noisier a copy, the less of the passage it keeps
        InfluenceResults.Recited original =
                row(results, "original", false, 3).writing().orElseThrow();
        InfluenceResults.Recited free =
                row(results, "influence-free", false, 3).writing().orElseThrow();
        assertThat(original.targets().memorization().value())
                .isGreaterThan(free.targets().memorization().value() + 0.3);
        assertThat(original.targets().extraction().value()).isGreaterThan(0.5);
        assertThat(free.targets().extraction().value()).isZero();
        assertThat(original.heldOut().orElseThrow().recall().value())
                .isGreaterThan(free.heldOut().orElseThrow().recall().value());
        assertThat(original.truth()).isEmpty();
        InfluenceResults.Target target = results.each().get(0);
        assertThat(target.id()).contains("text");
        assertThat(target.left())
                .extracting(InfluenceResults.Left::model)
                .containsExactly("influence-free", "retrained", "original");
        assertThat(target.left().get(2).nats()).isEqualTo(target.influence());
        assertThat(target.left().get(2).extraction()).isEqualTo(1);
    }

    private static final String TOFU = """
            data: {name: tofu-paraphrases, folder: '%s', authors: 1, copies: [0, 1], %svocabulary: bytes}
            forget: targets
            model: {name: gpt, layers: 1, heads: 1, width: 8, context: 96}
            training: {epochs: 1, batch: 64, learningRate: 0.01, precision: fp32, adam: {}}
            audit: {worlds: 4, evaluation: 8, attacks: [loss-threshold], bootstrap: 40}
            execution: {workers: 2, threads: 1}
            """;

    private void writeTofu() throws IOException {
        for (String name : List.of("retain", "forget10", "real_authors", "world_facts")) {
            String questions = IntStream.range(0, 400)
                    .mapToObj(i -> String.format(
                            "{\"question\": \"Who is %1$s%2$d?\", \"answer\": \"It is %1$s%2$d.\","
                                    + " \"paraphrased_answer\": \"%1$s%2$d it is.\","
                                    + " \"perturbed_answer\": [\"It is no%2$d.\", \"Nobody is.\"]}",
                            name.charAt(0), i))
                    .collect(Collectors.joining("\n"));
            Files.writeString(directory.resolve(name + "_perturbed.json"), questions);
        }
    }

    /** Ten of twenty targets have a variant, and all a wrong answer, which is learned in every world of both arms. */
    @Test
    void wrongAnswersAreNoLookAlikes() throws IOException {
        writeTofu();
        Plan plan = Plan.parse(TOFU.formatted(directory, "perturbed: 2, "), "tofu.yaml");

        InfluenceResults results =
                new InfluenceStudy(plan).run(directory.resolve("run"), Progress.silent(), () -> false);

        assertThat(results.each()).hasSize(40);
        for (boolean control : List.of(false, true)) {
            assertThat(results.each())
                    .filteredOn(it -> it.control() == control)
                    .extracting(InfluenceResults.Target::dose)
                    .containsOnly(0, 1);
            assertThat(row(results, "original", control, 1).targets()).isEqualTo(10);
        }
        assertThat(row(results, "original", false, 1).writing().flatMap(InfluenceResults.Recited::truth))
                .isEmpty();
    }

    @Test
    void rightAnswersAreHeldAgainstWrongOnes() throws IOException {
        writeTofu();
        Plan plan = Plan.parse(TOFU.formatted(directory, ""), "tofu.yaml");

        InfluenceResults results =
                new InfluenceStudy(plan).run(directory.resolve("run"), Progress.silent(), () -> false);

        InfluenceResults.Truth truth = row(results, "original", false, 1)
                .writing()
                .flatMap(InfluenceResults.Recited::truth)
                .orElseThrow();
        assertThat(truth.questions()).isEqualTo(10);
        assertThat(truth.closeness().value()).isBetween(0.01, 1.0);
        assertThat(truth.agreements())
                .extracting(InfluenceResults.Agreement::against)
                .containsExactly("influence-free", "retrained");
        assertThat(truth.agreements()).allMatch(it -> it.pValue() > 0 && it.pValue() <= 1 && it.statistic() >= 0);
        assertThat(results.each().get(0).left()).allMatch(left -> left.truthRatio() > 0);
    }

    @Test
    void aStopIsObeyed() {
        assertThatThrownBy(() -> new InfluenceStudy(PLAN).run(directory, Progress.silent(), () -> true))
                .isInstanceOf(StoppedException.class);
    }

    @Test
    void otherDataIsRefused() {
        assertThatThrownBy(() -> new InfluenceStudy(Tiny.plan())).hasMessageContaining("augmented-copies");
    }
}
