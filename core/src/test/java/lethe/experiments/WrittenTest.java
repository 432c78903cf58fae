package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.TextSet;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.experiments.Written.About;
import lethe.models.Generation;
import lethe.models.Gpt;
import lethe.models.HuggingFaceModel;
import lethe.models.Model;
import lethe.report.Report;
import lethe.report.ResultsCsv;
import lethe.report.ResultsJson;
import lethe.text.Bytes;
import lethe.text.Tokenizer;
import lethe.training.Answers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WrittenTest {
    private static final Tokenizer BYTES = new Bytes().tokenizer(List.of());

    @TempDir
    Path folder;

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    // ---------------------------------------------------------------- what a model writes

    private static TextSet texts(Document... documents) {
        return TextSet.of("tiny", List.of(documents), BYTES);
    }

    private static Document prompted(String id, String prompt, String continuation) {
        return new Document(new ExampleId(id), prompt, continuation, false, Optional.empty());
    }

    @Test
    void aTextIsGivenByItsPromptOrItsFirstHalfAndWrittenOnForAsLongAsItIs() {
        TextSet texts = texts(Document.of("a", "abcdefg"), prompted("b", "ask:", " xyz"), Document.of("c", "z"));

        try (Scope scope = Scope.open(Device.cpu());
                Model model = new Gpt(1, 2, 16, 40).create(new long[] {40}, BYTES.size(), Seed.of(1))) {
            List<Writing.Continuation> written = Written.continuations(model, texts, new int[] {0, 1, 2});

            // One byte and its end has no second half.
            assertThat(written).extracting(Writing.Continuation::id).containsExactly("a", "b");
            assertThat(written).extracting(Writing.Continuation::prompt).containsExactly("abc", "ask:");
            assertThat(written).extracting(Writing.Continuation::truth).containsExactly("defg", " xyz");
            int end = BYTES.endOfText().orElseThrow();
            List<int[]> expected = Generation.greedy(4)
                    .continuations(model, List.of(BYTES.encode("abc"), BYTES.encode("ask:")), Set.of(end), Seed.of(9));
            assertThat(written.get(0).written()).isEqualTo(BYTES.decode(expected.get(0)));
            assertThat(written.get(1).written()).isEqualTo(BYTES.decode(expected.get(1)));
            assertThat(written).noneMatch(Writing.Continuation::exact);
        }
    }

    @Test
    void whatAModelWritesItselfItIsFoundToHaveByHeart() {
        try (Scope scope = Scope.open(Device.cpu());
                Model model = new Gpt(1, 2, 16, 40).create(new long[] {40}, BYTES.size(), Seed.of(1))) {
            int[] tokens = Generation.greedy(4)
                    .continuations(model, List.of(BYTES.encode("abcd")), Set.of(), Seed.of(0))
                    .get(0);
            TextSet texts = texts(prompted("own", "abcd", BYTES.decode(tokens)));

            Writing.Continuation own =
                    Written.continuations(model, texts, new int[] {0}).get(0);

            // Bytes that are no text of their own come back as others, so that the texts would differ.
            assertThat(own.exact()).isEqualTo(Arrays.equals(BYTES.encode(BYTES.decode(tokens)), tokens));
            assertThat(own.written()).isEqualTo(BYTES.decode(tokens));
        }
    }

    @Test
    void extractionLikelihoodAgreesWithTheReference() throws IOException {
        Path reference = Path.of("src/test/resources/reference/lm");
        JsonNode golden = JsonMapper.builder()
                .build()
                .readTree(Files.readString(reference.resolve("metrics/golden.json")))
                .get("jang");
        int[] text =
                golden.get("input_ids").valueStream().mapToInt(JsonNode::asInt).toArray();

        try (Scope scope = Scope.open(Device.cpu());
                Model model = new HuggingFaceModel(reference.resolve("tiny-llama")).read()) {
            assertThat(Written.extractionLikelihood(model, text, golden.get("n").asInt()))
                    .isEqualTo(golden.get("extraction_likelihood").asDouble());
        }
    }

    @Test
    void perplexityWeighsTextsByTheirTokens() {
        // With their ends, 2 and 4 tokens are predicted; mean losses are 1 and 2.5.
        TextSet texts = texts(Document.of("a", "xy"), prompted("b", "ask:", "abc"), Document.of("c", "pqrs"));
        Answers answers = new Answers(new float[] {-1, 9, -2.5f, 9, -100, 9}, Map.of());

        double perplexity = Written.perplexity(answers, texts, new int[] {0, 1});

        assertThat(perplexity).isCloseTo(Math.exp((2 * 1 + 4 * 2.5) / 6), within(1e-12));
    }

    // ---------------------------------------------------------------- what it knows

    private static Written.Answer answer(About about, int id, double loss, double paraphrased, double... wrong) {
        return new Written.Answer(
                about,
                about + "/" + id,
                loss,
                paraphrased,
                Arrays.stream(wrong).boxed().toList(),
                0.5,
                0.4);
    }

    private static Written written(double paraphrased) {
        return new Written(
                List.of(
                        new Writing.Continuation("t/0", "p", "one two", "one two", 1, true),
                        new Writing.Continuation("t/1", "p", "one two", "one", 0.5, false)),
                new Writing.Parts(0.75, 0.2, 0.1),
                new Writing.Parts(2, 3, Double.POSITIVE_INFINITY),
                List.of(
                        answer(About.FORGOTTEN, 0, Math.log(2), paraphrased, Math.log(2), Math.log(8)),
                        answer(About.FORGOTTEN, 1, Math.log(4), paraphrased, Math.log(4), Math.log(4)),
                        answer(About.RETAINED, 0, Math.log(2), 0, Math.log(2)),
                        answer(About.REAL_AUTHORS, 0, Math.log(2), Math.log(2), Math.log(4), Math.log(4)),
                        answer(About.WORLD_FACTS, 0, Math.log(2), Math.log(2), Math.log(2), Math.log(2))),
                0.25);
    }

    @Test
    void numbersAreThoseWorkedOutByHand() {
        Writing writing = written(0).against(Optional.of(written(-3)), 0.8, 0.6);
        Writing.Knowledge knowledge = writing.knowledge().orElseThrow();

        assertThat(writing.extractionRate()).isEqualTo(0.5);
        // F1 is 1, and 2/3 where one of two words is written.
        assertThat(writing.muse().verbMem()).isCloseTo((1 + 2 / 3.) / 2, within(1e-12));
        assertThat(writing.muse().forgetKnowMem()).isCloseTo(0.4, within(1e-12));
        assertThat(writing.muse().retainKnowMem()).isCloseTo(0.4, within(1e-12));
        // 100 · (0.2 − 0.4) / 0.4
        assertThat(writing.muse().privLeak()).isCloseTo(-50, within(1e-12));
        assertThat(writing.extractionLikelihood()).isEqualTo(0.25);
        assertThat(knowledge.questions()).isEqualTo(2);
        assertThat(knowledge.probability()).isCloseTo((1 / 2. + 1 / 4.) / 2, within(1e-12));
        // exp(0 − mean of log 2 and log 8) = 1/4; mean of 1/2 and 1/8 = 5/16.
        assertThat(knowledge.geometricRatios().get(0)).isCloseTo(1 / 4., within(1e-12));
        assertThat(knowledge.arithmeticRatios().get(0)).isCloseTo(5 / 16., within(1e-12));
        assertThat(knowledge.geometricTruthRatio()).isCloseTo(1 / 4., within(1e-12));
        assertThat(knowledge.arithmeticTruthRatio()).isCloseTo((5 / 16. + 1 / 4.) / 2, within(1e-12));
        // 1/2, and shares among answers of (1/2) / (1/2 + 1/4 + 1/4) and (1/2) / (1/2 + 1/2 + 1/2).
        assertThat(knowledge.utility().retain().probability()).isCloseTo(1 / 2., within(1e-12));
        assertThat(knowledge.utility().realAuthors().probability()).isCloseTo(1 / 2., within(1e-12));
        assertThat(knowledge.utility().worldFacts().probability()).isCloseTo(1 / 3., within(1e-12));
        assertThat(knowledge.utility().realAuthors().truthRatio()).isCloseTo(1 / 2., within(1e-12));
        assertThat(knowledge.modelUtility()).isZero(); // for wrong facts are as likely as right ones
        // Two against two, apart: one of the six orders lies as far to either side.
        assertThat(knowledge.forgetQuality().orElseThrow().statistic()).isEqualTo(1);
        assertThat(knowledge.forgetQuality().orElseThrow().pValue()).isCloseTo(2 / 6., within(1e-12));
    }

    @Test
    void retrainingIsAsGoodAsItself() {
        Writing writing = written(0).against(Optional.of(written(0)), 0.5, 1);

        assertThat(writing.knowledge()
                        .orElseThrow()
                        .forgetQuality()
                        .orElseThrow()
                        .log10PValue())
                .isZero();
        assertThat(written(0)
                        .against(Optional.empty(), Double.NaN, Double.NaN)
                        .knowledge()
                        .orElseThrow()
                        .forgetQuality())
                .isEmpty();
    }

    @Test
    void theFileReadsBackEqualAndIsMissedOnlyWhereItIsDamaged() throws IOException {
        Path file = folder.resolve("model.writing.json");
        Files.writeString(file, written(Double.NaN).toJson());

        assertThat(Written.read(file)).contains(written(Double.NaN));
        assertThat(Written.read(folder.resolve("older"))).isEmpty();
        Path earlier = folder.resolve("earlier.writing.json");
        Files.writeString(
                earlier,
                written(0)
                        .toJson()
                        .replaceAll(",\"f1\":[0-9.]+", "")
                        .replaceAll(",\"extractionLikelihood\":[0-9.]+", ""));
        Writing without = Written.read(earlier).orElseThrow().against(Optional.empty(), Double.NaN, Double.NaN);
        assertThat(without.muse().forgetKnowMem()).isNaN();
        assertThat(without.muse().privLeak()).isNaN();
        assertThat(without.extractionLikelihood()).isNaN();
        assertThat(without.muse().verbMem()).isPositive();
        Files.writeString(file, written(0).toJson().substring(0, 100));
        assertThatThrownBy(() -> Written.read(file))
                .isInstanceOf(DamagedRunException.class)
                .hasMessageContaining("model.writing.json is damaged");
    }

    // ---------------------------------------------------------------- a run

    @Test
    void aRunTellsWhatItsModelsWrite() {
        Plan plan = Tiny.plan(
                "{name: glyphs, train: 120, test: 40}",
                "{name: secrets, people: 12, sentences: 1, strangers: 6, vocabulary: {name: byte-pairs, size: 320}}",
                "{name: random, fraction: 0.1}",
                "{name: random, fraction: 0.2}",
                "{name: mlp, hidden: [16]}",
                "{name: gpt, layers: 1, heads: 2, width: 32, context: 64}",
                "{epochs: 3, batch: 32, learningRate: 0.05, precision: fp32}",
                "{epochs: 30, batch: 4, learningRate: 0.01, weightDecay: 0, precision: fp32, adam: {}}",
                "{name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}",
                "{name: gradient-ascent, epochs: 1, learningRate: 0.05, batch: 16}",
                "worlds: 8, pool: 40, forgetSets: 2, evaluation: 40",
                "worlds: 6, pool: 12, forgetSets: 1, evaluation: 12");

        Results results = Tiny.run(plan, folder.resolve("run"));

        Writing floor = results.methods().get(0).writing().orElseThrow();
        Writing before = results.methods().get(1).writing().orElseThrow();
        assertThat(before.forgotten()).hasSize(5); // a fifth of 24
        assertThat(before.forgotten())
                .allSatisfy(text -> assertThat(text.prompt() + text.truth()).isNotBlank());
        // Read thirty times and learned by heart; those left out cannot be.
        assertThat(before.extractionRate()).isGreaterThan(floor.extractionRate());
        assertThat(before.perplexity().forget()).isLessThan(floor.perplexity().forget());
        assertThat(before.knowledge()).isEmpty();
        assertThat(before.muse().verbMem()).isGreaterThan(floor.muse().verbMem());
        assertThat(before.muse().forgetKnowMem()).isNaN();
        assertThat(floor.muse().privLeak()).isZero();
        assertThat(before.muse().privLeak()).isNegative(); // what is still known is recognised
        assertThat(before.extractionLikelihood()).isGreaterThan(floor.extractionLikelihood());
        assertThat(ResultsJson.fromJson(ResultsJson.toJson(results))).isEqualTo(results);
        assertThat(ResultsCsv.of(results)).contains("deployed_extraction_rate").contains("deployed_test_perplexity");
        assertThat(Report.of(results).toHtml())
                .contains("What the models write")
                .contains(before.forgotten().get(0).id())
                .contains("word for word")
                .contains("PrivLeak")
                .doesNotContain("as it goes on<small>")
                .doesNotContain("2 classes");
    }

    @Test
    void modelsOfImagesWriteNothing() {
        Results results = Tiny.run(Tiny.plan("worlds: 8", "worlds: 6"), folder.resolve("images"));

        assertThat(results.methods()).allMatch(method -> method.writing().isEmpty());
        assertThat(ResultsJson.toJson(results)).doesNotContain("\"writing\"");
        assertThat(Report.of(results).toHtml()).doesNotContain("id=\"writing\"");
    }
}
