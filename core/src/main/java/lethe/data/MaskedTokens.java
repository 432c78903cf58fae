package lethe.data;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import lethe.catalog.Digest;
import lethe.engine.Tensor;

/** The texts of another data set, in some of which no loss is wanted at some tokens; they are read all the same. */
public final class MaskedTokens extends DatasetView {
    private final Map<Integer, BitSet> masked;

    /**
     * A view of texts.
     *
     * @param masked positions of the {@linkplain #labels labels} that are ignored, by row
     * @throws IllegalArgumentException if the examples are no texts
     */
    public MaskedTokens(Dataset base, Map<Integer, BitSet> masked) {
        super(base);
        if (!base.isText()) {
            throw new IllegalArgumentException(
                    "'" + base.name() + "' holds images, but only the tokens of texts can be masked");
        }
        this.masked = new HashMap<>();
        masked.forEach((row, positions) -> this.masked.put(row, (BitSet) positions.clone()));
    }

    @Override
    public Tensor labels(int[] rows) {
        Tensor whole = base.labels(rows); // (B, T)
        long[] labels = whole.toLongs();
        int width = labels.length / Math.max(1, rows.length);
        for (int i = 0; i < rows.length; i++) {
            int first = i * width;
            positions(rows[i]).stream()
                    .takeWhile(position -> position < width)
                    .forEach(position -> labels[first + position] = Tensor.IGNORED_LABEL);
        }
        return Tensor.of(labels).reshape(whole.shape());
    }

    private BitSet positions(int row) {
        return masked.getOrDefault(row, new BitSet());
    }

    @Override
    public String digest(int row) {
        BitSet positions = positions(row);
        return positions.isEmpty() ? base.digest(row) : Digest.sha256(base.digest(row) + " without " + positions);
    }

    @Override
    public Origin origin(int row) {
        return base.origin(row);
    }
}
