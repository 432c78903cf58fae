package lethe.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.data.Batch;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * One pass over some sources in random order, as batches that can be asked for by number: batch 7 is the same whether
 * or not batches 0 to 6 were ever made.
 */
public final class Batches {
    private final List<Source> sources;
    private final int[] firstRows;
    private final int[] order;
    private final int size;
    private final Seed seed;

    private Batches(List<Source> sources, int size, Seed seed) {
        this.sources = List.copyOf(sources);
        this.firstRows = new int[sources.size() + 1];
        for (int i = 0; i < sources.size(); i++) {
            firstRows[i + 1] = Math.addExact(firstRows[i], sources.get(i).data().size());
        }
        this.order = seed.derive("shuffle").permutation(firstRows[sources.size()]);
        this.size = size;
        this.seed = seed;
    }

    /** All examples of {@code sources} together, shuffled; each keeps the augmentation of its source. */
    public static Batches shuffled(int size, Seed seed, Source... sources) {
        return new Batches(Arrays.asList(sources), size, seed);
    }

    /**
     * How many batches there are. Examples that do not fill a batch form a smaller last one; a single left-over example
     * joins the one before, because batch normalisation cannot learn from one example.
     */
    public int count() {
        int full = order.length / size;
        return order.length % size > 1 || full == 0 ? full + 1 : full;
    }

    /** How many examples batch {@code index} has. */
    public int size(int index) {
        int from = index * size;
        return index == count() - 1 ? order.length - from : size;
    }

    /** The examples of batch {@code index}, augmented; rows count through the sources in order. */
    public Batch batch(int index) {
        int from = index * size;
        int[] rows = Arrays.copyOfRange(order, from, from + size(index));
        if (sources.size() == 1) {
            return augmented(0, rows, index);
        }
        List<Tensor> inputs = new ArrayList<>();
        List<Tensor> labels = new ArrayList<>();
        int[] grouped = new int[rows.length];
        int next = 0;
        for (int source = 0; source < sources.size(); source++) {
            int first = firstRows[source];
            int last = firstRows[source + 1];
            int[] own = Arrays.stream(rows)
                    .filter(row -> row >= first && row < last)
                    .map(row -> row - first)
                    .toArray();
            if (own.length > 0) {
                Batch part = augmented(source, own, index);
                inputs.add(part.inputs());
                labels.add(part.labels());
                for (int row : own) {
                    grouped[next++] = row + first;
                }
            }
        }
        return new Batch(Tensor.concat(inputs, 0), Tensor.concat(labels, 0), grouped);
    }

    private Batch augmented(int source, int[] rows, int index) {
        Batch plain = sources.get(source).data().batch(rows);
        return plain.withInputs(
                sources.get(source).augmentation().apply(plain.inputs(), seed.derive("augment", index, source)));
    }
}
