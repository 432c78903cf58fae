package lethe.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag("native")
class HuggingFaceTokenizerTest {
    @TempDir
    private Path folder;

    private static final Path FILE = BytePairTokenizerTest.REFERENCE.resolve("tokenizer.json");

    @Test
    void idsAreThoseOfTheReferenceAndOfOurOwnTokenizer() {
        BytePairTokenizer own = BytePairTokenizer.read(FILE);
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.read(FILE)) {
            assertThat(tokenizer.size()).isEqualTo(own.size());
            assertThat(tokenizer.endOfText()).isEqualTo(own.endOfText());
            for (JsonNode item : BytePairTokenizerTest.golden().path("cases")) {
                String text = item.path("text").asString();
                int[] ids = BytePairTokenizerTest.ids(item);
                assertThat(tokenizer.encode(text)).as(text).containsExactly(ids);
                assertThat(tokenizer.decode(ids)).isEqualTo(own.decode(ids));
            }
            for (String text :
                    List.of("a , b . It 's ' x ' n't", "tail \u00A0\u2003 x\u0085y", "ＡＢ ½ ²", "\r\n \r\n")) {
                assertThat(tokenizer.encode(text)).as(text).containsExactly(own.encode(text));
                assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
            }
        }
    }

    @Test
    void aLearnedTokenizerMeansTheSameToBoth() {
        BytePairTokenizer own = BytePairTokenizer.train(
                List.of("How much wood would a woodchuck chuck, if a woodchuck could chuck wood?"), 300);
        own.write(folder.resolve("tokenizer.json"));
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.read(folder)) {
            String text = "He would chuck, he could, as much as a woodchuck would. ☃ <|endoftext|>";

            assertThat(tokenizer.encode(text)).containsExactly(own.encode(text));
        }
    }

    @Test
    void longTextsAreNotCutEvenIfTheFileAsksForIt() throws IOException {
        String json = Files.readString(FILE)
                .replaceFirst(
                        "\"truncation\": *null",
                        "\"truncation\": {\"direction\": \"Right\", \"max_length\": 4,"
                                + " \"strategy\": \"LongestFirst\", \"stride\": 0}")
                .replaceFirst(
                        "\"padding\": *null",
                        "\"padding\": {\"strategy\": {\"Fixed\": 8}, \"direction\": \"Right\","
                                + " \"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"!\"}");
        Files.writeString(folder.resolve("tokenizer.json"), json);
        try (HuggingFaceTokenizer cutting = HuggingFaceTokenizer.read(folder);
                HuggingFaceTokenizer plain = HuggingFaceTokenizer.read(FILE)) {
            assertThat(cutting.encode("x ".repeat(3000))).hasSize(6000);
            assertThat(cutting.encode("x")).hasSize(1);
            assertThat(cutting.digest()).isEqualTo(plain.digest());
        }
    }

    @Test
    void vocabularyAndMergesAloneAreEnough() throws IOException {
        for (String name : List.of("vocab.json", "merges.txt")) {
            Files.copy(BytePairTokenizerTest.REFERENCE.resolve(name), folder.resolve(name));
        }
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.read(folder)) {
            assertThat(tokenizer.decode(tokenizer.encode("with blanks in it"))).isEqualTo("with blanks in it");
        }
    }

    @Test
    void whatEndsATextIsWhatTheCheckpointSays() throws IOException {
        Files.copy(FILE, folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": [7, 8]}");
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.read(folder)) {
            assertThat(tokenizer.endOfText()).hasValue(7);
        }

        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"<|endoftext|>\"}}");
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.read(folder)) {
            assertThat(tokenizer.endOfText()).hasValue(0);
        }

        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<end>\"}");
        assertThatThrownBy(() -> HuggingFaceTokenizer.read(folder))
                .hasMessageContaining("'<end>' ends a text, but " + folder.resolve("tokenizer.json"));
    }

    @Test
    void damagedFilesAndStrangeIdsAreNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Unheard\"}}");
        Path other = Files.writeString(folder.resolve("other.json"), "{}");

        assertThatThrownBy(() -> HuggingFaceTokenizer.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + " is no tokenizer that can be run");
        assertThatThrownBy(() -> HuggingFaceTokenizer.read(other)).hasMessageContaining("has no model");
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.read(FILE)) {
            assertThatThrownBy(() -> tokenizer.decode(new int[] {309})).hasMessageContaining("is not in 0…308");
        }
    }
}
