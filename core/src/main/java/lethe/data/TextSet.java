package lethe.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.catalog.Digest;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.text.Tokenizer;

/**
 * Texts as token ids, one text or piece of a text per row, for models that predict the next token.
 *
 * <p>Inputs are {@code (B, T)} ids, all tokens of a row but its last, with T that of the longest row asked for and 0 on
 * the right of the others. Labels are {@code (B, T)} too and shifted already: at position t stands the token that
 * follows input t, or {@link Tensor#IGNORED_LABEL} where no loss is wanted: in the prompt and behind the end. There is one class,
 * as a text is no member of any; a prediction has as many logits as there are tokens.
 *
 * <p>An id names a place in a source, never a content, so that copies of a text stay different examples.
 */
public final class TextSet implements Dataset, KnownMislabels, Worded {
    /** What {@link #classes} of texts are called. */
    public static final List<String> CLASSES = List.of("as it goes on", "otherwise");

    private final String name;
    private final Tokenizer tokenizer;
    private final List<Row> rows;
    private final int[] tokens;
    private final int[] starts;
    private final int longest;
    private final BitSet canaries;

    /**
     * What is known of a row besides its tokens.
     *
     * @param prompt number of tokens of the prompt
     * @param ignored number of those that are not learned
     */
    private record Row(ExampleId id, int prompt, int ignored, Optional<String> subject) {}

    private TextSet(String name, Tokenizer tokenizer, List<Row> rows, List<int[]> ids, BitSet canaries) {
        ExampleIds.requireDistinct(name, rows.stream().map(Row::id).toList());
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' holds no texts");
        }
        this.name = name;
        this.tokenizer = tokenizer;
        this.rows = List.copyOf(rows);
        this.canaries = canaries;
        this.starts = new int[ids.size() + 1];
        for (int row = 0; row < ids.size(); row++) {
            starts[row + 1] = Math.addExact(starts[row], ids.get(row).length);
        }
        this.tokens = new int[starts[ids.size()]];
        for (int row = 0; row < ids.size(); row++) {
            System.arraycopy(ids.get(row), 0, tokens, starts[row], ids.get(row).length);
        }
        this.longest = ids.stream().mapToInt(row -> row.length).max().orElseThrow() - 1;
    }

    /**
     * One document per row, ended by the tokenizer's end of text if it has one.
     *
     * @throws IllegalArgumentException if a document is empty, two share an id, or a token reaches from a prompt into
     *     what follows, so that it could not be said which of them it belongs to
     */
    public static TextSet of(String name, List<Document> documents, Tokenizer tokenizer) {
        return pieces(name, documents, tokenizer, Integer.MAX_VALUE);
    }

    /**
     * One document per row, but several rows of at most {@code length} tokens where it is longer. The id of its k-th
     * piece from the second is the document's with {@code #k}.
     *
     * @param length tokens of a row, at least 2
     */
    public static TextSet pieces(String name, List<Document> documents, Tokenizer tokenizer, int length) {
        requireLength(length);
        List<Row> rows = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        for (Document document : documents) {
            int[] all = encode(name, document, tokenizer);
            int prompt = promptLength(document, all, tokenizer);
            if (prompt > 0 && all.length > length) {
                throw new IllegalArgumentException(place(name, document) + " has " + all.length
                        + " tokens, more than the " + length + " of a row, and a text with a prompt cannot be cut");
            }
            int ignored = document.promptLearned() ? 0 : prompt;
            int step = Math.min(length, all.length);
            for (int from = 0, piece = 1; from < all.length; from += step, piece++) {
                int to = Math.min(all.length, from + step);
                if (to - from >= 2) { // a single token left over predicts nothing
                    ids.add(Arrays.copyOfRange(all, from, to));
                    rows.add(new Row(numbered(document.id(), piece), prompt, ignored, document.subject()));
                }
            }
        }
        return new TextSet(name, tokenizer, rows, ids, new BitSet());
    }

    /**
     * Documents one behind the other, each ended by the tokenizer's end of text, cut into rows of equal length; what is
     * left over at the end is dropped. A row may hold parts of several documents and belongs to nobody.
     *
     * @param length tokens of a row, at least 2
     */
    public static TextSet packed(String name, List<Document> documents, Tokenizer tokenizer, int length) {
        requireLength(length);
        int[] all = documents.stream()
                .flatMapToInt(document -> Arrays.stream(encode(name, document, tokenizer)))
                .toArray();
        List<Row> rows = new ArrayList<>();
        List<int[]> ids = new ArrayList<>();
        for (int from = 0; from + length <= all.length; from += length) {
            ids.add(Arrays.copyOfRange(all, from, from + length));
            rows.add(new Row(new ExampleId(part(name) + "/" + rows.size()), 0, 0, Optional.empty()));
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + name + "' has " + all.length + " tokens, fewer than the " + length + " of one row");
        }
        return new TextSet(name, tokenizer, rows, ids, new BitSet());
    }

    /**
     * The same texts, some of which no rule predicts any more, so that a model can only learn them by heart: a prompt goes
     * on like that of another text, and a text without prompt is as many tokens drawn from all texts. They are known as
     * {@linkplain KnownMislabels mislabelled}.
     *
     * @param selected rows of the canaries
     * @see "Du et al., Textual Unlearning Gives a False Sense of Unlearning, ICML 2025, on audits with mislabelled texts"
     */
    public TextSet withCanaries(int[] selected, Seed seed) {
        List<int[]> ids = new ArrayList<>();
        for (int row = 0; row < size(); row++) {
            ids.add(tokens(row));
        }
        BitSet marked = (BitSet) canaries.clone();
        for (int row : selected) {
            RandomGenerator random = seed.derive("canary", row).random();
            ids.set(row, rows.get(row).prompt > 0 ? continuedAsAnother(row, random) : drawn(row, random));
            marked.set(row);
        }
        return new TextSet(name, tokenizer, rows, ids, marked);
    }

    private int[] continuedAsAnother(int row, RandomGenerator random) {
        int[] own = afterPrompt(row);
        int[] others = IntStream.range(0, size())
                .filter(other -> rows.get(other).prompt > 0 && !Arrays.equals(afterPrompt(other), own))
                .toArray();
        if (others.length == 0) {
            throw new IllegalArgumentException("'" + name + "': all prompts go on as that of example " + id(row)
                    + " does, so that no other continuation can take its place");
        }
        int[] other = afterPrompt(others[random.nextInt(others.length)]);
        int[] joined = Arrays.copyOf(promptTokens(row), rows.get(row).prompt + other.length);
        System.arraycopy(other, 0, joined, rows.get(row).prompt, other.length);
        return joined;
    }

    private int[] drawn(int row, RandomGenerator random) {
        int end = tokenizer.endOfText().orElse(-1);
        int[] words = Arrays.stream(tokens).filter(id -> id != end).toArray();
        return Arrays.stream(tokens(row))
                .map(id -> id == end ? end : words[random.nextInt(words.length)])
                .toArray();
    }

    private int[] afterPrompt(int row) {
        return Arrays.copyOfRange(tokens, starts[row] + rows.get(row).prompt, starts[row + 1]);
    }

    @Override
    public boolean mislabelled(int row) {
        return canaries.get(row);
    }

    private static void requireLength(int length) {
        if (length < 2) {
            throw new IllegalArgumentException(
                    "A row needs two tokens, one to see and one to predict, but length is " + length);
        }
    }

    private static String part(String name) {
        return name.substring(name.lastIndexOf(' ') + 1);
    }

    private static ExampleId numbered(ExampleId id, int piece) {
        return piece == 1 ? id : new ExampleId(id + "#" + piece);
    }

    private static String place(String name, Document document) {
        return "'" + name + "': example " + document.id();
    }

    /** The ids of a document with its end. */
    private static int[] encode(String name, Document document, Tokenizer tokenizer) {
        int[] ids = tokenizer.encode(document.text());
        if (document.continuation().isBlank() || ids.length == 0) {
            throw new IllegalArgumentException(place(name, document) + " is empty"
                    + (document.prompt().isEmpty() ? "" : " behind its prompt") + "; expected a text to learn");
        }
        for (int id : ids) {
            if (id < 0 || id >= tokenizer.size()) {
                throw new IllegalArgumentException(place(name, document) + " has token id " + id
                        + ", but the tokenizer says its ids are 0…" + (tokenizer.size() - 1));
            }
        }
        if (tokenizer.endOfText().isPresent()) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = tokenizer.endOfText().getAsInt();
        }
        if (ids.length < 2) {
            throw new IllegalArgumentException(place(name, document) + " is a single token, '" + document.text()
                    + "', with nothing to predict; the tokenizer has no end of text");
        }
        return ids;
    }

    /** The number of tokens of a prompt alone, which must be the first ones of the whole. */
    private static int promptLength(Document document, int[] all, Tokenizer tokenizer) {
        int[] prompt = tokenizer.encode(document.prompt());
        if (Arrays.mismatch(prompt, 0, prompt.length, all, 0, Math.min(all.length, prompt.length)) >= 0) {
            throw new IllegalArgumentException("Example " + document.id() + ": a token reaches from its prompt, which"
                    + " ends in '" + end(document.prompt()) + "', into what follows, '" + start(document.continuation())
                    + "'; let the blank or line break between them open what follows");
        }
        return prompt.length;
    }

    private static String end(String text) {
        return text.substring(Math.max(0, text.length() - 12));
    }

    private static String start(String text) {
        return text.substring(0, Math.min(12, text.length()));
    }

    /**
     * The texts behind a row of any data set of texts, views included.
     *
     * @throws IllegalArgumentException if the data set cannot say what its tokens mean
     */
    public static TextSet behind(Dataset data, int row) {
        if (data.origin(row).dataset() instanceof TextSet texts) {
            return texts;
        }
        throw new IllegalArgumentException(
                "'" + data.name() + "' cannot say what its tokens mean; texts come as a TextSet");
    }

    /** What turns the texts into ids. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** All token ids of a row, with the end of text. */
    public int[] tokens(int row) {
        return Arrays.copyOfRange(tokens, starts[row], starts[Objects.checkIndex(row, size()) + 1]);
    }

    /** The first ids of a row, those of its prompt. */
    public int[] promptTokens(int row) {
        return Arrays.copyOfRange(tokens, starts[row], starts[row] + rows.get(row).prompt);
    }

    @Override
    public String text(int row) {
        return tokenizer.decode(tokens(row));
    }

    /** The beginning of a row's text that a model is given when it is asked to go on; may be empty. */
    public String prompt(int row) {
        return tokenizer.decode(promptTokens(row));
    }

    /** What follows the prompt; the whole text where there is none. */
    public String continuation(int row) {
        return tokenizer.decode(Arrays.copyOfRange(tokens, starts[row] + rows.get(row).prompt, starts[row + 1]));
    }

    /** A row as it was before it became tokens, as far as these say; a piece of a document stands for itself. */
    public Document document(int row) {
        Row known = rows.get(row);
        int[] rest = Arrays.copyOfRange(tokens, starts[row] + known.prompt, starts[row + 1]);
        boolean ended = tokenizer.endOfText().isPresent()
                && rest[rest.length - 1] == tokenizer.endOfText().getAsInt();
        return new Document(
                known.id,
                prompt(row),
                tokenizer.decode(ended ? Arrays.copyOf(rest, rest.length - 1) : rest),
                known.ignored < known.prompt,
                known.subject);
    }

    /**
     * A row as a document that becomes the same tokens again.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Document exactDocument(int row) {
        Document document = document(row);
        if (!Arrays.equals(encode(name, document, tokenizer), tokens(row))) {
            throw new IllegalArgumentException(
                    "Example " + document.id() + " of '" + name + "' cannot be told as text, for its"
                            + " tokenizer changes what it reads; use byte-pairs or bytes");
        }
        return document;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public List<String> classes() {
        return CLASSES;
    }

    @Override
    public int outputs() {
        return tokenizer.size();
    }

    @Override
    public ExampleId id(int row) {
        return rows.get(row).id;
    }

    @Override
    public int label(int row) {
        Objects.checkIndex(row, size());
        return 0;
    }

    @Override
    public Optional<String> subject(int row) {
        return rows.get(row).subject;
    }

    /** SHA-256 over the tokenizer's digest, the number of tokens that are not learned and the ids, 32 bits each. */
    @Override
    public String digest(int row) {
        int[] ids = tokens(row);
        ByteBuffer bytes = ByteBuffer.allocate(4 * (ids.length + 1)).putInt(rows.get(row).ignored);
        for (int id : ids) {
            bytes.putInt(id);
        }
        MessageDigest hasher = Digest.hasher();
        hasher.update(tokenizer.digest().getBytes(StandardCharsets.UTF_8));
        return Digest.hex(hasher.digest(bytes.array()));
    }

    /** The number of inputs of the longest row. */
    @Override
    public long[] shape() {
        return new long[] {longest};
    }

    @Override
    public Tensor inputs(int[] selected) {
        int width = width(selected);
        long[] ids = new long[selected.length * width];
        for (int i = 0; i < selected.length; i++) {
            int start = starts[selected[i]];
            for (int t = 0; t < length(selected[i]); t++) {
                ids[i * width + t] = tokens[start + t];
            }
        }
        return Tensor.of(ids).reshape(selected.length, width);
    }

    @Override
    public Tensor labels(int[] selected) {
        int width = width(selected);
        long[] labels = new long[selected.length * width];
        Arrays.fill(labels, Tensor.IGNORED_LABEL);
        for (int i = 0; i < selected.length; i++) {
            int start = starts[selected[i]];
            int first = Math.max(0, rows.get(selected[i]).ignored - 1); // the last of the prompt predicts what follows
            for (int t = first; t < length(selected[i]); t++) {
                labels[i * width + t] = tokens[start + t + 1];
            }
        }
        return Tensor.of(labels).reshape(selected.length, width);
    }

    /** The number of inputs of a row. */
    private int length(int row) {
        return starts[row + 1] - starts[row] - 1;
    }

    private int width(int[] selected) {
        int width = 0;
        for (int row : selected) {
            width = Math.max(width, length(row));
        }
        return width;
    }
}
