package lethe.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * An archive that the authors of a data set offer for download.
 *
 * @param name the data set's name in plans
 * @param source where it is published
 * @param folder the folder inside it that holds the files
 * @param md5 the published checksum, in hexadecimal; it guards against damage, not against malice
 * @param bytes its length
 */
public record Published(String name, URI source, String folder, String md5, long bytes) {
    /** The binary version of CIFAR-10. */
    public static final Published CIFAR10 = new Published(
            "cifar10",
            URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
            "cifar-10-batches-bin",
            "c32a1d4ab5d03f1284b67883e8d87530",
            170_052_171);

    /** The binary version of CIFAR-100. */
    public static final Published CIFAR100 = new Published(
            "cifar100",
            URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
            "cifar-100-binary",
            "03b5dce01913d631647c71ecec9e9cb8",
            168_513_733);

    /** Everything that can be fetched. */
    public static List<Published> all() {
        return List.of(CIFAR10, CIFAR100);
    }

    /** The file name of the archive. */
    public String archive() {
        String path = source.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Downloads the archive, checks it and unpacks it. An interrupted download is continued where it stopped.
     *
     * @param target folder to unpack into; created if needed
     * @param progress told the number of bytes there so far
     * @return the folder with the files
     */
    public Path fetch(Path target, LongConsumer progress) {
        Path partial = target.resolve(archive() + ".part");
        try {
            Files.createDirectories(target);
            download(partial, progress);
            verify(partial);
            Path complete = target.resolve(archive());
            Files.move(partial, complete, StandardCopyOption.REPLACE_EXISTING);
            Path unpacked = unpack(complete, target);
            Files.delete(complete);
            return unpacked;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to " + target, e);
        }
    }

    /**
     * Checks an archive that is there already and unpacks it.
     *
     * @throws IllegalArgumentException if it is not the published archive
     */
    public Path install(Path downloaded, Path target) {
        try {
            verify(downloaded);
            Files.createDirectories(target);
            return unpack(downloaded, target);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + downloaded + " into " + target, e);
        }
    }

    private void download(Path partial, LongConsumer progress) throws IOException {
        long there = Files.exists(partial) ? Files.size(partial) : 0;
        if (there == bytes) {
            return;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(Duration.ofMinutes(30));
        if (there > 0) {
            request.header("Range", "bytes=" + there + "-");
        }
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream content = response.body()) {
                if (response.statusCode() != 200 && response.statusCode() != 206) {
                    throw new IOException("the server answered with status " + response.statusCode());
                }
                boolean continued = response.statusCode() == 206;
                store(content, partial, continued ? there : 0, progress);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("the download was interrupted", e);
        } catch (IOException e) {
            throw unreachable(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    private void store(InputStream content, Path partial, long start, LongConsumer progress) throws IOException {
        StandardOpenOption mode = start > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        try (OutputStream out =
                Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
            byte[] buffer = new byte[1 << 16];
            long written = start;
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                written += count;
                if (written > bytes) {
                    throw new IOException("more than the expected " + bytes + " bytes arrived");
                }
                out.write(buffer, 0, count);
                progress.accept(written);
            }
        }
    }

    private UncheckedIOException unreachable(String why, Exception cause) {
        String message = "Cannot download " + source + ": " + why
                + ". What has arrived is kept, so try again; or get " + archive()
                + " elsewhere and pass it with --from FILE";
        return new UncheckedIOException(message, new IOException(message, cause));
    }

    /** Fails unless a file has the published length and checksum. */
    private void verify(Path file) throws IOException {
        long found = Files.size(file);
        if (found != bytes) {
            throw new IllegalArgumentException(
                    file + " has " + found + " bytes, expected the " + bytes + " of " + archive());
        }
        MessageDigest digest = md5Digest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        String sum = HexFormat.of().formatHex(digest.digest());
        if (!sum.equals(md5)) {
            throw new IllegalArgumentException(file + " has MD5 " + sum + ", expected " + md5 + " of " + archive()
                    + "; delete the file and get it again");
        }
    }

    private static MessageDigest md5Digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has MD5, this one does not", e);
        }
    }

    private Path unpack(Path archive, Path target) throws IOException {
        Tar.walk(archive, (path, size, content) -> {
            Path file = target.resolve(path).normalize();
            if (!file.startsWith(target.normalize())) {
                throw new IllegalArgumentException(archive + ": entry '" + path + "' lies outside of " + target);
            }
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            if (Files.size(file) != size) {
                throw new IllegalArgumentException(archive + " ends within '" + path + "'");
            }
        });
        return target.resolve(folder);
    }
}
