package lethe.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.catalog.Digest;
import lethe.catalog.Require;

/**
 * Byte-level byte-pair encoding, as GPT-2 has it. A text is cut into words by a fixed pattern; a word begins as the bytes
 * of its UTF-8 form, and the adjacent pair that was learned first is merged, all its occurrences from left to right,
 * until no learned pair is left. Every byte is a token, so that every text can be encoded, and decoding the ids of a
 * text gives the text back.
 *
 * <p>Instances are immutable and can be shared by threads.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al., 2016</a>
 * @see <a href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">
 *     Radford et al., 2019, section 2.2</a>
 */
public final class BytePairTokenizer implements Tokenizer {
    /** What ends a text, by GPT-2's convention. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** The token that ends a text and the 256 bytes: what there is without anything learned. */
    public static final int SMALLEST = 257;

    private static final Pattern WORDS = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    private static final int CACHED_WORDS = 1 << 16;

    /** Symbol of each byte in vocabulary files: a printable character that is no blank. */
    private static final char[] SYMBOLS = symbols();

    private static final Map<Character, Integer> BYTES =
            IntStream.range(0, 256).boxed().collect(Collectors.toMap(b -> SYMBOLS[b], b -> b));

    private final List<byte[]> content;
    private final int[] byteIds;
    private final Map<Long, Integer> ranks;
    private final int[] merged;
    private final Map<String, Integer> added;
    private final Pattern addedPattern;
    private final BitSet special;
    private final OptionalInt endOfText;
    private final String json;
    private final String digest;

    /** Words occur again and again; their ids are found once. */
    private final Map<String, int[]> cache = new ConcurrentHashMap<>();

    /**
     * A token that is looked for in a text before anything else.
     *
     * @param special whether it means something of its own and is left out of decoded text
     */
    record Added(int id, String text, boolean special) {}

    /**
     * @param symbols tokens in id order, as vocabulary files write them; of added tokens the text itself
     * @param merges pairs of symbols in the order they were learned
     */
    BytePairTokenizer(String source, List<String> symbols, List<List<String>> merges, List<Added> addedTokens) {
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < symbols.size(); id++) {
            if (ids.put(symbols.get(id), id) != null) {
                throw new IllegalArgumentException(source + ": token '" + symbols.get(id) + "' has two ids");
            }
        }
        this.added = new LinkedHashMap<>();
        this.special = new BitSet();
        for (Added token : addedTokens) {
            added.put(token.text, token.id);
            special.set(token.id, token.special);
        }
        this.content = new ArrayList<>();
        for (int id = 0; id < symbols.size(); id++) {
            String symbol = symbols.get(id);
            content.add(added.containsKey(symbol) ? symbol.getBytes(StandardCharsets.UTF_8) : bytes(source, symbol));
        }
        this.byteIds = new int[256];
        for (int b = 0; b < 256; b++) {
            byteIds[b] = id(source, ids, String.valueOf(SYMBOLS[b]));
        }
        this.ranks = new HashMap<>();
        this.merged = new int[merges.size()];
        for (int rank = 0; rank < merged.length; rank++) {
            String left = merges.get(rank).get(0);
            String right = merges.get(rank).get(1);
            ranks.putIfAbsent(pair(id(source, ids, left), id(source, ids, right)), rank);
            merged[rank] = id(source, ids, left + right);
        }
        this.addedPattern = Pattern.compile(added.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
        Integer end = added.get(END_OF_TEXT);
        this.endOfText = end == null ? OptionalInt.empty() : OptionalInt.of(end);
        this.json = TokenizerJson.write(symbols, merges, addedTokens);
        this.digest = Digest.sha256(json);
    }

    /** The bytes themselves and a token that ends a text; nothing learned. */
    public static BytePairTokenizer bytes() {
        return BytePairTraining.learn(List.of(), SMALLEST);
    }

    /**
     * Learns the pairs of some texts. Id 0 ends a text, ids 1 to 256 are the bytes; then each step merges the pair that
     * occurs most often within words, of several the one of the smallest ids, as long as one occurs twice. The same
     * texts, in any order, give the same tokenizer.
     *
     * @param size the number of tokens to reach, at least {@value #SMALLEST}; few texts may give less
     */
    public static BytePairTokenizer train(List<String> texts, int size) {
        Require.within("size", size, SMALLEST, 1 << 20);
        return BytePairTraining.learn(texts, size);
    }

    /**
     * Reads a tokenizer.
     *
     * @param path a {@code tokenizer.json}, or a folder with one or with {@code vocab.json} and {@code merges.txt}
     * @throws IllegalArgumentException if it is malformed or of another kind than GPT-2's
     */
    public static BytePairTokenizer read(Path path) {
        Path json = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        if (Files.isDirectory(path) && !Files.exists(json) && Files.exists(path.resolve("merges.txt"))) {
            Path vocabulary = path.resolve("vocab.json");
            Path merges = path.resolve("merges.txt");
            return TokenizerJson.readParts(
                    vocabulary, TokenizerJson.text(vocabulary), merges, TokenizerJson.text(merges));
        }
        return TokenizerJson.read(json, TokenizerJson.text(json));
    }

    /** This tokenizer as a {@code tokenizer.json}. */
    String json() {
        return json;
    }

    /** Writes a {@code tokenizer.json}, which other libraries read too. */
    public void write(Path file) {
        try {
            Files.writeString(file, json);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the tokenizer " + file, e);
        }
    }

    @Override
    public int size() {
        return content.size();
    }

    @Override
    public int[] encode(String text) {
        Ids ids = new Ids(text.length() / 2 + 1);
        int from = 0;
        if (!added.isEmpty()) {
            for (Matcher tokens = addedPattern.matcher(text); tokens.find(); from = tokens.end()) {
                encodeWords(text.substring(from, tokens.start()), ids);
                ids.add(added.getOrDefault(tokens.group(), -1)); // always there: the pattern is made of the keys
            }
        }
        encodeWords(from == 0 ? text : text.substring(from), ids);
        return ids.toArray();
    }

    private void encodeWords(String text, Ids ids) {
        for (Matcher words = WORDS.matcher(text); words.find(); ) {
            String word = words.group();
            int[] known = cache.get(word);
            if (known == null) {
                known = encodeWord(word);
                if (cache.size() < CACHED_WORDS) {
                    cache.put(word, known);
                }
            }
            ids.addAll(known);
        }
    }

    private int[] encodeWord(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = byteIds[bytes[i] & 0xFF];
        }
        int length = ids.length;
        while (true) {
            int first = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < length; i++) {
                Integer rank = ranks.get(pair(ids[i], ids[i + 1]));
                if (rank != null && rank < first) {
                    first = rank;
                }
            }
            if (first == Integer.MAX_VALUE) {
                return Arrays.copyOf(ids, length);
            }
            int kept = 0;
            for (int i = 0; i < length; kept++) {
                boolean match = i + 1 < length && rank(ids[i], ids[i + 1]) == first;
                ids[kept] = match ? merged[first] : ids[i];
                i += match ? 2 : 1;
            }
            length = kept;
        }
    }

    private int rank(int left, int right) {
        return ranks.getOrDefault(pair(left, right), -1);
    }

    @Override
    public String decode(int[] ids) {
        TokenizerJson.requireIds(ids, size());
        var bytes = new ByteArrayOutputStream(4 * ids.length);
        for (int id : ids) {
            if (!special.get(id)) {
                bytes.writeBytes(content.get(id));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public OptionalInt endOfText() {
        return endOfText;
    }

    @Override
    public String digest() {
        return digest;
    }

    /** The words a text is cut into; special tokens are not looked for. */
    static List<String> words(String text) {
        return WORDS.matcher(text).results().map(match -> match.group()).toList();
    }

    static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    /** The symbol of a byte, from 0 to 255. */
    static char symbol(int value) {
        return SYMBOLS[value];
    }

    /** Printable bytes stand for themselves; the other 68, in increasing order, are U+0100, U+0101, …. */
    private static char[] symbols() {
        char[] symbols = new char[256];
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
            symbols[b] = printable ? (char) b : next++;
        }
        return symbols;
    }

    private static byte[] bytes(String source, String symbols) {
        byte[] bytes = new byte[symbols.length()];
        for (int i = 0; i < bytes.length; i++) {
            Integer value = BYTES.get(symbols.charAt(i));
            if (value == null) {
                throw new IllegalArgumentException(source + ": token '" + symbols + "' has the character '"
                        + symbols.charAt(i) + "', which stands for no byte; this is no byte-level vocabulary");
            }
            bytes[i] = value.byteValue();
        }
        return bytes;
    }

    private static int id(String source, Map<String, Integer> ids, String symbol) {
        Integer id = ids.get(symbol);
        if (id == null) {
            throw new IllegalArgumentException(source + ": the vocabulary lacks '" + symbol
                    + "', which is a byte or the result of a merge; do vocabulary and merges belong together?");
        }
        return id;
    }

    /** A list of ids that grows. */
    private static final class Ids {
        private int[] values;
        private int size;

        Ids(int capacity) {
            values = new int[capacity];
        }

        void add(int id) {
            reserve(1);
            values[size++] = id;
        }

        void addAll(int[] ids) {
            reserve(ids.length);
            System.arraycopy(ids, 0, values, size, ids.length);
            size += ids.length;
        }

        private void reserve(int count) {
            if (size + count > values.length) {
                values = Arrays.copyOf(values, Math.max(2 * values.length, size + count));
            }
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
