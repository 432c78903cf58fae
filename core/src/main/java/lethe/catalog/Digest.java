package lethe.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal, the name of everything addressed by its content. */
public final class Digest {
    private Digest() {}

    /** The digest of some bytes. */
    public static String sha256(byte[] bytes) {
        return hex(hasher().digest(bytes));
    }

    /** The digest of a text in UTF-8. */
    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest of a file's content. */
    public static String sha256(Path file) {
        MessageDigest hasher = hasher();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hasher.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hex(hasher.digest());
    }

    /** The digest of a record's {@linkplain Settings#canonicalJson canonical JSON}. */
    public static String ofSettings(Object settings) {
        return sha256(Settings.canonicalJson(settings));
    }

    /** A fresh SHA-256, for content that comes in parts; see {@link #hex}. */
    public static MessageDigest hasher() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but not this one", e);
        }
    }

    /** Bytes as two lower-case digits each. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
