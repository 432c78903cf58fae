package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.LongStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CropFlipTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void wholeBatchesAreCutAsOneImageAtATimeWouldBe(long seed) {
        try (Scope scope = Scope.open()) {
            int height = 5 + (int) (seed % 3);
            int width = 6;
            int channels = seed % 2 == 0 ? 3 : 1;
            CropFlip augmentation = new CropFlip((int) (seed % 5), seed % 4 < 2);
            Tensor images =
                    Seed.of(seed).uniform(0, 1, 17, channels, height, width).channelsLast();
            float[] before = images.toFloats();

            Tensor result = augmentation.apply(images, Seed.of(seed + 100));

            assertThat(result.shape()).isEqualTo(images.shape());
            assertThat(result.toFloats())
                    .containsExactly(oneByOne(before, images.shape(), augmentation, Seed.of(seed + 100)));
            assertThat(images.toFloats()).containsExactly(before);
            assertThat(result.permute(0, 2, 3, 1).reshape(-1).toFloats())
                    .as("dense and channels-last")
                    .containsExactly(result.channelsLast()
                            .permute(0, 2, 3, 1)
                            .reshape(-1)
                            .toFloats());
        }
    }

    /** Mirrors, then looks every pixel up in the padded image, with the same draws in the same order. */
    private static float[] oneByOne(float[] images, long[] shape, CropFlip settings, Seed seed) {
        var random = seed.random();
        int channels = (int) shape[1];
        int height = (int) shape[2];
        int width = (int) shape[3];
        float[] result = new float[images.length];
        for (int i = 0; i < shape[0]; i++) {
            boolean mirror = random.nextBoolean();
            int top = random.nextInt(2 * settings.pad() + 1) - settings.pad();
            int left = random.nextInt(2 * settings.pad() + 1) - settings.pad();
            for (int c = 0; c < channels; c++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        int fromY = y + top;
                        int fromX = x + left;
                        if (settings.reflect()) {
                            fromY = fromY < 0 ? -fromY : fromY >= height ? 2 * height - 2 - fromY : fromY;
                            fromX = fromX < 0 ? -fromX : fromX >= width ? 2 * width - 2 - fromX : fromX;
                        }
                        boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                        int source = mirror ? width - 1 - fromX : fromX;
                        int plane = (i * channels + c) * height;
                        result[(plane + y) * width + x] = inside ? images[(plane + fromY) * width + source] : 0;
                    }
                }
            }
        }
        return result;
    }

    @Test
    void theSameSeedGivesTheSameResultAndAnotherDiffers() {
        try (Scope scope = Scope.open()) {
            Tensor images = Seed.of(1).uniform(0, 1, 8, 3, 32, 32).channelsLast();
            CropFlip augmentation = new CropFlip();

            float[] first = augmentation.apply(images, Seed.of(5)).toFloats();

            assertThat(augmentation.apply(images, Seed.of(5)).toFloats()).containsExactly(first);
            assertThat(Arrays.equals(augmentation.apply(images, Seed.of(6)).toFloats(), first))
                    .isFalse();
        }
    }

    @Test
    void reflectionNeedsAnImageLargerThanTheBorder() {
        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> new CropFlip(4, true).apply(Tensor.zeros(1, 3, 4, 4), Seed.of(1)))
                    .hasMessageContaining("pad must be smaller than the image");
        }
    }

    @Test
    void noAugmentationChangesNothing() {
        try (Scope scope = Scope.open()) {
            Tensor images = Tensor.zeros(1, 3, 4, 4);

            assertThat(new NoAugmentation().apply(images, Seed.of(1))).isSameAs(images);
        }
    }
}
