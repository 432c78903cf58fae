package lethe.metrics;

import java.util.Arrays;

/**
 * Sorts many numbers in time proportional to their number: distributes them by one byte after the other, the lowest
 * first. Bytes that all of them share, such as the lower ones of widened floats, cost nothing.
 */
final class RadixSort {
    private static final int FEWEST = 1 << 11; // fewer are sorted faster by comparing
    private static final int BYTES = 8;

    private RadixSort() {}

    /**
     * These numbers in ascending order, in the array given or in another of its length.
     *
     * @param values neither NaN nor −0; lost
     */
    static double[] ascending(double[] values) {
        if (values.length < FEWEST) {
            Arrays.sort(values);
            return values;
        }
        int[][] counts = new int[BYTES][256];
        for (double value : values) {
            long key = key(value);
            for (int b = 0; b < BYTES; b++) {
                counts[b][(int) (key >>> 8 * b) & 0xFF]++;
            }
        }
        double[] from = values;
        double[] to = new double[values.length];
        for (int b = 0; b < BYTES; b++) {
            int shift = 8 * b;
            int[] next = counts[b];
            if (next[(int) (key(from[0]) >>> shift) & 0xFF] == values.length) {
                continue;
            }
            int start = 0;
            for (int digit = 0; digit < 256; digit++) {
                int count = next[digit];
                next[digit] = start;
                start += count;
            }
            for (double value : from) {
                to[next[(int) (key(value) >>> shift) & 0xFF]++] = value;
            }
            double[] done = to;
            to = from;
            from = done;
        }
        return from;
    }

    /** Bits that, read as an unsigned number, are in the order of the values. */
    private static long key(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits ^ (bits >> 63 | Long.MIN_VALUE);
    }
}
