package lethe.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Walks the regular files of a gzipped tar archive. Links and devices are passed over, so that unpacking can never write
 * through one; names that leave the archive's folder, absurd sizes and damaged headers are errors.
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int MAX_ENTRIES = 1_000_000;
    /** Far above any data set read here, far below what would fill a disk unnoticed. */
    private static final long MAX_UNPACKED_BYTES = 4L << 30;

    private Tar() {}

    /** Receives one file; what it leaves unread is skipped. */
    interface Visitor {
        void accept(String name, long size, InputStream content) throws IOException;
    }

    /**
     * Visits every regular file in the order of the archive.
     *
     * @throws IllegalArgumentException if the archive is damaged, truncated or unsafe
     */
    static void walk(Path archive, Visitor visitor) throws IOException {
        try (InputStream in =
                new BufferedInputStream(new GZIPInputStream(Files.newInputStream(archive), 1 << 16), 1 << 16)) {
            walk(archive, in, visitor);
        } catch (ZipException e) {
            throw damaged(archive, "it is not a gzip file or its contents are corrupt (" + e.getMessage() + ")");
        } catch (java.io.EOFException e) {
            throw damaged(archive, "it ends too early");
        }
    }

    private static void walk(Path archive, InputStream in, Visitor visitor) throws IOException {
        long total = 0;
        byte[] header = new byte[BLOCK];
        for (int entries = 0; ; entries++) {
            int read = in.readNBytes(header, 0, BLOCK);
            if (read == 0 || (read == BLOCK && isZero(header))) {
                return;
            }
            if (read < BLOCK) {
                throw damaged(archive, "it ends within the header of an entry");
            }
            requireChecksum(archive, header);
            String name = text(header, 0, 100);
            String prefix = text(header, 257, 5).equals("ustar") ? text(header, 345, 155) : "";
            String path = prefix.isEmpty() ? name : prefix + "/" + name;
            long size = octal(archive, header, 124, 12);
            total += size;
            if (size > MAX_UNPACKED_BYTES || total > MAX_UNPACKED_BYTES || entries > MAX_ENTRIES) {
                throw damaged(
                        archive,
                        "entry '" + path + "' of " + size + " bytes exceeds what an archive of data may hold ("
                                + MAX_UNPACKED_BYTES + " bytes, " + MAX_ENTRIES + " entries)");
            }
            Bounded content = new Bounded(in, size);
            byte type = header[156];
            if (type == '0' || type == 0) {
                requireInside(archive, path);
                visitor.accept(path, size, content);
            }
            content.skipRest(archive, path);
            in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        }
    }

    private static void requireInside(Path archive, String path) {
        boolean leaves = path.startsWith("/") || path.contains("\\") || path.contains(":");
        for (String part : path.split("/", -1)) {
            leaves |= part.equals("..");
        }
        if (leaves || path.isBlank()) {
            throw new IllegalArgumentException(
                    archive + ": entry '" + path + "' would be written outside of the archive's folder; refused");
        }
    }

    private static void requireChecksum(Path archive, byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
        }
        if (sum != octal(archive, header, 148, 8)) {
            throw damaged(archive, "the header of an entry fails its checksum");
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte value : block) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static long octal(Path archive, byte[] header, int from, int length) {
        String digits = text(header, from, length).trim();
        if (!digits.matches("[0-7]{1,11}")) {
            throw damaged(
                    archive, "the header of an entry holds '" + digits + "' where a size or checksum is expected");
        }
        return Long.parseLong(digits, 8);
    }

    private static IllegalArgumentException damaged(Path archive, String how) {
        return new IllegalArgumentException(
                archive + " is damaged: " + how + "; expected a .tar.gz archive. Fetch it again");
    }

    /** The bytes of one entry. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left;

        Bounded(InputStream in, long size) {
            this.in = in;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, from, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        void skipRest(Path archive, String name) throws IOException {
            byte[] sink = new byte[1 << 13];
            while (left > 0) {
                if (read(sink, 0, sink.length) < 0) {
                    throw damaged(archive, "it ends within entry '" + name + "'");
                }
            }
        }
    }
}
