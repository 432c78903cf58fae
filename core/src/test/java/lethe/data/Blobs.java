package lethe.data;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lethe.engine.Tensor;

/** Small images: a random prototype for each class, and noise. */
public final class Blobs implements Dataset {
    private final int classes;
    private final long[] shape;
    private final int[] labels;
    private final float[] pixels;

    /** Images {@code (channels, side, side)}, as many of each class as fit. */
    public Blobs(int size, int classes, int channels, int side, long seed) {
        this.classes = classes;
        this.shape = new long[] {channels, side, side};
        this.labels = IntStream.range(0, size).map(row -> row % classes).toArray();
        int volume = channels * side * side;
        var random = new SplittableRandom(seed);
        double[] prototypes = random.doubles((long) classes * volume).toArray();
        this.pixels = new float[size * volume];
        for (int i = 0; i < pixels.length; i++) {
            double prototype = prototypes[labels[i / volume] * volume + i % volume];
            pixels[i] = (float) (0.6 * prototype + 0.4 * random.nextDouble());
        }
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
        return IntStream.range(0, classes).mapToObj(k -> "blob" + k).toList();
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
        return Integer.toHexString(row);
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public Tensor inputs(int[] rows) {
        int volume = pixels.length / labels.length;
        float[] chosen = new float[rows.length * volume];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(pixels, rows[i] * volume, chosen, i * volume, volume);
        }
        return Tensor.of(chosen)
                .reshape(rows.length, shape[0], shape[1], shape[2])
                .channelsLast();
    }
}
