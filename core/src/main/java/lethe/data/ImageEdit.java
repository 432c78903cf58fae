package lethe.data;

import java.util.random.RandomGenerator;

/**
 * Small changes of an image that leave what it shows. Sizes are those of common augmentations: two pixels, a tenth of
 * brightness and of contrast, noise of four grey levels.
 */
public enum ImageEdit {
    /** No change at all. */
    EXACT {
        @Override
        float[] apply(float[] image, int height, int width, RandomGenerator random) {
            return image.clone();
        }
    },
    /** Moved by up to two pixels along each axis, not by none; what moves in repeats the border. */
    SHIFT {
        @Override
        float[] apply(float[] image, int height, int width, RandomGenerator random) {
            int move = random.nextInt(1, SIDE * SIDE); // 0 is the middle, no move
            int at = move <= SIDE * SIDE / 2 ? move - 1 : move;
            return moved(image, height, width, at / SIDE - MOST, at % SIDE - MOST);
        }
    },
    /** Left and right exchanged. */
    MIRROR {
        @Override
        float[] apply(float[] image, int height, int width, RandomGenerator random) {
            float[] mirrored = new float[image.length];
            for (int at = 0; at < image.length; at++) {
                mirrored[at] = image[at - at % width + width - 1 - at % width];
            }
            return mirrored;
        }
    },
    /** Contrast around the mean and brightness, each by up to a tenth. */
    LIGHT {
        @Override
        float[] apply(float[] image, int height, int width, RandomGenerator random) {
            double contrast = random.nextDouble(1 - LIGHTNESS, 1 + LIGHTNESS);
            double brightness = random.nextDouble(1 - LIGHTNESS, 1 + LIGHTNESS);
            double mean = 0;
            for (float value : image) {
                mean += value / image.length;
            }
            float[] lit = new float[image.length];
            for (int at = 0; at < image.length; at++) {
                lit[at] = (float) (brightness * (mean + contrast * (image[at] - mean)));
            }
            return lit;
        }
    },
    /** Independent normal noise on every value. */
    NOISE {
        @Override
        float[] apply(float[] image, int height, int width, RandomGenerator random) {
            float[] noisy = new float[image.length];
            for (int at = 0; at < image.length; at++) {
                noisy[at] = (float) (image[at] + random.nextGaussian(0, SIGMA));
            }
            return noisy;
        }
    },
    /** Mirrored or not, then moved, lit and with noise. */
    MIXED {
        @Override
        float[] apply(float[] image, int height, int width, RandomGenerator random) {
            float[] start = random.nextBoolean() ? MIRROR.apply(image, height, width, random) : image;
            float[] there = SHIFT.apply(start, height, width, random);
            return NOISE.apply(LIGHT.apply(there, height, width, random), height, width, random);
        }
    };

    private static final int MOST = 2;
    private static final int SIDE = 2 * MOST + 1;
    private static final double LIGHTNESS = 0.1;
    private static final double SIGMA = 4 / 255.0;

    /**
     * The changed image; values may leave [0, 1].
     *
     * @param image channel by channel, row by row
     */
    abstract float[] apply(float[] image, int height, int width, RandomGenerator random);

    private static float[] moved(float[] image, int height, int width, int down, int right) {
        float[] moved = new float[image.length];
        for (int at = 0; at < image.length; at++) {
            int channel = at / (height * width);
            int y = Math.max(0, Math.min(height - 1, at / width % height - down));
            int x = Math.max(0, Math.min(width - 1, at % width - right));
            moved[at] = image[(channel * height + y) * width + x];
        }
        return moved;
    }
}
