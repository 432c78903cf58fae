package lethe.unlearning;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import lethe.data.ExampleId;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** Texts of random tokens, of different lengths, of which no loss is wanted of the first ones. */
final class Sentences implements ReadDataset {
    static final int TOKENS = 17;
    private static final int PROMPT = 2;
    private static final int SHORTEST = 5;
    private static final int LONGEST = 11;

    private final int[][] texts;
    private final Set<Integer> read = new HashSet<>();

    Sentences(int size, Seed seed) {
        texts = new int[size][];
        for (int row = 0; row < size; row++) {
            RandomGenerator random = seed.derive("text", row).random();
            texts[row] = random.ints(random.nextInt(SHORTEST, LONGEST + 1), 0, TOKENS)
                    .toArray();
        }
    }

    @Override
    public Set<Integer> rowsRead() {
        return read;
    }

    @Override
    public String name() {
        return "sentences";
    }

    @Override
    public int size() {
        return texts.length;
    }

    @Override
    public List<String> classes() {
        return List.of("as it goes on", "otherwise");
    }

    @Override
    public int outputs() {
        return TOKENS;
    }

    @Override
    public ExampleId id(int row) {
        return new ExampleId("sentence/" + row);
    }

    @Override
    public int label(int row) {
        return 0;
    }

    @Override
    public Optional<String> subject(int row) {
        return Optional.empty();
    }

    @Override
    public String digest(int row) {
        return new Fingerprint().add(Arrays.toString(texts[row])).hex();
    }

    @Override
    public long[] shape() {
        return new long[] {LONGEST - 1};
    }

    @Override
    public Tensor inputs(int[] rows) {
        Arrays.stream(rows).forEach(read::add);
        return tokens(rows, 0, 0, 0);
    }

    @Override
    public Tensor labels(int[] rows) {
        return tokens(rows, 1, PROMPT, Tensor.IGNORED_LABEL);
    }

    /** (B, T): tokens from {@code offset} on, {@code fill} where the text has ended and before {@code first}. */
    private Tensor tokens(int[] rows, int offset, int first, int fill) {
        int length = Arrays.stream(rows).map(row -> texts[row].length - 1).max().orElse(0);
        long[] all = new long[rows.length * length];
        Arrays.fill(all, fill);
        for (int i = 0; i < rows.length; i++) {
            int[] text = texts[rows[i]];
            for (int t = Math.max(0, first - offset); t + 1 < text.length; t++) {
                all[i * length + t] = text[t + offset];
            }
        }
        return Tensor.of(all).reshape(rows.length, length);
    }
}
