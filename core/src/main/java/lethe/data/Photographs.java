package lethe.data;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/** Decodes picture files of any size into equal squares. */
final class Photographs {
    private static final long MAX_FILE_BYTES = 64L << 20;
    private static final long MAX_PIXELS = 64L << 20;

    private Photographs() {}

    /** The largest centred square of each picture, scaled to {@code side}; bytes {@code (N, side, side, 3)}. */
    static Tensor read(List<Path> files, int side) {
        try (Scope scope = Scope.open()) {
            Tensor pixels = Tensor.zeroBytes(files.size(), side, side, 3);
            int bytes = side * side * 3;
            IntStream.range(0, files.size())
                    .parallel()
                    .forEach(row -> pixels.writeBytes((long) row * bytes, square(decode(files.get(row)), side)));
            return scope.keep(pixels);
        }
    }

    private static BufferedImage decode(Path file) {
        try {
            long length = Files.size(file);
            if (length == 0 || length > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(
                        file + " has " + length + " bytes, expected a picture of 1…" + MAX_FILE_BYTES + " bytes");
            }
            try (ImageInputStream in =
                    new MemoryCacheImageInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
                if (!readers.hasNext()) {
                    throw new IllegalArgumentException(file + " is no picture; expected PNG or JPEG");
                }
                ImageReader reader = readers.next();
                try {
                    reader.setInput(in, true, true);
                    long claimed = (long) reader.getWidth(0) * reader.getHeight(0);
                    if (claimed <= 0 || claimed > MAX_PIXELS) {
                        throw new IllegalArgumentException(file + " claims " + reader.getWidth(0) + "×"
                                + reader.getHeight(0) + " pixels, expected at most " + MAX_PIXELS + " in all");
                    }
                    List<String> warnings = new ArrayList<>();
                    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                    BufferedImage image = reader.read(0);
                    // The JPEG decoder fills what is missing with grey and only warns.
                    if (warnings.stream().anyMatch(warning -> warning.startsWith("Truncated File"))) {
                        throw new IllegalArgumentException(file + " is truncated: " + warnings.get(0));
                    }
                    return image;
                } finally {
                    reader.dispose();
                }
            }
        } catch (java.nio.file.FileSystemException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            // Decoders report damage in all these ways.
            throw new IllegalArgumentException(file + " is damaged or of an unsupported kind: " + e.getMessage(), e);
        }
    }

    /**
     * Scales by averaging over the area that each new pixel covers; small pictures are scaled up by interpolation
     * between pixel centres.
     */
    private static byte[] square(BufferedImage image, int side) {
        int size = Math.min(image.getWidth(), image.getHeight());
        int left = (image.getWidth() - size) / 2;
        int top = (image.getHeight() - size) / 2;
        float[][] weights = weights(size, side);
        float[] narrow = new float[size * side * 3]; // rows of the original, columns of the result
        for (int y = 0; y < size; y++) {
            int[] rgb = colours(image, left, top + y, size);
            for (int x = 0; x < side; x++) {
                float[] weight = weights[x];
                int from = (int) weight[0];
                for (int k = 1; k < weight.length; k++) {
                    int colour = rgb[from + k - 1];
                    int at = (y * side + x) * 3;
                    narrow[at] += weight[k] * (colour >> 16 & 0xFF);
                    narrow[at + 1] += weight[k] * (colour >> 8 & 0xFF);
                    narrow[at + 2] += weight[k] * (colour & 0xFF);
                }
            }
        }
        byte[] result = new byte[side * side * 3];
        for (int y = 0; y < side; y++) {
            float[] weight = weights[y];
            int from = (int) weight[0];
            for (int at = 0; at < side * 3; at++) {
                float sum = 0;
                for (int k = 1; k < weight.length; k++) {
                    sum += weight[k] * narrow[(from + k - 1) * side * 3 + at];
                }
                result[y * side * 3 + at] = (byte) Math.round(Math.max(0, Math.min(255, sum)));
            }
        }
        return result;
    }

    /** For each new pixel the first old one it takes from, then the shares of that and the following ones. */
    private static float[][] weights(int size, int side) {
        float[][] weights = new float[side][];
        double scale = (double) size / side;
        for (int i = 0; i < side; i++) {
            if (scale >= 1) {
                double begin = i * scale;
                double end = Math.min(size, (i + 1) * scale);
                int first = (int) begin;
                int last = (int) Math.min(size, Math.ceil(end - 1e-9));
                weights[i] = new float[1 + last - first];
                weights[i][0] = first;
                for (int k = first; k < last; k++) {
                    weights[i][1 + k - first] = (float) ((Math.min(end, k + 1) - Math.max(begin, k)) / (end - begin));
                }
            } else {
                double centre = Math.max(0, Math.min(size - 1, (i + 0.5) * scale - 0.5));
                int first = (int) Math.min(Math.max(0, size - 2), Math.floor(centre));
                float share = (float) (centre - first);
                weights[i] = size == 1 ? new float[] {0, 1} : new float[] {first, 1 - share, share};
            }
        }
        return weights;
    }

    /** One row as packed red, green, blue; transparent pixels show black behind them. */
    private static int[] colours(BufferedImage image, int x, int y, int width) {
        boolean plainGrey = image.getColorModel() instanceof ComponentColorModel model
                && model.getNumComponents() == 1
                && model.getTransferType() == DataBuffer.TYPE_BYTE;
        int[] rgb = new int[width];
        if (plainGrey) {
            // getRGB would take the grey values for linear light and brighten them.
            int[] grey = image.getRaster().getSamples(x, y, width, 1, 0, new int[width]);
            for (int i = 0; i < width; i++) {
                rgb[i] = grey[i] * 0x010101;
            }
            return rgb;
        }
        image.getRGB(x, y, width, 1, rgb, 0, width);
        for (int i = 0; i < width; i++) {
            int alpha = rgb[i] >>> 24;
            if (alpha != 255) {
                int red = (rgb[i] >> 16 & 0xFF) * alpha / 255;
                int green = (rgb[i] >> 8 & 0xFF) * alpha / 255;
                int blue = (rgb[i] & 0xFF) * alpha / 255;
                rgb[i] = red << 16 | green << 8 | blue;
            }
        }
        return rgb;
    }
}
