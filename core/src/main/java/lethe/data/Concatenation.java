package lethe.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/** The examples of one data set, then those of another of the same form. */
public final class Concatenation implements Dataset {
    private final Dataset first;
    private final Dataset second;

    /**
     * Both one after the other; what is known of look-alikes is what the first knows.
     *
     * @throws IllegalArgumentException if classes or logits differ, or the shapes of images
     */
    public Concatenation(Dataset first, Dataset second) {
        boolean alike = first.isText() && second.isText() || Arrays.equals(first.shape(), second.shape());
        if (!alike || first.outputs() != second.outputs() || !first.classes().equals(second.classes())) {
            throw new IllegalArgumentException("'" + first.name() + "' of shape " + Arrays.toString(first.shape())
                    + " and '" + second.name() + "' of shape " + Arrays.toString(second.shape())
                    + " do not go together; expected equal shapes and classes, or texts in equal tokens");
        }
        this.first = first;
        this.second = second;
    }

    private Dataset part(int row) {
        return row < first.size() ? first : second;
    }

    private int at(int row) {
        return row < first.size() ? row : row - first.size();
    }

    @Override
    public String name() {
        return first.name();
    }

    @Override
    public int size() {
        return first.size() + second.size();
    }

    @Override
    public List<String> classes() {
        return first.classes();
    }

    @Override
    public int outputs() {
        return first.outputs();
    }

    @Override
    public ExampleId id(int row) {
        return part(row).id(at(row));
    }

    @Override
    public int label(int row) {
        return part(row).label(at(row));
    }

    @Override
    public Optional<String> subject(int row) {
        return part(row).subject(at(row));
    }

    @Override
    public String digest(int row) {
        return part(row).digest(at(row));
    }

    @Override
    public long[] shape() {
        return isText() ? new long[] {Math.max(first.shape()[0], second.shape()[0])} : first.shape();
    }

    @Override
    public Optional<KnownLookalikes> knownLookalikes() {
        return first.knownLookalikes();
    }

    @Override
    public Origin origin(int row) {
        return part(row).origin(at(row));
    }

    @Override
    public Tensor inputs(int[] rows) {
        return joined(rows, Dataset::inputs, 0);
    }

    @Override
    public Tensor labels(int[] rows) {
        return isText() ? joined(rows, Dataset::labels, Tensor.IGNORED_LABEL) : Dataset.super.labels(rows);
    }

    /** What both parts say of their rows, in the order of the rows. */
    private Tensor joined(int[] rows, BiFunction<Dataset, int[], Tensor> read, long padding) {
        int[] before = Arrays.stream(rows).filter(row -> row < first.size()).toArray();
        int[] after = Arrays.stream(rows)
                .filter(row -> row >= first.size())
                .map(row -> row - first.size())
                .toArray();
        if (after.length == 0) {
            return read.apply(first, before);
        } else if (before.length == 0) {
            return read.apply(second, after);
        }
        int[] places = new int[rows.length];
        int nextBefore = 0;
        int nextAfter = before.length;
        for (int i = 0; i < rows.length; i++) {
            places[i] = rows[i] < first.size() ? nextBefore++ : nextAfter++;
        }
        try (Scope scope = Scope.open()) {
            Tensor one = read.apply(first, before);
            Tensor other = read.apply(second, after);
            if (isText()) {
                long width = Math.max(one.shape()[1], other.shape()[1]);
                one = widened(one, width, padding);
                other = widened(other, width, padding);
            }
            // Channels go last again, as in both parts: (B, H, W, C) is what is stored.
            return scope.keep(Tensor.concat(List.of(one, other), 0).indexSelect(0, Tensor.ofInts(places)));
        }
    }

    /** Texts (B, T) with something behind them up to a common T. */
    private static Tensor widened(Tensor texts, long width, long padding) {
        long[] shape = texts.shape();
        if (shape[1] == width) {
            return texts;
        }
        long[] behind = new long[Math.toIntExact(shape[0] * (width - shape[1]))];
        Arrays.fill(behind, padding);
        return Tensor.concat(List.of(texts, Tensor.of(behind).reshape(shape[0], width - shape[1])), 1);
    }
}
