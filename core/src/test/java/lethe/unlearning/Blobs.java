package lethe.unlearning;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import lethe.data.ExampleId;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** Noisy copies of one random pattern per class, in [0, 1]; remembers which rows were read. */
final class Blobs implements ReadDataset {
    private final long[] shape;
    private final int[] labels;
    private final int classes;
    private final float[][] values;
    private final Set<Integer> read = new HashSet<>();

    Blobs(int size, int classes, double noise, Seed seed, long... shape) {
        this.shape = shape.clone();
        this.classes = classes;
        this.labels = IntStream.range(0, size).map(row -> row % classes).toArray();
        this.values = new float[size][];
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            // The patterns are the same for every seed, so that sets of different seeds are alike.
            Tensor patterns = Seed.of(0).uniform(0.2, 0.8, classes, elements());
            for (int row = 0; row < size; row++) {
                Tensor pattern = patterns.narrow(0, labels[row], 1);
                Tensor added = seed.derive("noise", row).normal(noise, 1, elements());
                values[row] = pattern.add(added).clamp(0, 1).toFloats();
            }
        }
    }

    static Blobs of(int size, Seed seed, long... shape) {
        return new Blobs(size, 4, 0.25, seed, shape);
    }

    @Override
    public Set<Integer> rowsRead() {
        return read;
    }

    private int elements() {
        return (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    @Override
    public String name() {
        return "blobs";
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<String> classes() {
        return IntStream.range(0, classes).mapToObj(k -> "class" + k).toList();
    }

    @Override
    public ExampleId id(int row) {
        return new ExampleId("blob/" + row);
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    @Override
    public Optional<String> subject(int row) {
        return Optional.empty();
    }

    @Override
    public String digest(int row) {
        return new Fingerprint().add(values[row]).add(labels[row]).hex();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public Tensor inputs(int[] rows) {
        Arrays.stream(rows).forEach(read::add);
        float[] all = new float[rows.length * elements()];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values[rows[i]], 0, all, i * elements(), elements());
        }
        long[] batched = new long[shape.length + 1];
        batched[0] = rows.length;
        System.arraycopy(shape, 0, batched, 1, shape.length);
        Tensor made = Tensor.of(all).reshape(batched);
        return shape.length == 3 ? made.channelsLast() : made;
    }
}
