package lethe.data;

import java.util.List;
import java.util.Optional;
import lethe.engine.Tensor;

/**
 * The examples of another data set, row by row, of which a subclass changes something: everything it does not override is
 * that of the other. What changes inputs or labels gives digests of its own too.
 */
public abstract class DatasetView implements Dataset {
    /** What this is a view of. */
    protected final Dataset base;

    /** A view of all examples of {@code base}. */
    protected DatasetView(Dataset base) {
        this.base = base;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public int size() {
        return base.size();
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
        return base.id(row);
    }

    @Override
    public int label(int row) {
        return base.label(row);
    }

    @Override
    public Optional<String> subject(int row) {
        return base.subject(row);
    }

    @Override
    public String digest(int row) {
        return base.digest(row);
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
    public Tensor inputs(int[] rows) {
        return base.inputs(rows);
    }
}
