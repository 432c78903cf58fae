package lethe.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import lethe.catalog.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Any tokenizer that is published as a {@code tokenizer.json}, run by Hugging Face's own library. Texts are neither cut
 * nor padded, whatever the file asks for, and get no tokens at their ends.
 *
 * <p>The library is native and comes with this program; nothing is downloaded and nobody is called. Instances can be
 * shared by threads. One holds native memory until it is closed or collected.
 */
public final class HuggingFaceTokenizer implements Tokenizer, AutoCloseable {
    /** What ends a text by custom, for checkpoints that do not say. */
    private static final List<String> ENDS =
            List.of(BytePairTokenizer.END_OF_TEXT, "</s>", "<|end_of_text|>", "<eos>", "[SEP]");

    static {
        // The binding would otherwise look for a GPU's native library on the web, and count its starts there.
        Map.of("RUST_FLAVOR", "cpu", "OPT_OUT_TRACKING", "true", "ai.djl.offline", "true")
                .forEach((key, value) -> System.setProperty(key, System.getProperty(key, value)));
    }

    private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer tokenizer;
    private final int size;
    private final OptionalInt endOfText;
    private final String digest;

    private HuggingFaceTokenizer(
            ai.djl.huggingface.tokenizers.HuggingFaceTokenizer tokenizer,
            int size,
            OptionalInt endOfText,
            String digest) {
        this.tokenizer = tokenizer;
        this.size = size;
        this.endOfText = endOfText;
        this.digest = digest;
    }

    /**
     * Reads a tokenizer. What ends a text is what {@code tokenizer_config.json} or {@code config.json} beside it say, or
     * a token of a customary name.
     *
     * @param path a {@code tokenizer.json}, or the folder of a checkpoint with one or with GPT-2's {@code vocab.json} and
     *     {@code merges.txt}
     * @throws IllegalArgumentException if it is malformed
     */
    public static HuggingFaceTokenizer read(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        boolean inParts = !Files.exists(file) && Files.exists(path.resolve("merges.txt"));
        String text = inParts ? BytePairTokenizer.read(path).json() : TokenizerJson.text(file);
        JsonNode root = TokenizerJson.parse(file, text);
        if (!(root instanceof ObjectNode object) || !root.path("model").isObject()) {
            throw new IllegalArgumentException(file + " has no model; expected the tokenizer.json of a checkpoint");
        }
        // Cutting and padding are settings of one training run, not of the tokenizer.
        object.putNull("truncation").putNull("padding");
        String json = object.toString();
        Map<String, String> options = Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
        try (var in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))) {
            var tokenizer = ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.newInstance(in, options);
            return new HuggingFaceTokenizer(tokenizer, size(root), end(file, root), Digest.sha256(json));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the tokenizer " + file, e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file + " is no tokenizer that can be run: " + e.getMessage(), e);
        }
    }

    private static int size(JsonNode root) {
        JsonNode vocabulary = root.path("model").path("vocab");
        int listed = vocabulary.isArray() ? vocabulary.size() - 1 : -1;
        return 1
                + Stream.concat(
                                vocabulary.isObject() ? vocabulary.valueStream() : Stream.empty(),
                                root.path("added_tokens").valueStream().map(token -> token.path("id")))
                        .mapToInt(JsonNode::asInt)
                        .reduce(listed, Math::max);
    }

    private static OptionalInt end(Path file, JsonNode root) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        JsonNode named = beside(folder.resolve("tokenizer_config.json")).path("eos_token");
        String name = named.isObject() ? named.path("content").asString() : named.asString("");
        if (!name.isEmpty()) {
            OptionalInt id = id(root, name);
            if (id.isEmpty()) {
                throw new IllegalArgumentException(folder.resolve("tokenizer_config.json") + " says that '" + name
                        + "' ends a text, but " + file + " has no such token; do they belong together?");
            }
            return id;
        }
        JsonNode numbered = beside(folder.resolve("config.json")).path("eos_token_id");
        if (numbered.isNumber() || numbered.isArray()) {
            return OptionalInt.of(numbered.isArray() ? numbered.path(0).asInt() : numbered.asInt());
        }
        return ENDS.stream()
                .map(end -> id(root, end))
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    private static JsonNode beside(Path file) {
        return TokenizerJson.parse(file, Files.exists(file) ? TokenizerJson.text(file) : "{}");
    }

    private static OptionalInt id(JsonNode root, String token) {
        for (JsonNode added : root.path("added_tokens")) {
            if (added.path("content").asString().equals(token)) {
                return OptionalInt.of(added.path("id").asInt());
            }
        }
        JsonNode listed = root.path("model").path("vocab").path(token);
        return listed.isNumber() ? OptionalInt.of(listed.asInt()) : OptionalInt.empty();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] encode(String text) {
        return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    @Override
    public String decode(int[] ids) {
        TokenizerJson.requireIds(ids, size);
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    @Override
    public OptionalInt endOfText() {
        return endOfText;
    }

    @Override
    public String digest() {
        return digest;
    }

    /** Frees the native memory; the tokenizer cannot be used any more. */
    @Override
    public void close() {
        tokenizer.close();
    }
}
