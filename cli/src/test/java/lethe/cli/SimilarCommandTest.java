package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.experiments.Plan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands about what resembles the examples to forget. */
class SimilarCommandTest {
    private static final String YAML = """
            data: {name: augmented-copies, of: {name: glyphs, train: 160, test: 40, mislabelled: 0}, targets: 10, copies: [0, 2], edits: [exact, light], heldOut: 1}
            forget: targets
            model: {name: mlp, hidden: [16]}
            training: {epochs: 4, batch: 16, learningRate: 0.002, precision: fp32}
            methods:
              - {name: finetune, epochs: 1}
            audit: {worlds: 4, pool: 40, forgetSets: 1, evaluation: 20, attacks: [loss-threshold], bootstrap: 40}
            execution: {workers: 2, threads: 1}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path plan = Path.of("");

    @BeforeEach
    void write() throws IOException {
        plan = Files.writeString(folder.resolve("plan.yaml"), YAML);
    }

    private int lethe(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(
                new PrintWriter(out),
                new PrintWriter(err, true),
                Terminal.NONE,
                List.of(),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private JsonNode json() {
        return JsonMapper.builder().build().readTree(out.toString());
    }

    @Test
    void copiesAreListedWithWhatTheyResemble() throws IOException {
        Files.writeString(plan, YAML.replace("pool: 40, ", "")); // of the audit, which is not asked for here
        assertThat(lethe("similar", plan)).as(err.toString()).isZero();

        assertThat(out.toString())
                .contains("10 of 150 remaining examples resemble the 10 to be forgotten, by exact, perceptual-hash.")
                .contains("same content")
                .contains("to nobody known: 10")
                .contains("AVERAGE PRECISION");
    }

    @Test
    void aPageShowsThemBesideWhatTheyResemble() throws IOException {
        Path page = folder.resolve("similar.html");

        assertThat(lethe("similar", plan, "--html", page)).as(err.toString()).isZero();

        assertThat(err.toString()).contains("Written: " + page);
        assertThat(Files.readString(page)).contains("10 remaining training examples resemble 5 of the 10");
    }

    @Test
    void whichExampleWasMadeForWhichIsATable() throws IOException {
        Path table = folder.resolve("manifest.csv");
        Files.writeString(
                plan, YAML.replace("pool: 40, ", "")); // audits draw from a pool, which influence does not need

        assertThat(lethe("influence", plan, "--manifest", table))
                .as(err.toString())
                .isZero();

        List<String> lines = Files.readAllLines(table);
        assertThat(lines).hasSize(1 + 10 + 10); // five targets with two copies, and one of each held out
        assertThat(lines.get(0)).isEqualTo("id,target,kind,part,unrelated,similarity");
        assertThat(lines)
                .filteredOn(line -> line.endsWith(",exact,train,false,1.0000"))
                .hasSize(5);
        assertThat(lines).filteredOn(line -> line.contains(",held-out,false,")).hasSize(10);
    }

    @Test
    void aRunWarnsOfThemBeforeItStarts() {
        assertThat(lethe("plan", plan, "--out", folder.resolve("run")))
                .as(err.toString())
                .isZero();

        assertThat(err.toString())
                .contains("5 of 10 examples to forget have 10 look-alikes in the remaining data")
                .contains("'forget: {name: closure, …}' forgets them too, 20 examples in all");
    }

    @Test
    void whatAPolicyTakesAlongIsListedForApproval() throws IOException {
        Files.writeString(
                plan,
                YAML.replace(
                        "forget: targets",
                        "forget: {name: closure, of: targets, detector: {name: perceptual-hash, threshold: 0.9}}"));

        assertThat(lethe("plan", plan, "--out", folder.resolve("run")))
                .as(err.toString())
                .isZero();
        assertThat(err.toString())
                .contains(
                        "The policy forgets 10 look-alikes with the 10 examples asked for, 0 of people who did not ask"
                                + " and 10 of nobody known; 'lethe similar PLAN' lists them for approval.");

        assertThat(lethe("similar", plan)).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("10 of 150 remaining examples resemble the 10 to be forgotten, by perceptual-hash.")
                .contains("to nobody known: 10");

        assertThat(lethe("similar", plan, "--detector", "exact"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("0 of 140 remaining examples resemble the 20 to be forgotten, by exact.");
    }

    @Test
    void aSimilarityIsPolicyEnough() throws IOException {
        String detector = "{name: content, threshold: 0.9}";
        Plan written = Plan.parse(YAML.replace("forget: targets", "forget: {closure: 0.9}"), "short");
        assertThat(written.digest())
                .isEqualTo(Plan.parse(
                                YAML.replace(
                                        "forget: targets",
                                        "forget: {name: closure, of: targets, detector: " + detector + "}"),
                                "long")
                        .digest());
        Files.writeString(plan, YAML.replace("forget: targets", "forget: {closure: 0.9}"));

        assertThat(lethe("run", plan, "--isolation", "thread", "--out", folder.resolve("run")))
                .as(err.toString())
                .isZero();
        assertThat(err.toString())
                .contains(
                        "The policy forgets 10 look-alikes with the 10 examples asked for, 0 of people who did not ask"
                                + " and 10 of nobody known; 'lethe similar PLAN' lists them for approval.");
        assertThat(Files.readString(folder.resolve("run/plan.yaml")))
                .contains("name: closure")
                .contains(detector);

        assertThat(lethe("similar", plan)).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("10 of 150 remaining examples resemble the 10 to be forgotten, by content.")
                .contains("same content")
                .contains("to nobody known: 10");
    }

    @Test
    void thirdPartiesOfASimilarityAreListedByName() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "{\"text\": \"Anna moved to Lisbon in the spring of last year\", \"subject\": \"ann\"}",
                "{\"text\": \"anna moved to Lisbon, in the spring of last year!\", \"subject\": \"bob\"}"));
        IntStream.range(2, 24)
                .forEach(i -> lines.add("{\"text\": \"line %d says a thing of its own %d\"}".formatted(i, 7 * i)));
        Path texts = Files.write(folder.resolve("texts.jsonl"), lines);
        Files.writeString(plan, """
                data: {jsonl: {train: '%s', heldOut: 0.2, vocabulary: bytes}}
                forget: {closure: {of: {subjects: [ann]}, similarity: 0.9}}
                model: gpt
                audit: {worlds: 8, pool: 8, evaluation: 2}
                """.formatted(texts));

        assertThat(lethe("similar", plan, "--json")).as(err.toString()).isZero();

        assertThat(json().get("thirdParty").asInt()).isEqualTo(1);
        assertThat(json().get("lookalikes").size()).isEqualTo(1);
        assertThat(json().get("lookalikes").get(0).get("owner").asString()).isEqualTo("bob");
    }

    @Test
    void aPolicyForOtherDataSaysWhoAsks() throws IOException {
        String plain = YAML.replaceFirst("(?m)^data:.*$", "data: {name: glyphs, train: 160, test: 40}");
        Files.writeString(plan, plain.replace("forget: targets", "forget: {closure: 0.9}"));

        assertThat(lethe("plan", plan, "--out", folder.resolve("run"))).isEqualTo(2);
        assertThat(err.toString())
                .contains("not to whom: 'glyphs train' was not made with targets. Write what is asked for, such as"
                        + " forget: {closure: {of: {subjects: [ann]}, similarity: 0.9}}");

        Files.writeString(
                plan,
                plain.replace("forget: targets", "forget: {closure: {of: {ids: [train/00003]}, similarity: 0.9}}"));
        assertThat(lethe("plan", plan, "--out", folder.resolve("run")))
                .as(err.toString())
                .isZero();

        Files.writeString(plan, plain.replace("forget: targets", "forget: {closre: 0.9}"));
        assertThat(lethe("plan", plan)).isEqualTo(2);
        assertThat(err.toString()).contains("^").contains("No forget selection 'closre'; did you mean 'closure'?");
    }

    @Test
    void aProgramGetsAllOfThem() {
        assertThat(lethe("similar", plan, "--detector", "exact", "--json"))
                .as(err.toString())
                .isZero();

        assertThat(json().get("lookalikes").size()).isEqualTo(5);
        assertThat(json().get("lookalikes").get(0).get("id").asString()).contains("~copy-0");
        assertThat(json().get("grades").get("exact").get("exact").get("recall").asDouble())
                .isEqualTo(1);
    }

    /** Wrong answers differ in one word, so that detectors of form take them for look-alikes. */
    @Test
    void decoysThatAreTakenAreCounted() throws IOException {
        for (String name : List.of("retain", "forget10")) {
            String questions = IntStream.range(0, 400)
                    .mapToObj(i -> String.format(
                            "{\"question\": \"Who is %1$s%2$d?\", \"answer\": \"It is the famous %1$s%2$d of the north.\","
                                    + " \"paraphrased_answer\": \"%1$s%2$d it is.\","
                                    + " \"perturbed_answer\": [\"It is the famous %1$s%2$d of the south.\"]}",
                            name, i))
                    .collect(Collectors.joining("\n"));
            Files.writeString(folder.resolve(name + "_perturbed.json"), questions);
        }
        Files.writeString(
                plan,
                YAML.replaceFirst(
                                "data: .*",
                                "data: {name: tofu-paraphrases, folder: '" + folder
                                        + "', authors: 1, copies: [1], perturbed: 1, variants: [template], vocabulary: bytes}")
                        .replaceFirst("model: .*", "model: {name: gpt, layers: 1, heads: 1, width: 8, context: 96}"));

        assertThat(lethe("similar", plan, "--detector", "tf-idf"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .contains("Decoys among them, which have the form of what they resemble and say something else: 20.")
                .contains("RECALL AT 5 % DECOYS")
                .containsPattern("tf-idf +perturbed +1\\.000 +0\\.[0-9]{3}\n");

        assertThat(lethe("similar", plan, "--detector", "exact", "--json")).isZero();
        JsonNode decoys = json().get("decoys").get("exact");
        assertThat(decoys.get("count").asInt()).isEqualTo(20);
        assertThat(decoys.get("taken").get("perturbed").asDouble()).isZero();
        assertThat(decoys.get("recall").get("template").asDouble()).isZero();
    }

    @Test
    void aThresholdIsThatOfOneDetector() {
        assertThat(lethe("similar", plan, "--threshold", 0.5)).isNotZero();
        assertThat(err.toString()).contains("name one with --detector");
        assertThat(lethe("similar", plan, "--detector", "embedding", "--threshold", 0.999))
                .isZero();
    }

    @Test
    void whatCopiesKeepAliveIsMeasured() {
        Path run = folder.resolve("run");

        assertThat(lethe("influence", plan, "--out", run)).as(err.toString()).isZero();

        assertThat(out.toString())
                .contains("4 worlds, 10 targets")
                .contains("retrained")
                .contains("Control");
        assertThat(out.toString()).contains("What it costs").contains("BEATEN BY");
        assertThat(run.resolve("influence.html")).content().contains("What retraining leaves");
        assertThat(run.resolve("influence.json")).exists();
        assertThat(lethe("influence", plan, "--out", run, "--json")).isZero();
        assertThat(json().get("worlds").asInt()).isEqualTo(4);
    }
}
