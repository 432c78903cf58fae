package lethe.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of the {@code tokenizer.json} format that describes GPT-2's byte-level encoding. Whatever would change the ids
 * and is not understood is an error.
 */
final class TokenizerJson {
    private static final String NONE = "none";
    private static final JsonMapper MAPPER = new JsonMapper();

    private TokenizerJson() {}

    /** What a file holds. */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the tokenizer " + file, e);
        }
    }

    /** The JSON of a file. */
    static JsonNode parse(Path file, String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static BytePairTokenizer read(Path file, String text) {
        JsonNode root = parse(file, text);
        JsonNode model = root.path("model");
        expect(file, "model.type", model.path("type"), "BPE", NONE);
        expect(file, "normalizer", root.path("normalizer"), NONE);
        JsonNode splitting = root.path("pre_tokenizer");
        expect(file, "pre_tokenizer.type", splitting.path("type"), "ByteLevel");
        expect(file, "pre_tokenizer.add_prefix_space", splitting.path("add_prefix_space"), "false");
        expect(file, "pre_tokenizer.use_regex", splitting.path("use_regex"), "true", NONE);
        expect(file, "post_processor.type", root.path("post_processor").path("type"), "ByteLevel", NONE);
        expect(file, "decoder.type", root.path("decoder").path("type"), "ByteLevel");
        expect(file, "model.dropout", model.path("dropout"), NONE, "0.0", "0");
        expect(file, "model.continuing_subword_prefix", model.path("continuing_subword_prefix"), NONE, "");
        expect(file, "model.end_of_word_suffix", model.path("end_of_word_suffix"), NONE, "");
        expect(file, "model.byte_fallback", model.path("byte_fallback"), "false", NONE);
        expect(file, "model.ignore_merges", model.path("ignore_merges"), "false", NONE);

        Map<Integer, String> symbols = vocabulary(file, model.path("vocab"));
        List<BytePairTokenizer.Added> added = new ArrayList<>();
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asString();
            for (String option : List.of("single_word", "lstrip", "rstrip")) {
                expect(file, option + " of '" + content + "'", token.path(option), "false", NONE);
            }
            int id = token.path("id").asInt(-1);
            String other = symbols.put(id, content);
            if (content.isEmpty() || (other != null && !other.equals(content))) {
                throw new IllegalArgumentException(file + ": added token '" + content + "' has id " + id
                        + (other == null ? "" : ", which is that of '" + other + "'"));
            }
            added.add(new BytePairTokenizer.Added(
                    id, content, token.path("special").asBoolean(false)));
        }
        List<List<String>> merges = new ArrayList<>();
        for (JsonNode merge : model.path("merges")) {
            merges.add(
                    merge.isArray()
                            ? pair(
                                    file,
                                    merge.valueStream().map(JsonNode::asString).toArray(String[]::new))
                            : pair(file, merge.asString().split(" ", -1)));
        }
        return new BytePairTokenizer(file.toString(), inOrder(file, symbols), merges, added);
    }

    static BytePairTokenizer readParts(Path vocabulary, String vocabularyText, Path mergesFile, String mergesText) {
        Map<Integer, String> symbols = vocabulary(vocabulary, parse(vocabulary, vocabularyText));
        List<List<String>> merges = mergesText
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#version"))
                .map(line -> pair(mergesFile, line.strip().split(" ", -1)))
                .toList();
        List<BytePairTokenizer.Added> added = symbols.entrySet().stream()
                .filter(entry -> entry.getValue().equals(BytePairTokenizer.END_OF_TEXT))
                .map(entry -> new BytePairTokenizer.Added(entry.getKey(), entry.getValue(), true))
                .toList();
        return new BytePairTokenizer(vocabulary.toString(), inOrder(vocabulary, symbols), merges, added);
    }

    private static List<String> pair(Path file, String[] symbols) {
        if (symbols.length != 2 || symbols[0].isEmpty() || symbols[1].isEmpty()) {
            throw new IllegalArgumentException(
                    file + ": a merge is a pair of tokens, but one is " + Arrays.toString(symbols));
        }
        return List.of(symbols);
    }

    private static Map<Integer, String> vocabulary(Path file, JsonNode vocabulary) {
        Map<Integer, String> symbols = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
            int id = entry.getValue().asInt(-1);
            String other = symbols.put(id, entry.getKey());
            if (other != null) {
                throw new IllegalArgumentException(
                        file + ": tokens '" + other + "' and '" + entry.getKey() + "' share the id " + id);
            }
        }
        return symbols;
    }

    private static List<String> inOrder(Path file, Map<Integer, String> symbols) {
        int next = 0;
        for (int id : symbols.keySet()) {
            if (id != next++) {
                throw new IllegalArgumentException(file + ": token ids are 0, 1, 2, …, but " + (next - 1)
                        + " is missing of " + symbols.size() + " tokens");
            }
        }
        return List.copyOf(symbols.values());
    }

    /** Fails unless ids are those of tokens. */
    static void requireIds(int[] ids, int size) {
        for (int id : ids) {
            if (id < 0 || id >= size) {
                throw new IllegalArgumentException("Token id " + id + " is not in 0…" + (size - 1)
                        + "; do the ids come from a model with a larger vocabulary?");
            }
        }
    }

    /** Fails unless a value is one of those allowed. */
    private static void expect(Path file, String key, JsonNode value, String... allowed) {
        String found =
                value.isMissingNode() || value.isNull() ? NONE : value.isValueNode() ? value.asString() : "given";
        if (!Arrays.asList(allowed).contains(found)) {
            throw new IllegalArgumentException(file + ": " + key + " is " + found + ", expected " + allowed[0]
                    + "; only byte-level tokenizers in the manner of GPT-2 are read here");
        }
    }

    static String write(List<String> symbols, List<List<String>> merges, List<BytePairTokenizer.Added> added) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode tokens = root.putArray("added_tokens");
        for (BytePairTokenizer.Added token : added) {
            tokens.addObject()
                    .put("id", token.id())
                    .put("content", token.text())
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", token.special());
        }
        root.putNull("normalizer");
        for (String part : List.of("pre_tokenizer", "post_processor", "decoder")) {
            root.putObject(part)
                    .put("type", "ByteLevel")
                    .put("add_prefix_space", false)
                    .put("trim_offsets", true)
                    .put("use_regex", true);
        }
        ObjectNode model = root.putObject("model");
        model.put("type", "BPE");
        model.putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < symbols.size(); id++) {
            vocabulary.put(symbols.get(id), id);
        }
        ArrayNode list = model.putArray("merges");
        merges.forEach(merge -> list.add(merge.get(0) + " " + merge.get(1)));
        return MAPPER.writeValueAsString(root);
    }
}
