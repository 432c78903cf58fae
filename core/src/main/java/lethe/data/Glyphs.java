package lethe.data;

import com.google.auto.service.AutoService;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * Drawn 32×32 colour images of ten shapes, for trying things out without a download. Each is a few strokes under a
 * random affine map, in random colours on a shaded ground, with pixel noise.
 *
 * <p>A share of the training labels is wrong on purpose. No rule predicts those, so a network that fits them has
 * learned them by heart, and an audit has something to find.
 *
 * @param train number of training images
 * @param test number of test images, all labelled truly
 * @param mislabelled share of wrong training labels, in [0, 1)
 * @param noise standard deviation of the pixel noise; black is 0 and white is 1
 */
@Named("glyphs")
@AutoService(DataSource.class)
public record Glyphs(int train, int test, double mislabelled, double noise) implements DataSource {
    private static final int SIDE = 32;
    /** Half of the picture less a margin, in pixels: the length of 1 in the coordinates of the strokes. */
    private static final double UNIT = 11;

    private static final int BYTES = SIDE * SIDE * 3;

    private static final List<String> NAMES =
            List.of("plus", "ring", "triangle", "square", "arrow", "zigzag", "ladder", "fork", "spiral", "asterisk");

    /** Strokes of each class as segments {x₀, y₀, x₁, y₁}; x grows to the right and y downwards, both in [−1, 1]. */
    // spotless:off
    private static final double[][][] STROKES = {
        {{0, -1, 0, 1}, {-1, 0, 1, 0}},
        curve(20, 0, 0.85, 0.85, 1),
        path(0, -0.9, 0.9, 0.8, -0.9, 0.8, 0, -0.9),
        path(-0.8, -0.8, 0.8, -0.8, 0.8, 0.8, -0.8, 0.8, -0.8, -0.8),
        {{-0.9, 0, 0.9, 0}, {0.9, 0, 0.25, -0.65}, {0.9, 0, 0.25, 0.65}},
        path(-0.7, -0.9, 0.6, -0.5, -0.6, 0.0, 0.6, 0.5, -0.7, 0.9),
        {{-0.55, -1, -0.55, 1}, {0.55, -1, 0.55, 1}, {-0.55, -0.4, 0.55, -0.4}, {-0.55, 0.4, 0.55, 0.4}},
        {{0, 1, 0, 0.05}, {0, 0.05, -0.75, -0.95}, {0, 0.05, 0.75, -0.95}},
        curve(28, 0.5, 0.1, 1, 2),
        {{-0.95, 0, 0.95, 0}, {-0.48, -0.82, 0.48, 0.82}, {-0.48, 0.82, 0.48, -0.82}},
    };
    // spotless:on

    public Glyphs {
        Require.positive("train", train);
        Require.positive("test", test);
        Require.that(mislabelled >= 0 && mislabelled < 1, "mislabelled must lie in [0, 1), but is " + mislabelled);
        Require.within("noise", noise, 0, 1);
    }

    /** 2,000 training and 1,000 test images, one training label in ten wrong: minutes of work on a laptop. */
    public Glyphs() {
        this(2000, 1000, 0.1, 0.1);
    }

    @Override
    public Holdout load(Seed seed) {
        Seed origin = seed.derive("glyphs");
        return new Holdout(
                draw("train", train, mislabelled, origin.derive("train")),
                draw("test", test, 0, origin.derive("test")));
    }

    private ImageSet draw(String part, int count, double wrongShare, Seed seed) {
        int[] labels = new int[count];
        BitSet wrong = new BitSet(count);
        int[] order = seed.derive("mislabelled").permutation(count);
        for (int i = 0; i < (int) Math.round(wrongShare * count); i++) {
            wrong.set(order[i]);
        }
        try (Scope scope = Scope.open()) {
            Tensor pixels = Tensor.zeroBytes(count, SIDE, SIDE, 3);
            IntStream.range(0, count).parallel().forEach(row -> {
                // A stream for each image: the first images are the same however many there are.
                RandomGenerator random = seed.derive("image", row).random();
                int shape = random.nextInt(NAMES.size());
                int other = random.nextInt(NAMES.size() - 1);
                labels[row] = !wrong.get(row) ? shape : other < shape ? other : other + 1;
                pixels.writeBytes((long) row * BYTES, picture(shape, random));
            });
            return new ImageSet(
                    "glyphs " + part, NAMES, pixels, labels, ImageSet.numbered(part), row -> Optional.empty(), wrong);
        }
    }

    private byte[] picture(int shape, RandomGenerator random) {
        double angle = random.nextDouble(-0.4, 0.4);
        double stretchX = random.nextDouble(0.75, 1.15);
        double stretchY = random.nextDouble(0.75, 1.15);
        double shear = random.nextDouble(-0.25, 0.25);
        double shiftX = random.nextDouble(-3, 3);
        double shiftY = random.nextDouble(-3, 3);
        double halfWidth = random.nextDouble(0.09, 0.19);
        double[] ink = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
        double[] ground = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
        separate(ink, ground);
        double slopeX = random.nextDouble(-0.15, 0.15);
        double slopeY = random.nextDouble(-0.15, 0.15);
        // The same everywhere, to the last bit, which Math does not promise.
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);

        byte[] bytes = new byte[BYTES];
        double middle = (SIDE - 1) / 2.0;
        for (int y = 0, at = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double dx = (x - middle - shiftX) / UNIT;
                double dy = (y - middle - shiftY) / UNIT;
                double u = (cosine * dx + sine * dy) / stretchX;
                double v = (cosine * dy - sine * dx) / stretchY;
                double distance = Math.sqrt(squaredDistance(STROKES[shape], u - shear * v, v));
                double cover = Math.max(0, Math.min(1, (halfWidth - distance) * UNIT + 0.5)); // edges one pixel soft
                double shade = slopeX * dx + slopeY * dy;
                for (int channel = 0; channel < 3; channel++) {
                    double value = ground[channel] + shade + cover * (ink[channel] - ground[channel]);
                    if (noise > 0) {
                        value += noise * random.nextGaussian();
                    }
                    bytes[at++] = (byte) Math.max(0, Math.min(255, Math.round(255 * value)));
                }
            }
        }
        return bytes;
    }

    /** Moves two colours apart in brightness until a shape in one shows on the other. */
    private static void separate(double[] ink, double[] ground) {
        double contrast = 0;
        for (int channel = 0; channel < 3; channel++) {
            contrast += (ink[channel] - ground[channel]) / 3;
        }
        double missing = Math.max(0, 0.35 - Math.abs(contrast)) * (contrast < 0 ? -1 : 1) / 2;
        for (int channel = 0; channel < 3; channel++) {
            ink[channel] += missing;
            ground[channel] -= missing;
        }
    }

    private static double squaredDistance(double[][] segments, double x, double y) {
        double nearest = Double.POSITIVE_INFINITY;
        for (double[] s : segments) {
            double dx = s[2] - s[0];
            double dy = s[3] - s[1];
            double along = ((x - s[0]) * dx + (y - s[1]) * dy) / (dx * dx + dy * dy);
            double clamped = Math.max(0, Math.min(1, along));
            double offX = x - s[0] - clamped * dx;
            double offY = y - s[1] - clamped * dy;
            nearest = Math.min(nearest, offX * offX + offY * offY);
        }
        return nearest;
    }

    /** Segments that join points {x, y, x, y, …}. */
    private static double[][] path(double... points) {
        double[][] segments = new double[points.length / 2 - 1][];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new double[] {points[2 * i], points[2 * i + 1], points[2 * i + 2], points[2 * i + 3]};
        }
        return segments;
    }

    /** Turns around the centre from one radius to another. */
    private static double[][] curve(int segments, double startTurn, double from, double to, double turns) {
        double[] points = new double[2 * segments + 2];
        for (int i = 0; i <= segments; i++) {
            double share = (double) i / segments;
            double angle = 2 * Math.PI * (startTurn + turns * share);
            double radius = from + (to - from) * share;
            points[2 * i] = radius * StrictMath.cos(angle);
            points[2 * i + 1] = radius * StrictMath.sin(angle);
        }
        return path(points);
    }
}
