package lethe.unlearning;

import lethe.data.Dataset;
import lethe.data.DatasetView;

/** The examples of another data set under other labels. */
final class Relabelled extends DatasetView {
    private final int[] labels;

    Relabelled(Dataset base, int[] labels) {
        super(base);
        this.labels = labels.clone();
    }

    @Override
    public String name() {
        return base.name() + " relabelled";
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    @Override
    public String digest(int row) {
        return new Fingerprint().add(base.digest(row)).add(labels[row]).hex();
    }
}
