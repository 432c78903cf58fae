package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import lethe.engine.Scope;
import lethe.engine.Seed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    @TempDir
    Path folder;

    @BeforeEach
    void threeTrainingAndTwoTestImagesOfTwoByFive() throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(3, 2, 5));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(1, 0, 2));
        Files.write(folder.resolve("t10k-images.idx3-ubyte.gz"), Tars.gzipped(images(2, 2, 5)));
        Files.write(folder.resolve("t10k-labels.idx1-ubyte.gz"), Tars.gzipped(labels(2, 2)));
    }

    @Test
    void imagesKeepTheirSizeAndTheirOneChannel() {
        try (Scope scope = Scope.open()) {
            Holdout data = load();

            assertThat(data.train().shape()).isEqualTo(new long[] {1, 2, 5});
            assertThat(data.train().label(2)).isEqualTo(2);
            assertThat(data.test().label(0)).isEqualTo(2);
            assertThat(data.test().id(1)).isEqualTo(new ExampleId("test/00001"));
            float[] last = data.train().inputs(new int[] {2}).toFloats();
            assertThat(last[9]).isEqualTo(29 * (float) (1 / 255.0));
            assertThat(Pictured.of(data.train(), 2).orElseThrow().getRGB(4, 1) & 0xFFFFFF)
                    .isEqualTo(29 * 0x010101);
        }
    }

    @Test
    void damageIsDescribed() throws IOException {
        Path images = folder.resolve("train-images-idx3-ubyte");
        Path labels = folder.resolve("train-labels-idx1-ubyte");
        byte[] good = Files.readAllBytes(images);

        Files.write(images, Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(this::load).hasMessageContaining("ends before its last example");
        Files.write(images, Arrays.copyOf(good, good.length + 1));
        assertThatThrownBy(this::load).hasMessageContaining("goes on after its last example");
        Files.write(images, new byte[0]);
        assertThatThrownBy(this::load).hasMessageContaining("truncated or empty");
        Files.write(images, labels(1, 0, 2));
        assertThatThrownBy(this::load).hasMessageContaining("starts with 00000801, expected 00000803");
        Files.write(
                images,
                ByteBuffer.allocate(16)
                        .putInt(0x803)
                        .putInt(1 << 30)
                        .putInt(64)
                        .putInt(64)
                        .array());
        assertThatThrownBy(this::load).hasMessageContaining("labels");
        Files.write(images, images(2, 2, 5));
        assertThatThrownBy(this::load).hasMessageContaining("holds 2 images, but there are 3 labels");
        Files.write(labels, labels(1, 7, 2));
        assertThatThrownBy(this::load).hasMessageContaining("gives example 1 label 7, expected 0…2");
        Files.write(
                labels,
                ByteBuffer.allocate(9).putInt(0x801).putInt(2_000_000_000).array());
        assertThatThrownBy(this::load).hasMessageContaining("too short to hold them");
        Files.delete(labels);
        assertThatThrownBy(this::load).hasMessageContaining("Found no train-labels-idx1-ubyte");
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), labels(1, 0, 2));
        assertThatThrownBy(this::load).hasMessageContaining("not a valid gzip file");
    }

    @Test
    void theRealTestDigitsOfMnistAreRead() throws IOException {
        Path mnist = Path.of("../../shared/data/mnist");
        assumeTrue(Files.isDirectory(mnist), "real MNIST is not at " + mnist.toAbsolutePath());
        Path both = Files.createDirectory(folder.resolve("mnist"));
        for (String part : List.of("train", "t10k")) {
            Files.copy(mnist.resolve("t10k-images-idx3-ubyte.gz"), both.resolve(part + "-images-idx3-ubyte.gz"));
            Files.copy(mnist.resolve("t10k-labels-idx1-ubyte.gz"), both.resolve(part + "-labels-idx1-ubyte.gz"));
        }

        Idx digits = new Idx(both.toString(), 0, 0, new Idx().classes(), "");
        Dataset test = digits.load(Seed.of(1)).test();

        assertThat(test.size()).isEqualTo(10_000);
        assertThat(test.shape()).isEqualTo(new long[] {1, 28, 28});
        assertThat(test.label(0)).isEqualTo(7); // the well-known first test digits 7, 2, 1, 0, 4
        assertThat(test.label(4)).isEqualTo(4);
    }

    private Holdout load() {
        return new Idx(folder.toString(), 0, 0, List.of("a", "b", "c"), "").load(Seed.of(1));
    }

    private static byte[] images(int count, int height, int width) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + count * height * width);
        bytes.putInt(0x803).putInt(count).putInt(height).putInt(width);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) i);
        }
        return bytes.array();
    }

    private static byte[] labels(int... labels) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(labels.length);
        for (int label : labels) {
            bytes.put((byte) label);
        }
        return bytes.array();
    }
}
