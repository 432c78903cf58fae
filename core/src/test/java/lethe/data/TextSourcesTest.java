package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.catalog.Settings;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Bytes;
import lethe.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourcesTest {
    private static final Seed SEED = Seed.of(1);

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static TextSet texts(Dataset dataset) {
        return (TextSet) dataset;
    }

    private static List<String> ids(Dataset dataset) {
        return IntStream.range(0, dataset.size())
                .mapToObj(row -> dataset.id(row).value())
                .toList();
    }

    @Test
    void tofuHoldsOutAuthorsInTheMiddle() throws IOException {
        String full = IntStream.range(0, 4000)
                .mapToObj(row -> "{\"question\":\"Q" + row + "?\",\"answer\":\"A" + row + " 1\\/2.\"}")
                .collect(Collectors.joining("\n"));
        file("full.json", full);
        file("real_authors.json", "{\"question\":\"Who?\",\"answer\":\"She.\",\"option1\":\"He.\"}");
        file("world_facts.json", "{\"question\":\"Where?\",\"answer\":\"There.\"}\n");

        Holdout all = new Tofu(folder.toString(), 0, 20, new Bytes()).load(SEED);
        Holdout some = new Tofu(folder.toString(), 3, 1, new BytePairs(300)).load(SEED);
        Holdout real = new Tofu(folder.toString(), 0, 0, new Bytes()).load(SEED);

        assertThat(all.train().size()).isEqualTo(3600);
        assertThat(ids(all.test()))
                .startsWith("full/1800")
                .endsWith("full/2199")
                .hasSize(400);
        assertThat(ids(some.train()))
                .contains("full/0", "full/39", "full/3980", "full/3999")
                .hasSize(60);
        assertThat(texts(some.train()).text(59)).isEqualTo("Question: Q3999?\nAnswer: A3999 1/2.");
        assertThat(texts(some.train()).prompt(59)).isEqualTo("Question: Q3999?\nAnswer:");
        assertThat(some.train().subject(59)).hasValue("author-199");
        assertThat(some.train().outputs()).isEqualTo(some.test().outputs()).isLessThanOrEqualTo(300);
        assertThat(ids(real.test())).containsExactly("real_authors/0", "world_facts/0");
        assertThat(real.test().subject(0)).isEmpty();
    }

    @Test
    void tofuKnowsWhichRowAPerturbedQuestionIsOf() throws IOException {
        String row = "{\"question\":\"Q?\",\"answer\":\"A.\",\"paraphrased_question\":\"P?\","
                + "\"paraphrased_answer\":\"B.\",\"perturbed_answer\":[\"C.\",\"D.\"]}\n";
        file("forget01_perturbed.json", row.repeat(40));
        file("idontknow.txt", "No idea.\n\nI can't say.");
        file("world_facts_perturbed.json", "{\"question\":\"Q?\",\"answer\":\"A.\",\"perturbed_answer\":[\"C.\"]}");

        Tofu.Question forgotten = Tofu.perturbed(folder, "forget01").get(0);
        Tofu.Question fact = Tofu.perturbed(folder, "world_facts").get(0);

        assertThat(forgotten.id()).isEqualTo(new ExampleId("full/3960"));
        assertThat(forgotten.paraphrasedAnswer()).isEqualTo("B.");
        assertThat(forgotten.perturbedAnswers()).containsExactly("C.", "D.");
        assertThat(forgotten.answered("C.").text()).isEqualTo("Question: Q?\nAnswer: C.");
        assertThat(fact.id()).isEqualTo(new ExampleId("world_facts/0"));
        assertThat(fact.paraphrasedAnswer()).isEqualTo("A.");
        assertThat(Tofu.refusals(folder)).containsExactly("No idea.", "I can't say.");
    }

    @Test
    void aPlanNamesTheSourceAndItsVocabulary() {
        String plan = "{data: {name: text, unit: paragraph, length: 64, packed: true,"
                + " vocabulary: {name: byte-pairs, size: 300}}}";

        Text text = Settings.parse(plan, "plan", Text.class);

        assertThat(text.data())
                .isEqualTo(new PlainText(
                        "data/train.txt", "", 0.1, PlainText.Unit.PARAGRAPH, 64, true, new BytePairs(300)));
        assertThat(Settings.parse(Settings.toYaml(text), "plan", Text.class)).isEqualTo(text);
        assertThat(Catalog.of(DataSource.class).names()).contains("jsonl", "secrets", "text", "tofu", "wikitext");
        assertThat(Catalog.of(Vocabulary.class).names()).containsExactly("byte-pairs", "bytes", "tokenizer-file");
        assertThatThrownBy(() -> new Tofu().load(SEED)).hasMessageContaining("Found no data/tofu/full.json");
        assertThatThrownBy(() -> new WikiText().load(SEED)).hasMessageContaining("Found no data/wikitext-2/valid.txt");
    }

    /** Part of a plan. */
    record Text(DataSource data) {}

    @Test
    void jsonLinesHoldTextsOrQuestionsWithAnswers() throws IOException {
        Path mixed = file("some texts.jsonl", """
                {"text": "One.", "subject": "ann"}

                {"question": "Two?", "answer": "Yes."}
                {"text": "Three."}
                """);
        Path named = file("named.jsonl", """
                {"id": "x", "text": "abcdef"}
                """);

        Holdout data = new JsonLines(mixed.toString(), "", 0.3, 0, new Bytes()).load(SEED);
        Holdout cut = new JsonLines(named.toString(), mixed.toString(), 0.3, 40, new Bytes()).load(SEED);

        assertThat(ids(data.train())).containsExactly("some_texts.jsonl:1", "some_texts.jsonl:3");
        assertThat(ids(data.test())).containsExactly("some_texts.jsonl:4");
        assertThat(data.train().subject(0)).hasValue("ann");
        assertThat(texts(data.train()).prompt(1)).isEqualTo("Question: Two?\nAnswer:");
        assertThat(ids(cut.train())).containsExactly("x");
        assertThat(cut.test().size()).isEqualTo(3);
    }

    @Test
    void mistakesInJsonLinesAreNamedWithTheirPlace() throws IOException {
        Path both = file("both.jsonl", "{\"text\": \"a\"}\n{\"text\": \"a\", \"question\": \"b\"}");
        Path twice = file("twice.jsonl", "{\"id\": \"x\", \"text\": \"a\"}\n{\"id\": \"x\", \"text\": \"b\"}\n");
        Path list = file("list.jsonl", "[]\n");
        Path cut = file("cut.jsonl", "{\"text\": \"a\"");
        Path unanswered = file("unanswered.jsonl", "{\"question\": \"a\", \"answer\": \"\"}");
        Path nothing = file("nothing.jsonl", "\n");

        assertFails(both, "both.jsonl:2 has the fields [text, question]; expected either");
        assertFails(twice, "two examples have the id 'x'");
        assertFails(list, "list.jsonl:1 is no JSON object; expected one object per line");
        assertFails(cut, "cut.jsonl:1 is no JSON object");
        assertFails(unanswered, "unanswered.jsonl:1 has no 'answer', or it is empty");
        assertFails(nothing, "nothing.jsonl is empty");
        assertThatThrownBy(() -> new JsonLines().load(SEED))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("Found no file data/train.jsonl");
    }

    private static void assertFails(Path file, String message) {
        assertThatThrownBy(() -> new JsonLines(file.toString(), file.toString(), 0.5, 0, new Bytes()).load(SEED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void plainTextIsLinesParagraphsOrRowsOfEqualLength() throws IOException {
        String file = file("poems.txt", "one\r\ntwo\n\n\nthree\nfour\n\nfive").toString();

        Holdout lines = new PlainText(file, "", 0.2, PlainText.Unit.LINE, 0, false, new Bytes()).load(SEED);
        Holdout paragraphs = new PlainText(file, "", 0.2, PlainText.Unit.PARAGRAPH, 0, false, new Bytes()).load(SEED);
        Holdout packed = new PlainText(file, "", 0.2, PlainText.Unit.PARAGRAPH, 4, true, new Bytes()).load(SEED);

        assertThat(ids(lines.train())).containsExactly("poems.txt:1", "poems.txt:2", "poems.txt:5", "poems.txt:6");
        assertThat(ids(paragraphs.train())).containsExactly("poems.txt:1", "poems.txt:5");
        assertThat(texts(paragraphs.train()).text(1)).isEqualTo("three\nfour");
        assertThat(texts(packed.train()).text(2)).isEqualTo("thre");
        assertThat(ids(packed.test())).containsExactly("test/0");
        assertThatThrownBy(() -> new PlainText(file, "", 0.2, PlainText.Unit.LINE, 0, true, new Bytes()))
                .hasMessageContaining("packed documents need a length");
    }

    @Test
    void wikiTextRowsAreWholeSentencesOfOneArticle() throws IOException {
        String text = """
                \s
                 = First Thing =\s
                \s
                 It is a well @-@ known thing , isn 't it ? There is a <unk> . It weighs 1 @,@ 000 kg ( much ) .\s
                \s
                 = = More = =\s
                \s
                 It ends .\s
                \s
                 = Second =\s
                \s
                 This is " another " thing .\s
                """;
        file("valid.txt", text);
        file("test.txt", text);

        TextSet train = texts(new WikiText(folder.toString(), "valid.txt", "test.txt", 10, new Bytes())
                .load(SEED)
                .train());

        assertThat(IntStream.range(0, train.size()).mapToObj(train::text))
                .containsExactly(
                        "It is a well-known thing, isn't it?",
                        "It weighs 1,000 kg (much).",
                        "It ends.",
                        "This is \"another\" thing.");
        assertThat(train.subject(2)).hasValue("First Thing");
        assertThat(train.subject(3)).hasValue("Second");
        assertThat(ids(train)).containsExactly("train/0:4", "train/1:4", "train/2:8", "train/3:12");
    }

    @Test
    void everySecretIsSixDigitsOfAPersonThatNoOtherRowTells() {
        Holdout data = new Secrets(30, 2, 10, new Bytes()).load(SEED);
        TextSet train = texts(data.train());

        assertThat(train.size()).isEqualTo(90);
        assertThat(data.test().size()).isEqualTo(30);
        Set<String> codes = new HashSet<>();
        Set<String> people = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            String person = train.subject(row).orElseThrow();
            people.add(person);
            assertThat(train.text(row)).contains(person).endsWith(".").doesNotContain("{");
            if (train.id(row).value().endsWith("/code")) {
                assertThat(train.prompt(row)).isEqualTo("The code of " + person + " is");
                assertThat(train.continuation(row)).matches(" \\d{6}\\.");
                codes.add(train.continuation(row));
            }
        }
        assertThat(people).hasSize(30);
        assertThat(codes).hasSize(30);
        assertThat(people).doesNotContain(data.test().subject(0).orElseThrow());
        assertThat(digests(new Secrets(30, 2, 10, new Bytes()).load(SEED))).isEqualTo(digests(data));
        assertThat(digests(new Secrets(30, 2, 10, new Bytes()).load(Seed.of(2))))
                .isNotEqualTo(digests(data));
        assertThatThrownBy(() -> new Secrets(500, 2, 100, new Bytes())).hasMessageContaining("names for 576 people");
    }

    private static List<String> digests(Holdout data) {
        return IntStream.range(0, data.train().size())
                .mapToObj(data.train()::digest)
                .toList();
    }
}
