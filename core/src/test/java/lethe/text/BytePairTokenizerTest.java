package lethe.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reference was written by benchmarks/reference/language_models.py, and loaded in the native tokenizers library. */
class BytePairTokenizerTest {
    static final Path REFERENCE = Path.of("src/test/resources/reference/lm/tiny-bpe");

    @TempDir
    private Path folder;

    @Test
    void idsAndWordsAreThoseOfTheReference() {
        BytePairTokenizer tokenizer = BytePairTokenizer.read(REFERENCE);

        assertThat(tokenizer.size()).isEqualTo(golden().path("vocab_size").asInt());
        assertThat(tokenizer.endOfText()).hasValue(0);
        for (JsonNode item : golden().path("cases")) {
            String text = item.path("text").asString();
            List<String> words = item.path("pretokens")
                    .valueStream()
                    .flatMap(part -> part.valueStream().map(JsonNode::asString))
                    .toList();
            assertThat(tokenizer.encode(text)).as(text).containsExactly(ids(item));
            assertThat(tokenizer.decode(ids(item))).isEqualTo(text.replace(BytePairTokenizer.END_OF_TEXT, ""));
            assertThat(BytePairTokenizer.words(text.replace(BytePairTokenizer.END_OF_TEXT, "")))
                    .isEqualTo(text.contains(BytePairTokenizer.END_OF_TEXT) ? List.of("ab") : words);
        }
    }

    @Test
    void trainingOnTheReferenceTextLearnsTheReferenceTokenizer() {
        JsonNode golden = golden();

        BytePairTokenizer learned = BytePairTokenizer.train(
                List.of(golden.path("training_corpus").asString()), BytePairTokenizer.SMALLEST + 120);

        assertThat(learned.size())
                .isEqualTo(BytePairTokenizer.SMALLEST
                        + golden.path("merges_learned").asInt());
        assertThat(learned.digest()).isEqualTo(BytePairTokenizer.read(REFERENCE).digest());
    }

    @Test
    void vocabularyAndMergesAloneGiveTheSameTokenizer() throws IOException {
        for (String name : List.of("vocab.json", "merges.txt")) {
            Files.copy(REFERENCE.resolve(name), folder.resolve(name));
        }

        assertThat(BytePairTokenizer.read(folder).digest())
                .isEqualTo(BytePairTokenizer.read(REFERENCE).digest());
    }

    @Test
    void aWrittenTokenizerIsReadBack() {
        BytePairTokenizer learned = BytePairTokenizer.train(List.of("so it is what it is, isn't it", "it is"), 280);

        learned.write(folder.resolve("tokenizer.json"));

        assertThat(BytePairTokenizer.read(folder).digest()).isEqualTo(learned.digest());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyTextComesBackWhateverItsCharacters(long seed) {
        var random = new SplittableRandom(seed);
        BytePairTokenizer tokenizer = BytePairTokenizer.read(REFERENCE);
        int[] kinds = {' ', '\n', 't', 'e', '\'', '3', 0xE9, 0x2014, 0x65E5, 0x1F642, 0xA0, 0x2028};
        var text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.appendCodePoint(kinds[random.nextInt(kinds.length)]);
        }

        assertThat(tokenizer.decode(tokenizer.encode(text.toString()))).isEqualTo(text.toString());
    }

    @Test
    void theOrderOfTheTextsDoesNotMatter() {
        List<String> texts = new ArrayList<>(IntStream.range(0, 50)
                .mapToObj(i -> "row " + i * i + " of many rows")
                .toList());
        String digest = BytePairTokenizer.train(texts, 300).digest();

        Collections.reverse(texts);

        assertThat(BytePairTokenizer.train(texts, 300).digest()).isEqualTo(digest);
    }

    @Test
    void theEndOfTextIsFoundInATextButNotLearnedFromOne() {
        String end = BytePairTokenizer.END_OF_TEXT;
        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(end + end + end), 300);

        assertThat(tokenizer.size()).isEqualTo(BytePairTokenizer.SMALLEST);
        assertThat(tokenizer.encode(end + "a")).containsExactly(0, 65);
        assertThat(tokenizer.decode(new int[] {0, 65})).isEqualTo("a");
    }

    @Test
    void bytesAloneAreAVocabulary() {
        BytePairTokenizer bytes = BytePairTokenizer.bytes();

        assertThat(bytes.size()).isEqualTo(257);
        assertThat(bytes.encode("é")).hasSize(2);
        assertThat(bytes.decode(new int[] {bytes.encode("é")[0]})).isEqualTo("\uFFFD");
    }

    @Test
    void learnedPairsHalveALongText() {
        var random = new SplittableRandom(5);
        var text = new StringBuilder();
        while (text.length() < 200_000) {
            int stem = (int) Math.sqrt(random.nextInt(3000 * 3000));
            text.append(Integer.toString(1_000_000 - stem, 26).replaceAll("[0-9]", "e"))
                    .append(' ');
        }

        BytePairTokenizer tokenizer = BytePairTokenizer.train(List.of(text.toString()), 1000);

        assertThat(tokenizer.encode(text.toString())).hasSizeLessThan(text.length() / 2);
    }

    @Test
    void whatIsNotUnderstoodIsAnError() throws IOException {
        String json = Files.readString(REFERENCE.resolve("tokenizer.json"));

        assertRejected(json.replaceFirst("\"add_prefix_space\": *false", "\"add_prefix_space\": true"), "none")
                .hasMessageContaining("add_prefix_space is true");
        assertRejected(json.replace("\"BPE\"", "\"Unigram\""), "model").hasMessageContaining("model.type is Unigram");
        assertRejected(json.substring(0, 99), "cut").hasMessageContaining("is not JSON");
        assertRejected(json.replaceFirst("\"ll\": *\\d+,", ""), "gap").hasMessageContaining("token ids are 0, 1, 2");
        assertThatThrownBy(() -> BytePairTokenizer.read(folder.resolve("absent.json")))
                .hasMessageContaining("Cannot read the tokenizer");
        assertThatThrownBy(() -> BytePairTokenizer.bytes().decode(new int[] {257}))
                .hasMessageContaining("Token id 257 is not in 0…256");
        assertThatThrownBy(() -> BytePairTokenizer.train(List.of(), 100)).hasMessageContaining("size must lie in");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRejected(String json, String name) {
        Path file = folder.resolve(name + ".json");
        return assertThatThrownBy(() -> {
                    Files.writeString(file, json);
                    BytePairTokenizer.read(file);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString());
    }

    static JsonNode golden() {
        return new JsonMapper().readTree(REFERENCE.resolve("golden.json").toFile());
    }

    static int[] ids(JsonNode item) {
        return item.path("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
    }
}
