package lethe.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A range of indices cut into blocks, which the threads of the common pool share.
 *
 * <p>Where the blocks lie depends on the range alone. As long as the work on one does not read what another writes, and
 * sums over blocks are taken in their order, results are the same to the last bit on any number of threads.
 */
public final class Blocks {
    private Blocks() {}

    /** Work on the indices from {@code from} up to but not including {@code to}. */
    @FunctionalInterface
    public interface Work {
        void on(int from, int to);
    }

    /** What the indices from {@code from} up to but not including {@code to} give. */
    @FunctionalInterface
    public interface Part<T> {
        T of(int from, int to);
    }

    /** Works on all of 0…{@code count} − 1, {@code length} indices at a time; a single block stays on this thread. */
    public static void forEach(int count, int length, Work work) {
        if (count <= length) {
            work.on(0, count);
            return;
        }
        starts(count, length).parallel().forEach(from -> work.on(from, end(from, count, length)));
    }

    /** What each block gives, in the order of the blocks. */
    public static <T> List<T> map(int count, int length, Part<T> part) {
        if (count <= length) {
            return List.of(part.of(0, count));
        }
        return starts(count, length)
                .parallel()
                .mapToObj(from -> part.of(from, end(from, count, length)))
                .toList();
    }

    private static IntStream starts(int count, int length) {
        return IntStream.range(0, (int) (((long) count + length - 1) / length)).map(block -> block * length);
    }

    private static int end(int from, int count, int length) {
        return from + Math.min(length, count - from);
    }
}
