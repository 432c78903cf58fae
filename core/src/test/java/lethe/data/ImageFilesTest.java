package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import lethe.engine.Scope;
import lethe.engine.Seed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link ImageFolder}, {@link ImageManifest} and the decoding they share. */
class ImageFilesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void twoClassesOfFlatColour() throws IOException {
        save("train/cat/1.png", flat(8, 8, 0xFF0000), "png");
        save("train/cat/2.PNG", flat(9, 5, 0x00FF00), "png");
        save("train/dog/a b.jpg", flat(16, 16, 0x808080), "jpg");
        save("test/dog/1.png", flat(4, 4, 0x0000FF), "png");
        Files.writeString(folder.resolve("train/dog/notes.txt"), "not a picture");
    }

    @Test
    void foldersAreClassesAndPathsAreIds() {
        try (Scope scope = Scope.open()) {
            Holdout data = folder().load(Seed.of(1));

            assertThat(data.train().classes()).containsExactly("cat", "dog");
            assertThat(data.train().size()).isEqualTo(3);
            assertThat(data.train().id(2)).isEqualTo(new ExampleId("train/dog/a_b.jpg"));
            assertThat(data.test().label(0)).isEqualTo(1);
            float[] green = data.train().inputs(new int[] {1}).toFloats(); // (1, C, H, W) = (1, 3, 4, 4)
            assertThat(Arrays.copyOf(green, 16)).containsOnly(0f);
            assertThat(Arrays.copyOfRange(green, 16, 32)).containsOnly(1f);
            assertThat(data.train().inputs(new int[] {2}).toFloats()).containsOnly(128 * (float) (1 / 255.0));
        }
    }

    @Test
    void shrinkingAveragesAreasAndEnlargingInterpolates() throws IOException {
        BufferedImage wide = new BufferedImage(6, 2, BufferedImage.TYPE_BYTE_GRAY);
        int[] columns = {9, 9, 100, 200, 9, 9}; // the centred square is columns 2 and 3
        for (int x = 0; x < 6; x++) {
            wide.getRaster().setSample(x, 0, 0, columns[x]);
            wide.getRaster().setSample(x, 1, 0, columns[x]);
        }
        save("wide.png", wide, "png");

        assertThat(pixels("wide.png", 1)).containsOnly((byte) 150);
        byte[] enlarged = pixels("wide.png", 4);
        assertThat(new int[] {enlarged[0] & 0xFF, enlarged[3] & 0xFF, enlarged[6] & 0xFF, enlarged[9] & 0xFF})
                .containsExactly(100, 125, 175, 200);
    }

    private byte[] pixels(String name, int side) {
        try (Scope scope = Scope.open()) {
            return Photographs.read(java.util.List.of(folder.resolve(name)), side)
                    .readBytes(0, side * side * 3);
        }
    }

    @Test
    void damagedPicturesAreNamed() throws IOException {
        Path file = folder.resolve("train/cat/1.png");
        byte[] good = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(good, good.length / 2));
        assertThatThrownBy(() -> folder().load(Seed.of(1))).hasMessageContaining("1.png");
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> folder().load(Seed.of(1))).hasMessageContaining("1.png has 0 bytes");
        Files.writeString(file, "text");
        assertThatThrownBy(() -> folder().load(Seed.of(1))).hasMessageContaining("1.png is no picture");
        Files.write(file, claiming(good, 60_000, 60_000));
        assertThatThrownBy(() -> folder().load(Seed.of(1))).hasMessageContaining("claims 60000×60000 pixels");
        Files.write(file, good);
        Path photo = folder.resolve("train/dog/a b.jpg");
        save("train/dog/a b.jpg", noise(64), "jpg");
        byte[] jpeg = Files.readAllBytes(photo);
        Files.write(photo, Arrays.copyOf(jpeg, jpeg.length * 2 / 3));
        assertThatThrownBy(() -> folder().load(Seed.of(1))).hasMessageContaining("a b.jpg is truncated");
    }

    @Test
    void foldersThatDoNotFitAreDescribed() throws IOException {
        save("test/cow/1.png", flat(4, 4, 1), "png");
        assertThatThrownBy(() -> folder().load(Seed.of(1))).hasMessageContaining("has class 'cow'");
        assertThatThrownBy(() -> new ImageFolder(folder.resolve("no").toString(), 4, "").load(Seed.of(1)))
                .hasMessageContaining("Found no folder");
        Files.createDirectories(folder.resolve("empty/train/cat"));
        Files.createDirectories(folder.resolve("empty/test/cat"));
        assertThatThrownBy(() -> new ImageFolder(folder.resolve("empty").toString(), 4, "").load(Seed.of(1)))
                .hasMessageContaining("holds no PNG or JPEG");
    }

    @Test
    void manifestsGiveLabelsIdsPeopleAndSplits() throws IOException {
        ImageManifest manifest = manifest("""
                path,label,id,subject,split
                train/cat/1.png,10,c1,ann,train
                "train/dog/a b.jpg",9,d1,,train
                test/dog/1.png,9,d2,bob,test
                """);

        Holdout data = manifest.load(Seed.of(1));

        assertThat(data.train().classes()).containsExactly("9", "10");
        assertThat(data.train().id(1)).isEqualTo(new ExampleId("d1"));
        assertThat(data.train().subject(0)).contains("ann");
        assertThat(data.train().subject(1)).isEmpty();
        assertThat(data.test().subject(0)).contains("bob");
        assertThat(data.test().label(0)).isZero();
    }

    @Test
    void withoutSplitsAShareIsDrawnForTesting() throws IOException {
        ImageManifest manifest = manifest("path,label\ntrain/cat/1.png,cat\ntrain/cat/2.PNG,cat\ntest/dog/1.png,dog\n");

        Holdout data = manifest.load(Seed.of(1));

        assertThat(data.train().size()).isEqualTo(2);
        assertThat(data.test().size()).isEqualTo(1);
        assertThat(manifest.load(Seed.of(1)).test().id(0)).isEqualTo(data.test().id(0));
    }

    @Test
    void mistakesInManifestsAreNamedByLine() throws IOException {
        Files.writeString(folder.resolveSibling("outside.png"), "x");

        rejects("path,label\n../outside.png,cat\n", "manifest.csv:2: path '../outside.png' leaves the folder");
        rejects("path,label\n/etc/hostname,cat\n", "leaves the folder");
        rejects("path,label\nno.png,cat\n", "manifest.csv:2: found no file");
        rejects("path,label\ntrain/cat/1.png,\n", "manifest.csv:2: column 'label' is empty");
        rejects("path,label\ntrain/cat/1.png\n", "manifest.csv:2: found 1 fields, expected the 2");
        rejects("path,lable\ntrain/cat/1.png,cat\n", "column 'label' is missing");
        rejects("path,label,subjekt\ntrain/cat/1.png,cat,x\n", "unknown column 'subjekt'");
        rejects("path,label\n", "holds no rows");
        rejects("path,label\n\"train/cat/1.png,cat\n", "manifest.csv:2: a quoted field is never closed");
        rejects("path,label,split\ntrain/cat/1.png,cat,tets\n", "split is 'tets'");
        rejects("path,label,id\ntrain/cat/1.png,cat,a\ntest/dog/1.png,dog,a\n", "two examples have the id 'a'");
        rejects("path,label,split\ntrain/cat/1.png,cat,train\n", "leaves no example for test");
    }

    private void rejects(String csv, String message) throws IOException {
        ImageManifest manifest = manifest(csv);
        assertThatThrownBy(() -> manifest.load(Seed.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private ImageFolder folder() {
        return new ImageFolder(folder.toString(), 4, "");
    }

    private ImageManifest manifest(String csv) throws IOException {
        Path file = Files.writeString(folder.resolve("manifest.csv"), csv);
        return new ImageManifest(file.toString(), 4, 0.2);
    }

    private void save(String name, BufferedImage image, String format) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, format, file.toFile());
    }

    private static BufferedImage flat(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    private static BufferedImage noise(int side) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        var random = Seed.of(1).random();
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, random.nextInt(1 << 24));
        }
        return image;
    }

    /** A PNG whose header states another size, with the right check sum. */
    private static byte[] claiming(byte[] png, int width, int height) {
        var bytes = java.nio.ByteBuffer.wrap(png.clone());
        bytes.putInt(16, width).putInt(20, height);
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), 12, 17);
        bytes.putInt(29, (int) crc.getValue());
        return bytes.array();
    }
}
