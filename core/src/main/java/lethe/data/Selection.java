package lethe.data;

import java.util.List;
import java.util.Optional;
import lethe.engine.Tensor;

/** A view of some rows of another data set. */
final class Selection implements Dataset {
    private final Dataset base;
    private final int[] rows;

    Selection(Dataset base, int[] rows) {
        for (int row : rows) {
            if (row < 0 || row >= base.size()) {
                throw new IllegalArgumentException(
                        "Row " + row + " is not in '" + base.name() + "', which has rows 0…" + (base.size() - 1));
            }
        }
        this.base = base;
        this.rows = rows.clone();
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public List<String> classes() {
        return base.classes();
    }

    @Override
    public int outputs() {
        return base.outputs();
    }

    @Override
    public ExampleId id(int row) {
        return base.id(rows[row]);
    }

    @Override
    public int label(int row) {
        return base.label(rows[row]);
    }

    @Override
    public Optional<String> subject(int row) {
        return base.subject(rows[row]);
    }

    @Override
    public String digest(int row) {
        return base.digest(rows[row]);
    }

    @Override
    public Optional<KnownLookalikes> knownLookalikes() {
        return base.knownLookalikes();
    }

    @Override
    public long[] shape() {
        return base.shape();
    }

    @Override
    public Tensor inputs(int[] selected) {
        return base.inputs(inBase(selected));
    }

    @Override
    public Tensor labels(int[] selected) {
        return base.labels(inBase(selected));
    }

    @Override
    public Origin origin(int row) {
        return base.origin(rows[row]);
    }

    @Override
    public Dataset select(int[] selected) {
        return new Selection(base, inBase(selected));
    }

    private int[] inBase(int[] selected) {
        int[] mapped = new int[selected.length];
        for (int i = 0; i < selected.length; i++) {
            mapped[i] = rows[selected[i]];
        }
        return mapped;
    }
}
