package lethe.unlearning;

import java.util.List;
import java.util.Optional;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.engine.Tensor;

/** The examples of another data set under other labels. */
final class Relabelled implements Dataset {
    private final Dataset base;
    private final int[] labels;

    Relabelled(Dataset base, int[] labels) {
        this.base = base;
        this.labels = labels.clone();
    }

    @Override
    public String name() {
        return base.name() + " relabelled";
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
    public ExampleId id(int row) {
        return base.id(row);
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    @Override
    public Optional<String> subject(int row) {
        return base.subject(row);
    }

    @Override
    public String digest(int row) {
        return new Fingerprint().add(base.digest(row)).add(labels[row]).hex();
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
