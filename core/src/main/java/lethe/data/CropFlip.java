package lethe.data;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * The usual augmentation of small photographs (He et al., 2015): each image is mirrored with probability ½, padded on
 * all sides, and cut back to its size at a uniformly random place.
 *
 * <p>One image row is a run of {@code W·C} numbers wherever the cut starts. So all such runs of the padded batch, which
 * overlap, are one strided view, and the whole batch is cut by a single selection from it.
 *
 * @param pad pixels added on each side
 * @param reflect whether the border is the image mirrored at its edge, or black
 */
@Named("crop-flip")
@AutoService(Augmentation.class)
public record CropFlip(int pad, boolean reflect) implements Augmentation {
    public CropFlip {
        Require.that(pad >= 0, "pad must not be negative, but is " + pad);
    }

    /** Four black pixels, as in the ResNet paper. */
    public CropFlip() {
        this(4, false);
    }

    @Override
    public Tensor apply(Tensor images, Seed seed) {
        int count = (int) images.size(0);
        int height = (int) images.size(2);
        int width = (int) images.size(3);
        Require.that(
                !reflect || pad < Math.min(height, width),
                "pad must be smaller than the image to reflect it, but is " + pad + " for " + height + "×" + width);
        Choices choices = Choices.draw(count, pad, seed);
        try (Scope scope = Scope.open()) {
            Tensor pixels = images.permute(0, 2, 3, 1); // (B, H, W, C)
            Tensor padded = reflect ? reflected(pixels, choices) : bordered(pixels, choices);
            int paddedHeight = height + 2 * pad;
            int paddedWidth = width + 2 * pad;
            int[] starts = new int[count * height];
            for (int i = 0; i < count; i++) {
                int corner = (choices.place[i] * paddedHeight + choices.top[i]) * paddedWidth + choices.left[i];
                for (int y = 0; y < height; y++) {
                    starts[i * height + y] = corner + y * paddedWidth;
                }
            }
            long channels = images.size(1);
            Tensor runs = padded.flatten(0).unfold(0, width * channels, channels); // one per padded pixel
            Tensor cut = runs.indexSelect(0, Tensor.ofInts(starts)); // (B·H, W·C)
            return scope.keep(cut.reshape(count, height, width, channels).permute(0, 3, 1, 2));
        }
    }

    /** The batch with a black border, those to be mirrored last. */
    private Tensor bordered(Tensor pixels, Choices choices) {
        long height = pixels.size(1);
        long width = pixels.size(2);
        Tensor padded = Tensor.zeros(pixels.size(0), height + 2L * pad, width + 2L * pad, pixels.size(3))
                .like(pixels);
        Tensor inside = padded.narrow(1, pad, height).narrow(2, pad, width);
        int plain = choices.plain.length;
        int mirrored = choices.mirrored.length;
        inside.narrow(0, 0, plain).copyInPlace(pixels.indexSelect(0, Tensor.ofInts(choices.plain)));
        inside.narrow(0, plain, mirrored)
                .copyInPlace(
                        pixels.indexSelect(0, Tensor.ofInts(choices.mirrored)).flip(2));
        return padded;
    }

    /** The batch with mirrored borders, those to be mirrored last. */
    private Tensor reflected(Tensor pixels, Choices choices) {
        Tensor rows = Tensor.of(mirrorIndices((int) pixels.size(1), pad));
        Tensor columns = Tensor.of(mirrorIndices((int) pixels.size(2), pad));
        return Tensor.concat(
                        List.of(
                                pixels.indexSelect(0, Tensor.ofInts(choices.plain))
                                        .indexSelect(2, columns),
                                pixels.indexSelect(0, Tensor.ofInts(choices.mirrored))
                                        .indexSelect(2, columns.flip(0))),
                        0)
                .indexSelect(1, rows)
                .contiguous();
    }

    /** Where each of {@code length + 2·pad} places looks in {@code 0 … length - 1}; the edge itself is not repeated. */
    private static long[] mirrorIndices(int length, int pad) {
        long[] indices = new long[length + 2 * pad];
        for (int i = 0; i < indices.length; i++) {
            int inside = Math.abs(i - pad);
            indices[i] = Math.min(inside, 2 * (length - 1) - inside);
        }
        return indices;
    }

    /**
     * What happens to each image of a batch.
     *
     * @param plain the images that are not mirrored
     * @param mirrored the images that are
     * @param place where each image stands once the plain ones come first
     * @param top the first padded row of each cut
     * @param left the first padded column of each cut
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Choices(int[] plain, int[] mirrored, int[] place, int[] top, int[] left) {
        static Choices draw(int count, int pad, Seed seed) {
            RandomGenerator random = seed.random();
            boolean[] mirror = new boolean[count];
            int[] top = new int[count];
            int[] left = new int[count];
            int mirrors = 0;
            for (int i = 0; i < count; i++) {
                mirror[i] = random.nextBoolean();
                mirrors += mirror[i] ? 1 : 0;
                top[i] = random.nextInt(2 * pad + 1);
                left[i] = random.nextInt(2 * pad + 1);
            }
            int[] plain = new int[count - mirrors];
            int[] mirrored = new int[mirrors];
            int[] place = new int[count];
            for (int i = 0, p = 0, m = 0; i < count; i++) {
                if (mirror[i]) {
                    place[i] = plain.length + m;
                    mirrored[m++] = i;
                } else {
                    place[i] = p;
                    plain[p++] = i;
                }
            }
            return new Choices(plain, mirrored, place, top, left);
        }
    }
}
