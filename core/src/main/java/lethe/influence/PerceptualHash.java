package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.models.Model;

/**
 * Images whose coarse grey structure agrees, as they are or mirrored along either axis. Two hashes of 64 bits propose
 * pairs, if either differs in few bits:
 *
 * <pre>
 *   dHash  9×8 grey values: whether each is darker than its right neighbour
 *   pHash  32×32 grey values: whether each of the 8×8 lowest frequencies of their cosine transform, the mean left out,
 *          exceeds the median of these
 * </pre>
 *
 * <p>Hashes of small images collide, so a pair is confirmed by its pixels: the score is the largest cosine, each image
 * less its mean, over the mirrored versions that were proposed and over shifts of up to two pixels along each axis, where
 * both overlap. It is undefined for pairs that neither hash proposes, and they are not reported; nor are pairs whose
 * averages over a grid of 8×8 have a cosine more than 0.3 below the lowest of interest, which spares most shifts.
 *
 * @param bits the most bits in which a hash may differ, of 64
 * @param threshold cosine that confirms
 */
@Named("perceptual-hash")
@AutoService(SimilarityDetector.class)
public record PerceptualHash(int bits, double threshold) implements SimilarityDetector {
    private static final int BLOCK = 2000; // images in memory
    private static final int MIRRORS = 3;
    private static final int SHIFT = 2;
    private static final int FINE = 32;
    private static final int LOW = 8;
    private static final int COARSE = 8; // a power of two, so that mirroring turns bits of a cell's number
    private static final double MARGIN = 0.3; // between the cosine of averages and that of pixels at the best shift

    public PerceptualHash {
        Require.within("bits", bits, 0, Long.SIZE);
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
    }

    /**
     * 18 bits, looser than what is usual for large images, as pixels decide, and a cosine of 0.9: ours, for images of
     * 32×32.
     */
    public PerceptualHash() {
        this(18, 0.9);
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        long[] shape = train.shape();
        Require.that(
                shape.length == 3,
                "perceptual-hash compares images (C, H, W), but '" + train.name() + "' has inputs of shape "
                        + Arrays.toString(shape));
        Vectors wanted = Vectors.inputs(train.select(asked));
        Hash[][] hashes = new Hash[asked.length][];
        for (int i = 0; i < asked.length; i++) {
            double[][] grey = grey(wanted.values(), i * wanted.width(), shape);
            float[] cells = coarse(wanted, i, shape);
            hashes[i] = new Hash[] {
                Hash.of(grey, cells),
                Hash.of(leftRight(grey), mirrored(cells, COARSE - 1)),
                Hash.of(upDown(grey), mirrored(cells, COARSE * (COARSE - 1)))
            };
        }
        int[] sorted = asked.clone();
        Arrays.sort(sorted);
        List<Match> found = new ArrayList<>();
        for (int from = 0; from < train.size(); from += BLOCK) {
            int[] rows = IntStream.range(from, Math.min(train.size(), from + BLOCK))
                    .filter(row -> Arrays.binarySearch(sorted, row) < 0)
                    .toArray();
            Vectors pixels = Vectors.inputs(train.select(rows));
            IntStream.range(0, rows.length)
                    .parallel()
                    .mapToObj(i -> matchesOf(pixels, i, rows[i], wanted, hashes, asked, shape, least))
                    .toList()
                    .forEach(found::addAll);
        }
        return found;
    }

    /** Of one image that was not asked for. */
    private List<Match> matchesOf(
            Vectors pixels,
            int position,
            int row,
            Vectors wanted,
            Hash[][] hashes,
            int[] asked,
            long[] shape,
            double least) {
        Hash own = Hash.of(grey(pixels.values(), position * pixels.width(), shape), coarse(pixels, position, shape));
        List<Match> found = new ArrayList<>();
        for (int i = 0; i < asked.length; i++) {
            Match best = new Match(row, asked[i], -1, "");
            for (int mirror = 0; mirror < MIRRORS; mirror++) {
                int distance = hashes[i][mirror].distance(own);
                boolean worthwhile = distance <= bits && hashes[i][mirror].coarseCosine(own) >= least - MARGIN;
                double score = worthwhile ? aligned(pixels, position, wanted, i, mirror, shape) : -1;
                if (score > best.score()) {
                    best = new Match(row, asked[i], Math.min(1, score), reason(distance, mirror, score));
                }
            }
            if (best.score() >= least) {
                found.add(best);
            }
        }
        return found;
    }

    private static String reason(int distance, int mirror, double score) {
        return String.format(
                Locale.ROOT,
                "hash differs in %d bits%s, cosine %.3f",
                distance,
                mirror == 0 ? "" : mirror == 1 ? " when mirrored" : " when upside down",
                score);
    }

    /** The largest cosine over shifts of one image against a mirrored version of another. */
    private static double aligned(Vectors pixels, int row, Vectors wanted, int target, int mirror, long[] shape) {
        double best = -1;
        for (int down = -SHIFT; down <= SHIFT; down++) {
            for (int right = -SHIFT; right <= SHIFT; right++) {
                best = Math.max(best, cosine(pixels, row, wanted, target, mirror, down, right, shape));
            }
        }
        return best;
    }

    /** Cosine of pixels less their mean where both images overlap. */
    private static double cosine(
            Vectors pixels, int row, Vectors wanted, int target, int mirror, int down, int right, long[] shape) {
        int height = (int) shape[1];
        int width = (int) shape[2];
        float[] rowValues = pixels.values();
        float[] targetValues = wanted.values();
        int n = 0;
        double sumA = 0;
        double sumB = 0;
        double squaresA = 0;
        double squaresB = 0;
        double products = 0;
        for (int c = 0; c < shape[0]; c++) {
            int startA = row * pixels.width() + c * height * width;
            int startB = target * wanted.width() + c * height * width;
            for (int y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
                int yB = mirror == 2 ? height - 1 - y - down : y + down;
                for (int x = Math.max(0, -right); x < Math.min(width, width - right); x++) {
                    int xB = mirror == 1 ? width - 1 - x - right : x + right;
                    double a = rowValues[startA + y * width + x];
                    double b = targetValues[startB + yB * width + xB];
                    sumA += a;
                    sumB += b;
                    squaresA += a * a;
                    squaresB += b * b;
                    products += a * b;
                    n++;
                }
            }
        }
        double scale = Math.sqrt((squaresA - sumA * sumA / n) * (squaresB - sumB * sumB / n));
        return scale > 0 ? (products - sumA * sumB / n) / scale : 0;
    }

    /** Luminance, (H, W). */
    private static double[][] grey(float[] values, int start, long[] shape) {
        int channels = (int) shape[0];
        int height = (int) shape[1];
        int width = (int) shape[2];
        double[] weights = channels == 3 ? new double[] {0.299, 0.587, 0.114} : new double[] {1}; // ITU-R BT.601
        double[][] grey = new double[height][width];
        for (int c = 0; c < weights.length; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    grey[y][x] += weights[c] * values[start + (c * height + y) * width + x];
                }
            }
        }
        return grey;
    }

    /** Averages of an image over a grid, less their mean and of length 1, (C · {@value #COARSE} · {@value #COARSE}). */
    private static float[] coarse(Vectors pixels, int row, long[] shape) {
        int height = (int) shape[1];
        int width = (int) shape[2];
        float[] cells = new float[(int) shape[0] * COARSE * COARSE];
        double[][] channel = new double[height][width];
        double sum = 0;
        for (int c = 0; c < shape[0]; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    channel[y][x] = pixels.values()[row * pixels.width() + (c * height + y) * width + x];
                }
            }
            double[][] averages = Hash.resized(channel, COARSE, COARSE);
            for (int cell = 0; cell < COARSE * COARSE; cell++) {
                double average = averages[cell / COARSE][cell % COARSE];
                cells[c * COARSE * COARSE + cell] = (float) average;
                sum += average;
            }
        }
        double mean = sum / cells.length;
        double squares = 0;
        for (float cell : cells) {
            squares += (cell - mean) * (cell - mean);
        }
        for (int i = 0; i < cells.length; i++) {
            cells[i] = squares > 0 ? (float) ((cells[i] - mean) / Math.sqrt(squares)) : 0;
        }
        return cells;
    }

    /** Cells in another order: with {@code flip} the columns' bits turned left and right, or the rows' up and down. */
    private static float[] mirrored(float[] cells, int flip) {
        float[] mirrored = new float[cells.length];
        for (int i = 0; i < cells.length; i++) {
            mirrored[i] = cells[i ^ flip];
        }
        return mirrored;
    }

    private static double[][] leftRight(double[][] grey) {
        double[][] flipped = new double[grey.length][grey[0].length];
        for (int y = 0; y < grey.length; y++) {
            for (int x = 0; x < grey[0].length; x++) {
                flipped[y][x] = grey[y][grey[0].length - 1 - x];
            }
        }
        return flipped;
    }

    private static double[][] upDown(double[][] grey) {
        double[][] flipped = new double[grey.length][];
        for (int y = 0; y < grey.length; y++) {
            flipped[y] = grey[grey.length - 1 - y];
        }
        return flipped;
    }

    /** Both hashes of one image, and its coarse colours. */
    static final class Hash {
        private static final double[][] COSINES = new double[LOW][FINE];

        static {
            for (int k = 0; k < LOW; k++) {
                for (int x = 0; x < FINE; x++) {
                    COSINES[k][x] = Math.cos(Math.PI * (2 * x + 1) * k / (2.0 * FINE));
                }
            }
        }

        private final long horizontal;
        private final long frequencies;
        private final float[] coarse;

        private Hash(long horizontal, long frequencies, float[] coarse) {
            this.horizontal = horizontal;
            this.frequencies = frequencies;
            this.coarse = coarse;
        }

        static Hash of(double[][] grey, float[] coarse) {
            return new Hash(horizontal(resized(grey, LOW, LOW + 1)), frequencies(resized(grey, FINE, FINE)), coarse);
        }

        long frequencies() {
            return frequencies;
        }

        double coarseCosine(Hash other) {
            float sum = 0;
            for (int i = 0; i < coarse.length; i++) {
                sum += coarse[i] * other.coarse[i];
            }
            return sum;
        }

        private static long horizontal(double[][] coarse) {
            long bits = 0;
            for (int y = 0; y < LOW; y++) {
                for (int x = 0; x < LOW; x++) {
                    bits = bits << 1 | (coarse[y][x] < coarse[y][x + 1] ? 1 : 0);
                }
            }
            return bits;
        }

        /** The lowest frequencies of the discrete cosine transform of type II, scale left out. */
        private static long frequencies(double[][] fine) {
            double[][] half = new double[LOW][FINE]; // over columns
            for (int k = 0; k < LOW; k++) {
                for (int y = 0; y < FINE; y++) {
                    for (int x = 0; x < FINE; x++) {
                        half[k][y] += COSINES[k][x] * fine[y][x];
                    }
                }
            }
            double[] low = new double[LOW * LOW];
            for (int v = 0; v < LOW; v++) {
                for (int u = 0; u < LOW; u++) {
                    for (int y = 0; y < FINE; y++) {
                        low[v * LOW + u] += COSINES[v][y] * half[u][y];
                    }
                }
            }
            double[] sorted = Arrays.copyOfRange(low, 1, low.length);
            Arrays.sort(sorted);
            double median = sorted[sorted.length / 2];
            long bits = 0;
            for (int at = 1; at < low.length; at++) {
                bits = bits << 1 | (low[at] > median ? 1 : 0);
            }
            return bits;
        }

        /** The fewer of the bits in which either hash differs. */
        int distance(Hash other) {
            return Math.min(
                    Long.bitCount(horizontal ^ other.horizontal), Long.bitCount(frequencies ^ other.frequencies));
        }

        /** Averages over the areas that fall together, in fractions of pixels. */
        static double[][] resized(double[][] grey, int height, int width) {
            double[][] resized = new double[height][width];
            double scaleY = grey.length / (double) height;
            double scaleX = grey[0].length / (double) width;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    resized[y][x] = average(grey, y * scaleY, (y + 1) * scaleY, x * scaleX, (x + 1) * scaleX);
                }
            }
            return resized;
        }

        private static double average(double[][] grey, double top, double bottom, double left, double right) {
            double sum = 0;
            double area = 0;
            for (int y = (int) top; y < Math.min(grey.length, bottom); y++) {
                double tall = Math.min(y + 1, bottom) - Math.max(y, top);
                for (int x = (int) left; x < Math.min(grey[0].length, right); x++) {
                    double part = tall * (Math.min(x + 1, right) - Math.max(x, left));
                    sum += part * grey[y][x];
                    area += part;
                }
            }
            return sum / area;
        }
    }
}
