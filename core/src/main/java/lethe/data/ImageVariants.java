package lethe.data;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import lethe.catalog.Require;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** Changed versions of images, as a data set of their own. Labels and subjects stay those of the images. */
public final class ImageVariants {
    private ImageVariants() {}

    /**
     * One version of each image.
     *
     * @param images of shape (C, H, W) with values in [0, 1]
     * @param edits how each is changed
     * @param infix between the image's id and the number of its version, such as {@code "~copy-"}
     * @param numbers of the versions, by row; equal image, edit and number give the same version
     */
    public static Dataset of(Dataset images, List<ImageEdit> edits, String infix, int[] numbers, Seed seed) {
        long[] shape = images.shape();
        Require.that(
                shape.length == 3 && (shape[0] == 1 || shape[0] == 3),
                "'" + images.name() + "' holds no images of one or three channels, and only images can be edited");
        int channels = (int) shape[0];
        int height = (int) shape[1];
        int width = (int) shape[2];
        int volume = channels * height * width;
        int[] labels = new int[images.size()];
        try (Scope scope = Scope.open(Device.cpu())) {
            Tensor pixels = Tensor.zeroBytes(images.size(), height, width, channels);
            for (int row = 0; row < labels.length; row++) {
                labels[row] = images.label(row);
                RandomGenerator random = seed.derive(images.id(row).value(), numbers[row])
                        .derive(edits.get(row).name())
                        .random();
                float[] changed = edits.get(row).apply(floats(images, row), height, width, random);
                pixels.writeBytes((long) row * volume, bytes(changed, channels));
            }
            return new ImageSet(
                    images.name() + " variants",
                    images.classes(),
                    pixels,
                    labels,
                    row -> new ExampleId(images.id(row) + infix + numbers[row]),
                    images::subject);
        }
    }

    /** How an edit is called in a manifest. */
    static String kind(ImageEdit edit) {
        return edit.name().toLowerCase(Locale.ROOT);
    }

    private static float[] floats(Dataset images, int row) {
        try (Scope scope = Scope.open(Device.cpu())) {
            return images.inputs(new int[] {row}).contiguous().toFloats(); // (1, C, H, W)
        }
    }

    private static byte[] bytes(float[] image, int channels) {
        int area = image.length / channels;
        byte[] bytes = new byte[image.length];
        for (int channel = 0; channel < channels; channel++) {
            for (int at = 0; at < area; at++) {
                long level = Math.round(255.0 * image[channel * area + at]);
                bytes[at * channels + channel] = (byte) Math.max(0, Math.min(255, level));
            }
        }
        return bytes;
    }
}
