package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lethe.attacks.WorldSignals;

/**
 * Keeps large tables of signals in memory-mapped files, so that an audit's heap does not grow with its worlds and
 * examples. A file is deleted as soon as it is mapped and leaves nothing behind, whatever ends the process; its space is
 * free again when the table is no longer used. Small tables stay on the heap, as do those that the disk lacks room for.
 *
 * @param directory on a disk that holds about {@code 24·n·T} bytes for each signal of one method
 */
public record MappedFloats(Path directory) implements WorldSignals.Room {
    private static final int SMALL = 1 << 20; // floats; fewer stay on the heap
    private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES; // what one mapping holds

    @Override
    public FloatBuffer floats(int count) {
        if (count < SMALL || count > LARGEST) {
            return FloatBuffer.allocate(count);
        }
        try {
            if (Files.getFileStore(directory).getUsableSpace() < 2L * count * Float.BYTES) {
                return FloatBuffer.allocate(count); // writing to a mapping that the disk cannot hold ends the process
            }
            Path file = Files.createTempFile(directory, "signals-", ".part");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(MapMode.READ_WRITE, 0, (long) count * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot map " + (long) count * Float.BYTES + " bytes of signals in " + directory
                            + "; the directory must be writable",
                    e);
        }
    }
}
