package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import lethe.engine.Scope;
import lethe.engine.Seed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
    private static final int RECORD = 3073;

    @TempDir
    Path folder;

    @BeforeEach
    void twoTrainingImagesPerFileAndThreeTestImages() throws IOException {
        for (int file = 1; file <= 5; file++) {
            Files.write(folder.resolve("data_batch_" + file + ".bin"), records(2, 10 * file));
        }
        Files.write(folder.resolve("test_batch.bin"), records(3, 90));
    }

    @Test
    void planesBecomePixelsAndFilesKeepTheirOrder() {
        try (Scope scope = Scope.open()) {
            Holdout data = Cifar10.read(folder);

            assertThat(data.train().size()).isEqualTo(10);
            assertThat(data.test().size()).isEqualTo(3);
            assertThat(data.train().id(3)).isEqualTo(new ExampleId("train/00003"));
            assertThat(data.train().label(3)).isEqualTo(21 % 10);
            assertThat(data.train().classes().get(9)).isEqualTo("truck");
            float[] image = data.train().inputs(new int[] {3}).toFloats(); // (1, C, H, W)
            byte[] record = Arrays.copyOfRange(records(2, 20), RECORD, 2 * RECORD);
            for (int i = 0; i < image.length; i++) {
                assertThat(image[i]).isEqualTo((record[1 + i] & 0xFF) * (float) (1 / 255.0));
            }
        }
    }

    @Test
    void thePublishedArchiveIsReadAsItIs() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : new String[] {
            "data_batch_4", "data_batch_1", "test_batch", "data_batch_3", "data_batch_2", "data_batch_5"
        }) {
            files.put("cifar-10-batches-bin/" + name + ".bin", Files.readAllBytes(folder.resolve(name + ".bin")));
        }
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path archive = Files.write(elsewhere.resolve("cifar-10-binary.tar.gz"), Tars.gzipped(Tars.tar(files)));

        Dataset unpacked = Cifar10.read(folder).train();
        Dataset packed = Cifar10.read(archive).train();
        Dataset found = Cifar10.read(elsewhere).train();

        for (int row = 0; row < 10; row++) {
            assertThat(packed.digest(row)).isEqualTo(unpacked.digest(row)).isEqualTo(found.digest(row));
        }
    }

    @Test
    void theFirstExamplesAreTakenInFileOrder() {
        Holdout data = new Cifar10(folder.toString(), 3, 2, "").load(Seed.of(1));

        assertThat(data.train().size()).isEqualTo(3);
        assertThat(data.test().size()).isEqualTo(2);
        assertThat(data.train().digest(2))
                .isEqualTo(Cifar10.read(folder).train().digest(2));
        assertThatThrownBy(() -> new Cifar10(folder.toString(), 11, 0, "").load(Seed.of(1)))
                .hasMessageContaining("train asks for 11 examples")
                .hasMessageContaining("has 10");
    }

    @Test
    void fineLabelsAreTheSecondByteOfCifar100() throws IOException {
        byte[] two = new byte[2 * 3074];
        two[0] = 7;
        two[1] = 99;
        two[3074] = 3;
        two[3075] = 42;
        Files.write(folder.resolve("train.bin"), two);
        Files.write(folder.resolve("test.bin"), two);

        Dataset train = Cifar100.read(folder).train();

        assertThat(train.classes()).hasSize(100).isSorted();
        assertThat(train.classes().get(train.label(0))).isEqualTo("worm");
        assertThat(train.label(1)).isEqualTo(42);
    }

    @Test
    void damageIsDescribed() throws IOException {
        Path second = folder.resolve("data_batch_2.bin");
        byte[] good = Files.readAllBytes(second);

        Files.write(second, Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(() -> Cifar10.read(folder)).hasMessageContaining("data_batch_2.bin has 6145 bytes");
        Files.write(second, new byte[0]);
        assertThatThrownBy(() -> Cifar10.read(folder)).hasMessageContaining("empty");
        good[RECORD] = 10;
        Files.write(second, good);
        assertThatThrownBy(() -> Cifar10.read(folder)).hasMessageContaining("gives example 3 label 10, expected 0…9");
        Files.delete(second);
        assertThatThrownBy(() -> Cifar10.read(folder)).hasMessageContaining("data_batch_2.bin is missing");
        assertThatThrownBy(() -> Cifar10.read(folder.resolve("nowhere")))
                .hasMessageContaining("lethe data cifar10 --to");
    }

    @Test
    void peopleComeFromATable() throws IOException {
        Path table = Files.writeString(
                folder.resolve("people.csv"), "id,subject\ntrain/00000,ann\ntrain/00004,\"bob, jr\"\n");

        Dataset train = new Cifar10(folder.toString(), 0, 0, table.toString())
                .load(Seed.of(1))
                .train();

        assertThat(train.subject(0)).contains("ann");
        assertThat(train.subject(1)).isEmpty();
        assertThat(train.select(new int[] {4}).subject(0)).contains("bob, jr");
        Files.writeString(table, "id,subject\ntrain/99999,ann\n");
        assertThatThrownBy(() -> new Cifar10(folder.toString(), 0, 0, table.toString()).load(Seed.of(1)))
                .hasMessageContaining("train/99999");
        Files.writeString(table, "id,subject\ntrain/00001,ann\ntrain/00001,bob\n");
        assertThatThrownBy(() -> new Cifar10(folder.toString(), 0, 0, table.toString()).load(Seed.of(1)))
                .hasMessageContaining("people.csv:3");
    }

    /** Label {@code (first + i) % 10}, then bytes that depend on position and {@code first}. */
    private static byte[] records(int count, int first) {
        byte[] bytes = new byte[count * RECORD];
        for (int i = 0; i < count; i++) {
            for (int at = 0; at < RECORD; at++) {
                bytes[i * RECORD + at] = at == 0 ? (byte) ((first + i) % 10) : (byte) (at * 31 + first * 7 + i);
            }
        }
        return bytes;
    }
}
