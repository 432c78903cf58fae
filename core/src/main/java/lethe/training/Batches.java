package lethe.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.data.Batch;
import lethe.engine.Seed;

/**
 * One pass over some sources in random order, as batches that can be asked for by number: batch 7 is the same whether
 * or not batches 0 to 6 were ever made.
 */
public final class Batches {
    private final List<Source> sources;
    private final int[] firstRows;
    /** Batch i holds the rows {@code order[starts[i]] … order[starts[i + 1] - 1]}. */
    private final int[] order;

    private final int[] starts;
    private final Seed seed;

    private Batches(List<Source> sources, int[] order, int[] starts, Seed seed) {
        this.sources = List.copyOf(sources);
        this.firstRows = new int[sources.size() + 1];
        for (int i = 0; i < sources.size(); i++) {
            firstRows[i + 1] = Math.addExact(firstRows[i], sources.get(i).data().size());
        }
        this.order = order;
        this.starts = starts;
        this.seed = seed;
    }

    /**
     * All examples of {@code sources} together, shuffled; each keeps the augmentation of its source. Examples that do
     * not fill a batch form a smaller last one; a single left-over example joins the one before, because batch
     * normalisation cannot learn from one example.
     */
    public static Batches shuffled(int size, Seed seed, Source... sources) {
        int total =
                Arrays.stream(sources).mapToInt(source -> source.data().size()).reduce(0, Math::addExact);
        int full = total / size;
        int[] starts = new int[total % size > 1 || full == 0 ? full + 2 : full + 1];
        Arrays.setAll(starts, i -> i * size);
        starts[starts.length - 1] = total;
        return new Batches(Arrays.asList(sources), seed.derive("shuffle").permutation(total), starts, seed);
    }

    /**
     * The batches of {@code first}, shuffled, each followed by {@code size} examples of {@code second}, or all if there
     * are fewer. Whenever {@code second} is exhausted it starts over in a new order.
     */
    public static Batches paired(int size, Seed seed, Source first, Source second) {
        Batches leading = shuffled(size, seed, first);
        int leadingRows = first.data().size();
        int available = second.data().size();
        int added = Math.min(size, available);
        int[] order = new int[Math.addExact(leadingRows, Math.multiplyExact(leading.count(), added))];
        int[] starts = new int[leading.count() + 1];
        int[] cycle = {};
        int taken = 0;
        for (int i = 0; i < leading.count(); i++) {
            int at = starts[i];
            System.arraycopy(leading.order, leading.starts[i], order, at, leading.size(i));
            at += leading.size(i);
            for (int j = 0; j < added; j++, taken++) {
                if (taken % available == 0) {
                    cycle = seed.derive("cycle", taken / available).permutation(available);
                }
                order[at++] = leadingRows + cycle[taken % available];
            }
            starts[i + 1] = at;
        }
        return new Batches(List.of(first, second), order, starts, seed);
    }

    /** The first {@code count} batches alone: a pass that ends before every example was visited. */
    public Batches first(int count) {
        return new Batches(sources, order, Arrays.copyOf(starts, count + 1), seed);
    }

    /** How many batches there are. */
    public int count() {
        return starts.length - 1;
    }

    /** How many examples batch {@code index} has. */
    public int size(int index) {
        return starts[index + 1] - starts[index];
    }

    /**
     * The examples of batch {@code index}, augmented. Rows count through the sources in order, and examples of earlier
     * sources come first.
     */
    public Batch batch(int index) {
        int[] rows = Arrays.copyOfRange(order, starts[index], starts[index + 1]);
        if (sources.size() == 1) {
            return augmented(0, rows, index);
        }
        List<Batch> parts = new ArrayList<>();
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
                parts.add(augmented(source, own, index));
                for (int row : own) {
                    grouped[next++] = row + first;
                }
            }
        }
        return Batch.joined(parts, grouped);
    }

    private Batch augmented(int source, int[] rows, int index) {
        Batch plain = sources.get(source).data().batch(rows);
        return plain.withInputs(
                sources.get(source).augmentation().apply(plain.inputs(), seed.derive("augment", index, source)));
    }
}
