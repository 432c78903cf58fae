package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads go to a server inside the test. */
class PublishedTest {
    @TempDir
    Path folder;

    private byte[] archive = new byte[0];
    private HttpServer server = newServer();
    private final List<String> ranges = new ArrayList<>();

    @BeforeEach
    void serveAnArchive() throws IOException {
        archive = Tars.gzipped(Tars.tar(Map.of("toy/a.bin", "hello".getBytes(StandardCharsets.UTF_8))));
        server = newServer();
        server.createContext("/toy.tar.gz", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(String.valueOf(range));
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.sendResponseHeaders(range == null ? 200 : 206, archive.length - from);
            exchange.getResponseBody().write(archive, from, archive.length - from);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void archivesAreFetchedCheckedAndUnpacked() {
        List<Long> progress = new ArrayList<>();

        Path unpacked = published("toy.tar.gz").fetch(folder.resolve("new"), progress::add);

        assertThat(unpacked.resolve("a.bin")).hasContent("hello");
        assertThat(progress).isSorted().endsWith((long) archive.length);
        assertThat(folder.resolve("new")).isDirectoryNotContaining("glob:**toy.tar.gz*");
    }

    @Test
    void interruptedDownloadsGoOnWhereTheyStopped() throws IOException {
        Files.write(folder.resolve("toy.tar.gz.part"), Arrays.copyOf(archive, 30));

        Path unpacked = published("toy.tar.gz").fetch(folder, bytes -> {});

        assertThat(ranges).containsExactly("bytes=30-");
        assertThat(unpacked.resolve("a.bin")).hasContent("hello");
    }

    @Test
    void aDamagedArchiveIsRefused() throws IOException {
        byte[] damaged = archive.clone();
        damaged[20] ^= 1;
        Path file = Files.write(folder.resolve("damaged.tar.gz"), damaged);
        Path small = Files.write(folder.resolve("small.tar.gz"), Arrays.copyOf(archive, 7));

        assertThatThrownBy(() -> published("toy.tar.gz").install(file, folder)).hasMessageContaining("has MD5");
        assertThatThrownBy(() -> published("toy.tar.gz").install(small, folder))
                .hasMessageContaining("has 7 bytes, expected the " + archive.length);
        assertThat(folder.resolve("toy")).doesNotExist();
    }

    @Test
    void anArchiveThatIsThereIsInstalledWithoutTheNetwork() throws IOException {
        Path file = Files.write(folder.resolve("mine.tar.gz"), archive);

        assertThat(published("unused.tar.gz").install(file, folder.resolve("x")).resolve("a.bin"))
                .hasContent("hello");
        assertThat(file).exists();
        assertThat(ranges).isEmpty();
    }

    @Test
    void withoutAServerTheErrorSaysWhatToDo() {
        Published missing = published("elsewhere.tar.gz");

        assertThatThrownBy(() -> missing.fetch(folder, bytes -> {}))
                .hasMessageContaining("status 404")
                .hasMessageContaining("--from FILE");
        server.stop(0);
        assertThatThrownBy(() -> missing.fetch(folder, bytes -> {}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("--from FILE");
    }

    private Published published(String name) {
        try {
            String md5 =
                    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(archive));
            URI source = URI.create("http://localhost:" + server.getAddress().getPort() + "/" + name);
            return new Published("toy", source, "toy", md5, archive.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpServer newServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
