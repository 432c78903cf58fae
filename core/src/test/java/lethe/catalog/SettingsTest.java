package lethe.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import lethe.catalog.Sketch.Precision;
import lethe.catalog.Sketch.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void everythingNotWrittenKeepsItsDefault() {
        String yaml = """
                title: no
                training: {epochs: 5}
                methods:
                  - scrub
                  - {name: npo, beta: 0.5}
                pace: {name: warm-up, steps: 100}
                seeds: [1, 2, 3]
                """;

        Sketch sketch = Settings.parse(yaml, "plan.yaml", Sketch.class);

        assertThat(sketch.title()).isEqualTo("no");
        assertThat(sketch.training()).isEqualTo(new Training(5, 0.4, Precision.BF16));
        assertThat(sketch.methods()).containsExactly(new Teacher(), new Preference(0.5, 1e-5, 10));
        assertThat(sketch.pace()).isEqualTo(new Pace.WarmUp(100));
        assertThat(sketch.seeds()).containsExactly(1, 2, 3);
        assertThat(sketch.patience()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void threeTypingMistakesAreReportedAtOnce() {
        String yaml = """
                title: three mistakes
                training: {epochs: thirty}
                methods:
                  - {name: srcub}
                  - {name: npo, lerning: 1e-4}
                """;

        assertThatThrownBy(() -> Settings.parse(yaml, "plans/typo.yaml", Sketch.class))
                .hasMessage("""
                        plans/typo.yaml has 3 mistakes:

                        plans/typo.yaml:2:20: training.epochs
                            training: {epochs: thirty}
                                               ^
                          Expected a whole number, but found 'thirty'.

                        plans/typo.yaml:4:12: methods[0]
                            - {name: srcub}
                                     ^
                          No forgetter 'srcub'; did you mean 'scrub'? There are npo, scrub.

                        plans/typo.yaml:5:17: methods[1].lerning
                            - {name: npo, lerning: 1e-4}
                                          ^
                          Unknown key; did you mean 'learningRate'? Allowed are name, beta, learningRate, epochs.""");
    }

    @Test
    void badValuesAreReportedInTheWordsOfTheConstructorAndAllOfThem() {
        String yaml = """
                title: bad values
                seeds: []
                training: {epochs: 0, rate: 2}
                methods:
                  - name: npo
                    beta: -1
                    epochs: 0
                """;

        var mistakes =
                catchThrowableOfType(SettingsException.class, () -> Settings.parse(yaml, "plan.yaml", Sketch.class));

        assertThat(mistakes.problems())
                .extracting(it -> it.line() + ":" + it.column() + " " + it.path() + " | " + it.message())
                .containsExactly(
                        "2:8 seeds | seeds must not be empty; one seed is one repetition",
                        "3:20 training.epochs | epochs must be positive, but is 0",
                        "3:29 training.rate | rate must lie in [0, 1], but is 2",
                        "6:11 methods[0].beta | npo: beta must be positive, but is -1",
                        "7:13 methods[0].epochs | npo: epochs must be positive, but is 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "training: {epochs: 1_000} | Expected a whole number, but found '1_000'; write 1000 without underscores.",
                "training: {epochs: 2.5} | Expected a whole number, but found '2.5'.",
                "training: {epochs: 3000000000} | Expected a whole number, but found '3000000000', which is not below 2^31 in magnitude.",
                "training: {rate: \"0.05\"} | Expected a number, but found the text \"0.05\"; remove the quotes.",
                "training: {rate: 5%} | Expected a number, but found '5%'.",
                "training: {rate: 1e999} | Expected a number, but found '1e999', which is too large.",
                "training: {rate: } | Expected a number, but found nothing.",
                "training: {rate: [0.1]} | Expected a number, but found a list.",
                "training: {precision: BF16} | No such value 'BF16'; did you mean 'bf16'? Allowed are fp32, bf16, fp32-twice.",
                "training: fast | Expected settings {epochs, rate, precision}, but found 'fast'.",
                "seeds: 1 | Expected a list such as [1], but found '1'.",
                "deterministic: yes | Expected true or false, but found 'yes'.",
                "patience: long | Expected a time such as 90s, 10m or 2h, but found 'long'.",
                "weights: {a: b} | Expected a number, but found 'b'.",
                "pace: {steps: 5} | Missing; names of paces are constant, warm-up.",
                "pace: warm-up | Missing; it has no default and must be written.",
                "methods: [[npo]] | Expected the name of one forgetter (npo, scrub), but found a list.",
                "methods: [{name: scrub, beta: 1}] | Unknown key. Allowed are name.",
                "title: again | Written twice; the first is on line 1.",
                "output: &here out | Anchors and aliases are not supported; write the value out where it is used.",
                "output: !path out | Tags such as !path are not supported.",
                "output: [a | Not valid YAML: expected ',' or ']', but got <stream end>."
            })
    void oneMistakeIsSaidInOneSentence(String line, String message) {
        String yaml = "title: t\n" + line + "\n";

        var mistakes =
                catchThrowableOfType(SettingsException.class, () -> Settings.parse(yaml, "plan.yaml", Sketch.class));
        assertThat(mistakes.problems())
                .singleElement()
                .extracting(SettingsException.Problem::message)
                .isEqualTo(message);
    }

    @Test
    void aRequiredSettingMustBeWrittenAlthoughThereIsADefault() {
        assertThatThrownBy(() -> Settings.parse("", "plan.yaml", Sketch.class))
                .hasMessage("plan.yaml has a mistake:\n\nplan.yaml:1:1: title\n"
                        + "  Missing; it has no default and must be written.");
    }

    @Test
    void aMissingFileSuggestsItsNeighbour(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("cifar10-quick.yaml"), "");
        Path mistyped = folder.resolve("cifar-quick.yaml");

        assertThatThrownBy(() -> Settings.read(mistyped, Sketch.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no file " + mistyped + "; did you mean " + folder.resolve("cifar10-quick.yaml")
                        + "?");
    }

    @Test
    void aResolvedPlanIsWrittenAsAPersonWould() {
        Sketch sketch = Settings.parse(
                "{title: 'a: b', methods: [scrub, npo], weights: {b: 1, a: 1e-7}}", "plan.yaml", Sketch.class);

        assertThat(Settings.toYaml(sketch)).isEqualTo("""
                        title: "a: b"
                        training: {epochs: 30, rate: 0.4, precision: bf16}
                        methods:
                          - {name: scrub}
                          - {name: npo, beta: 0.1, learningRate: 1e-5, epochs: 10}
                        pace: {name: constant}
                        seeds: [1]
                        paces: []
                        weights: {a: 1e-7, b: 1.0}
                        groups: {}
                        output: out
                        patience: 10m
                        cacheBytes: 8589934592
                        deterministic: false
                        """);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readingWhatWasWrittenGivesAnEqualRecord(long seed) {
        Sketch sketch = arbitrary(new SplittableRandom(seed));

        String yaml = Settings.toYaml(sketch);
        Sketch again = Settings.parse(yaml, "written", Sketch.class);

        assertThat(again).isEqualTo(sketch);
        assertThat(Settings.toYaml(again)).isEqualTo(yaml);
        assertThat(Digest.ofSettings(again)).isEqualTo(Digest.ofSettings(sketch));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "null", "~", "-5", "1e5", ".5", "0x1F", "yes", "a #b", "a: b", "- a", "[", "é", "\n", "\u0000",
                "\uFEFFx", "😀", "\\", "\"", "'", "a ", "---", "?", "%", "@", "`", "=", "<<", ".inf"
            })
    void anyTextSurvives(String text) {
        var teacher = new Pace.WarmUp(1);
        var sketch = new Sketch();
        var odd = new Sketch(
                text,
                sketch.training(),
                List.of(),
                teacher,
                List.of(1),
                List.of(),
                Map.of(text, 1.0),
                Map.of(),
                sketch.output(),
                sketch.patience(),
                0,
                true);

        assertThat(Settings.parse(Settings.toYaml(odd), "written", Sketch.class))
                .isEqualTo(odd);
    }

    @ParameterizedTest
    @CsvSource({
        "0.002, 0.002",
        "2e-3, 0.002",
        "2e23, 2e23",
        "1e-5, 1e-5",
        "1, 1.0",
        "-0.0, -0.0",
        "123456789012345678, 1.2345678901234568e17",
        "4.9e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "0.1, 0.1",
        "100000, 100000.0",
        "-2.5e-9, -2.5e-9"
    })
    void aDoubleIsTheShortestTextThatReadsBack(double value, String text) {
        assertThat(Numbers.text(value)).isEqualTo(text);
        assertThat(Numbers.parse(text)).isEqualTo(value);
    }

    @Test
    void canonicalJsonSortsKeysAndNamesTheAlgorithm() {
        assertThat(Settings.canonicalJson(new Preference()))
                .isEqualTo("{\"beta\":0.1,\"epochs\":10,\"learningRate\":1e-5,\"name\":\"npo\"}");
        assertThat(Settings.canonicalJson(Map.of("b", List.of(1, true, "\n"), "a", 1.0)))
                .isEqualTo("{\"a\":1.0,\"b\":[1,true,\"\\n\"]}");
    }

    @Test
    void theDigestOfAbcIsThePublishedOne(@TempDir Path folder) throws IOException {
        String published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1
        Path file = Files.writeString(folder.resolve("abc"), "abc");

        assertThat(Digest.sha256("abc")).isEqualTo(published);
        assertThat(Digest.sha256(file)).isEqualTo(published);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    private static Sketch arbitrary(SplittableRandom random) {
        List<Forgetter> methods = List.of(
                new Preference(
                        random.nextDouble(1e-9, 1e9), Math.exp(random.nextDouble(-50, 50)), 1 + random.nextInt(9)),
                new Teacher());
        return new Sketch(
                random.ints(random.nextInt(8), 32, 256)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString(),
                new Training(1 + random.nextInt(100), random.nextDouble(), Precision.values()[random.nextInt(3)]),
                methods.subList(0, random.nextInt(3)),
                random.nextBoolean() ? new Pace.Constant() : new Pace.WarmUp(random.nextInt()),
                random.ints(1 + random.nextInt(40)).boxed().toList(),
                List.of(new Pace.WarmUp(3), new Pace.Constant()),
                Map.of("b", random.nextDouble(), "a", -random.nextDouble(), "é ", Double.POSITIVE_INFINITY),
                Map.of("one", List.of("x".repeat(random.nextInt(120)), "y"), "none", List.of()),
                Path.of("out/run " + random.nextInt()),
                Duration.ofNanos(random.nextLong(1L << 50) << random.nextInt(10)),
                random.nextLong(),
                random.nextBoolean());
    }
}
