package lethe.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/** The examples of one data set, then those of another of the same form. */
public final class Concatenation implements Dataset {
    private final Dataset first;
    private final Dataset second;

    /**
     * Both one after the other; what is known of look-alikes is what the first knows.
     *
     * @throws IllegalArgumentException if shapes or classes differ
     */
    public Concatenation(Dataset first, Dataset second) {
        if (!Arrays.equals(first.shape(), second.shape()) || !first.classes().equals(second.classes())) {
            throw new IllegalArgumentException("'" + first.name() + "' of shape " + Arrays.toString(first.shape())
                    + " and '" + second.name() + "' of shape " + Arrays.toString(second.shape())
                    + " do not go together; expected equal shapes and classes");
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
        return first.shape();
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
        int[] before = Arrays.stream(rows).filter(row -> row < first.size()).toArray();
        int[] after = Arrays.stream(rows)
                .filter(row -> row >= first.size())
                .map(row -> row - first.size())
                .toArray();
        if (after.length == 0) {
            return first.inputs(before);
        } else if (before.length == 0) {
            return second.inputs(after);
        }
        int[] places = new int[rows.length];
        int nextBefore = 0;
        int nextAfter = before.length;
        for (int i = 0; i < rows.length; i++) {
            places[i] = rows[i] < first.size() ? nextBefore++ : nextAfter++;
        }
        try (Scope scope = Scope.open()) {
            Tensor apart = Tensor.concat(List.of(first.inputs(before), second.inputs(after)), 0);
            // Channels go last again, as in both parts: (B, H, W, C) is what is stored.
            return scope.keep(apart.indexSelect(0, Tensor.ofInts(places)));
        }
    }
}
