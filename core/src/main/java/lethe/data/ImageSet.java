package lethe.data;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import lethe.engine.Device;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * Images of one size, kept as bytes {@code (N, H, W, C)} outside of the Java heap. Any number of threads may read at
 * once.
 */
public final class ImageSet implements Dataset, Pictured, KnownMislabels, AutoCloseable {
    private final String name;
    private final List<String> classes;
    private final Tensor pixels; // (N, H, W, C)
    private final int[] labels;
    private final IntFunction<ExampleId> ids;
    private final IntFunction<Optional<String>> subjects;
    private final BitSet mislabelled;
    private final AtomicReferenceArray<String> digests;
    private final int height;
    private final int width;
    private final int channels;

    /**
     * A data set over pixels that are already there.
     *
     * @param pixels bytes {@code (N, H, W, C)} with one channel (grey) or three (red, green, blue); this data set frees
     *     them
     * @param labels class indices of the N images
     * @param ids gives the same id for the same row, and different ones for different rows
     * @param subjects gives the person a row belongs to
     */
    ImageSet(
            String name,
            List<String> classes,
            Tensor pixels,
            int[] labels,
            IntFunction<ExampleId> ids,
            IntFunction<Optional<String>> subjects) {
        this(name, classes, pixels, labels, ids, subjects, new BitSet());
    }

    /** As above, with the rows whose labels are wrong on purpose. */
    ImageSet(
            String name,
            List<String> classes,
            Tensor pixels,
            int[] labels,
            IntFunction<ExampleId> ids,
            IntFunction<Optional<String>> subjects,
            BitSet mislabelled) {
        long[] shape = pixels.shape();
        if (shape.length != 4 || shape[0] != labels.length || (shape[3] != 1 && shape[3] != 3)) {
            throw new IllegalArgumentException(name + ": pixels " + pixels + " are not (N=" + labels.length
                    + ", H, W, C) with one or three channels");
        }
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0 || labels[row] >= classes.size()) {
                throw new IllegalArgumentException(name + ": example " + ids.apply(row) + " has label " + labels[row]
                        + ", but the " + classes.size() + " classes have labels 0…" + (classes.size() - 1));
            }
        }
        this.name = name;
        this.classes = List.copyOf(classes);
        this.pixels = pixels.retain();
        this.labels = labels.clone();
        this.ids = ids;
        this.subjects = subjects;
        this.mislabelled = (BitSet) mislabelled.clone();
        this.digests = new AtomicReferenceArray<>(labels.length);
        this.height = (int) shape[1];
        this.width = (int) shape[2];
        this.channels = (int) shape[3];
    }

    /** Ids such as {@code train/00012}: the part of the data set and the position in it. */
    static IntFunction<ExampleId> numbered(String part) {
        return row -> {
            String digits = Integer.toString(row);
            return new ExampleId(part + "/" + "0".repeat(Math.max(0, 5 - digits.length())) + digits);
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public ExampleId id(int row) {
        return ids.apply(Objects.checkIndex(row, size()));
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    @Override
    public Optional<String> subject(int row) {
        return subjects.apply(Objects.checkIndex(row, size()));
    }

    @Override
    public boolean mislabelled(int row) {
        return mislabelled.get(row);
    }

    /** SHA-256 over height, width, channels and label as 32-bit big-endian numbers, then the pixels row by row. */
    @Override
    public String digest(int row) {
        String known = digests.get(row);
        if (known == null) {
            MessageDigest sha256 = sha256();
            sha256.update(ByteBuffer.allocate(16)
                    .putInt(height)
                    .putInt(width)
                    .putInt(channels)
                    .putInt(labels[row])
                    .flip());
            known = HexFormat.of().formatHex(sha256.digest(pixels(row)));
            digests.set(row, known); // threads that race store the same text
        }
        return known;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256, this one does not", e);
        }
    }

    @Override
    public long[] shape() {
        return new long[] {channels, height, width};
    }

    @Override
    public Tensor inputs(int[] rows) {
        Device device = Scope.currentDevice();
        try (Scope scope = Scope.open(Device.cpu())) {
            Tensor bytes = pixels.indexSelect(0, Tensor.ofInts(rows)).to(device); // (B, H, W, C)
            return scope.keep(bytes.to(Precision.FP32).mulInPlace(1 / 255.0).permute(0, 3, 1, 2)); // (B, C, H, W)
        }
    }

    /** The bytes of one image: row by row, channels together. */
    public byte[] pixels(int row) {
        int bytes = height * width * channels;
        return pixels.readBytes((long) Objects.checkIndex(row, size()) * bytes, bytes);
    }

    @Override
    public BufferedImage picture(int row) {
        byte[] bytes = pixels(row);
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * channels;
                int red = bytes[at] & 0xFF;
                int green = bytes[channels == 3 ? at + 1 : at] & 0xFF;
                int blue = bytes[channels == 3 ? at + 2 : at] & 0xFF;
                picture.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return picture;
    }

    /** Frees the pixels. */
    @Override
    public void close() {
        pixels.close();
    }

    @Override
    public String toString() {
        return name + " (" + size() + " images " + channels + "×" + height + "×" + width + ", " + classes.size()
                + " classes)";
    }
}
