package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarTest {
    @TempDir
    Path folder;

    @Test
    void regularFilesAreVisitedAndLinksPassedOver() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(Tars.header("a/link", "0", '2'));
        tar.writeBytes(Tars.header("a/", "0", '5'));
        tar.writeBytes(Tars.tar(new TreeMap<>(Map.of("a/one", text("1"), "a/two", text("22")))));

        assertThat(contents(Tars.gzipped(tar.toByteArray()))).isEqualTo(Map.of("a/one", "1", "a/two", "22"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/x", "a/../../x", "C:x", "a\\..\\x"})
    void namesThatLeaveTheFolderAreRefused(String name) {
        assertThatThrownBy(() -> contents(Tars.gzipped(Tars.tar(Map.of(name, text("1"))))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("outside");
    }

    @Test
    void absurdSizesAreRefusedBeforeAnythingIsRead() {
        byte[] bomb = Tars.header("bomb", "77777777777", '0');

        assertThatThrownBy(() -> contents(Tars.gzipped(Arrays.copyOf(bomb, 2048))))
                .hasMessageContaining("8589934591 bytes exceeds");
    }

    @Test
    void truncationIsNoticedWhereverItHappens() throws IOException {
        byte[] whole = Tars.gzipped(Tars.tar(Map.of("a", new byte[5000])));
        byte[] tar = Tars.tar(Map.of("a", new byte[5000]));

        assertThatThrownBy(() -> contents(Arrays.copyOf(whole, whole.length / 2)))
                .hasMessageContaining("ends too early");
        assertThatThrownBy(() -> contents(Tars.gzipped(Arrays.copyOf(tar, 700))))
                .hasMessageContaining("ends within");
        assertThatThrownBy(() -> contents(Tars.gzipped(Arrays.copyOf(tar, 300))))
                .hasMessageContaining("ends within the header");
        assertThatThrownBy(() -> contents(text("no archive at all"))).hasMessageContaining("not a gzip file");
    }

    @Test
    void aHeaderThatFailsItsChecksumIsRefused() {
        byte[] tar = Tars.tar(Map.of("name", new byte[3]));
        tar[0] ^= 1;

        assertThatThrownBy(() -> contents(Tars.gzipped(tar))).hasMessageContaining("fails its checksum");
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedArchivesAreReadOrRejectedInWords(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[] tar = Tars.tar(Map.of("a/b", new byte[600], "c", new byte[3]));
        tar[random.nextInt(tar.length)] ^= (byte) (1 << random.nextInt(8));

        try {
            contents(Tars.gzipped(tar));
        } catch (IllegalArgumentException rejected) {
            assertThat(rejected).hasMessageContaining("archive.tar.gz");
        }
    }

    private Map<String, String> contents(byte[] archive) throws IOException {
        Path file = Files.write(folder.resolve("archive.tar.gz"), archive);
        Map<String, String> found = new TreeMap<>();
        Tar.walk(
                file,
                (name, size, content) -> found.put(name, new String(content.readAllBytes(), StandardCharsets.UTF_8)));
        return found;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
