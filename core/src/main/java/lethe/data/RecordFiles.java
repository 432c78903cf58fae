package lethe.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * Files of fixed-size records as the CIFAR data sets are published: some label bytes, then the red, the green and the
 * blue plane of a 32×32 image. They are read from a folder or straight from the published archive.
 */
final class RecordFiles {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    private final String name;
    private final Path place;
    private final int labelBytes;
    private final Map<String, Long> sizes = new HashMap<>();
    private final boolean packed;

    /**
     * @param place a folder with the files, one with the published folder or archive in it, or the archive
     * @param published the archive whose layout this is
     * @param labelBytes bytes before each image; the last one is the label
     */
    RecordFiles(String name, Path place, Published published, int labelBytes, String firstFile) {
        this.name = name;
        this.labelBytes = labelBytes;
        this.place = Stream.of(place, place.resolve(published.folder()), place.resolve(published.archive()))
                .filter(candidate ->
                        Files.isRegularFile(candidate) || Files.isRegularFile(candidate.resolve(firstFile)))
                .findFirst()
                .orElseThrow(() -> Missing.data("Found no " + name + " in " + place + "; expected "
                        + firstFile + " and the other files of its binary version, or " + published.archive()
                        + ". `lethe data " + name + " --to " + place + "` fetches it"));
        this.packed = Files.isRegularFile(this.place);
        visit((file, size, content) -> sizes.put(file, size));
    }

    /**
     * Reads the first examples of some files.
     *
     * @param part {@code "train"} or {@code "test"}
     * @param count how many examples to read in the order of the files; 0 reads all
     */
    ImageSet read(String part, List<String> files, int count, List<String> classes, Subjects subjects) {
        int record = labelBytes + 3 * PLANE;
        Map<String, Long> firstRow = new HashMap<>();
        long available = 0;
        for (String file : files) {
            Long size = sizes.get(file);
            if (size == null) {
                throw new IllegalArgumentException(
                        place + ": " + file + " is missing; expected " + String.join(", ", files));
            }
            if (size == 0 || size % record != 0) {
                throw new IllegalArgumentException(place + ": " + file + " has " + size
                        + " bytes, expected a positive multiple of " + record + "; the file is "
                        + (size == 0 ? "empty" : "truncated or of another data set"));
            }
            firstRow.put(file, available);
            available += size / record;
        }
        if (count > available) {
            throw new IllegalArgumentException(
                    part + " asks for " + count + " examples, but " + place + " has " + available);
        }
        int size = Math.toIntExact(count == 0 ? available : count);
        int[] labels = new int[size];
        IntFunction<ExampleId> ids = ImageSet.numbered(part);
        try (Scope scope = Scope.open()) {
            Tensor pixels = Tensor.zeroBytes(size, SIDE, SIDE, 3);
            visit((file, bytes, content) -> {
                long start = firstRow.getOrDefault(file, Long.MAX_VALUE);
                byte[] buffer = new byte[record];
                for (long row = start; row < Math.min(size, start + bytes / record) && row >= 0; row++) {
                    if (content.readNBytes(buffer, 0, record) < record) {
                        throw new IllegalArgumentException(place + ": " + file + " ends within example " + row);
                    }
                    int label = buffer[labelBytes - 1] & 0xFF;
                    if (label >= classes.size()) {
                        throw new IllegalArgumentException(place + ": " + file + " gives example " + row + " label "
                                + label + ", expected 0…" + (classes.size() - 1) + "; is this " + name + "?");
                    }
                    labels[(int) row] = label;
                    pixels.writeBytes(row * 3 * PLANE, interleaved(buffer));
                }
            });
            return new ImageSet(name + " " + part, classes, pixels, labels, ids, subjects.of(ids));
        }
    }

    /** Three planes as one row-by-row image, channels together. */
    private byte[] interleaved(byte[] record) {
        byte[] image = new byte[3 * PLANE];
        for (int at = 0; at < PLANE; at++) {
            image[3 * at] = record[labelBytes + at];
            image[3 * at + 1] = record[labelBytes + PLANE + at];
            image[3 * at + 2] = record[labelBytes + 2 * PLANE + at];
        }
        return image;
    }

    private void visit(Tar.Visitor visitor) {
        try {
            if (packed) {
                Tar.walk(
                        place,
                        (path, size, content) ->
                                visitor.accept(path.substring(path.lastIndexOf('/') + 1), size, content));
                return;
            }
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    try (InputStream content = new java.io.BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                        visitor.accept(file.getFileName().toString(), Files.size(file), content);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + place, e);
        }
    }
}
