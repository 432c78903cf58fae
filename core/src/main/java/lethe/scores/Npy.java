package lethe.scores;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A NumPy array file, format versions 1 to 3: little-endian numbers or booleans in C order. Python objects, which NumPy
 * stores as a program to be run, are refused, and so is a file whose length its header does not explain.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The format</a>
 */
final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    private static final Map<String, Integer> WIDTHS =
            Map.of("<f4", 4, "<f8", 8, "<i4", 4, "<i8", 8, "|b1", 1, "|i1", 1, "|u1", 1);
    private static final Pattern HEADER = Pattern.compile("\\{\\s*'descr':\\s*(?:'([^']*)'|(\\[.*\\]))\\s*,"
            + "\\s*'fortran_order':\\s*(True|False)\\s*,\\s*'shape':\\s*\\(([0-9,\\s]*)\\)\\s*,?\\s*\\}\\s*");

    private final Path file;
    private final String type;
    private final long[] shape;
    private final long offset;

    /** Receives the numbers of an array in C order. */
    interface Sink {
        void accept(long index, double value);
    }

    private Npy(Path file, String type, long[] shape, long offset) {
        this.file = file;
        this.type = type;
        this.shape = shape;
        this.offset = offset;
    }

    /**
     * Reads the header and checks it against the length of the file.
     *
     * @throws IllegalArgumentException if this is not such an array
     */
    static Npy open(Path file) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            byte[] magic = in.readNBytes(MAGIC.length);
            if (!Arrays.equals(magic, MAGIC)) {
                boolean zip = magic.length > 1 && magic[0] == 'P' && magic[1] == 'K';
                throw new IllegalArgumentException(file + " is not a .npy file"
                        + (zip ? " but an archive of them (.npz); save each array with numpy.save" : ""));
            }
            int major = in.readUnsignedByte();
            int minor = in.readUnsignedByte();
            if (major < 1 || major > 3 || minor != 0) {
                throw new IllegalArgumentException(
                        file + " has .npy format " + major + "." + minor + ", expected 1.0, 2.0 or 3.0");
            }
            int width = major == 1 ? 2 : 4;
            var length = ByteBuffer.wrap(in.readNBytes(width)).order(ByteOrder.LITTLE_ENDIAN);
            long bytes = length.remaining() < width
                    ? -1
                    : width == 2 ? length.getShort() & 0xFFFF : length.getInt() & 0xFFFFFFFFL;
            if (bytes < 0 || bytes > LONGEST_HEADER) {
                throw new IllegalArgumentException(file + " has a damaged header");
            }
            byte[] header = in.readNBytes((int) bytes);
            String text = new String(header, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
            Npy npy = parse(file, text, MAGIC.length + 2 + width + bytes);
            npy.checkLength(Files.size(file));
            return npy;
        } catch (EOFException e) {
            throw new IllegalArgumentException(file + " ends within its header", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the array " + file, e);
        }
    }

    private static Npy parse(Path file, String header, long offset) {
        Matcher fields = HEADER.matcher(header);
        if (!fields.matches()) {
            throw new IllegalArgumentException(
                    file + " has a header that numpy.save does not write: " + header.strip());
        }
        String type = fields.group(1) == null ? "a record " + fields.group(2) : fields.group(1);
        if (type.contains("O")) {
            throw new IllegalArgumentException(file + " holds Python objects, whose reading would run a program; save"
                    + " numbers instead: numpy.save(file, array.astype('float32'))");
        }
        if (!WIDTHS.containsKey(type)) {
            throw new IllegalArgumentException(file + " holds numbers of type '" + type + "', expected little-endian"
                    + " float32, float64, int32 or int64, or bool, int8 or uint8: numpy.save(file,"
                    + " array.astype('<f4'))");
        }
        if (fields.group(3).equals("True")) {
            throw new IllegalArgumentException(file + " is in Fortran order, expected C order:"
                    + " numpy.save(file, numpy.ascontiguousarray(array))");
        }
        long[] shape = Arrays.stream(fields.group(4).split(","))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .mapToLong(Npy::size)
                .toArray();
        return new Npy(file, type, shape, offset);
    }

    private static long size(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    private void checkLength(long found) {
        long expected;
        try {
            expected = width();
            for (long size : shape) {
                expected = Math.multiplyExact(expected, size);
            }
            expected = Math.addExact(expected, offset);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(file + " claims the shape " + shape() + ", which no file can hold", e);
        }
        if (found != expected) {
            throw new IllegalArgumentException(file + " has " + found + " bytes, but an array of shape " + shape()
                    + " and type '" + type + "' takes " + expected + (found < expected ? "; it was cut off" : ""));
        }
    }

    /** Sizes of the axes. */
    List<Long> shape() {
        return Arrays.stream(shape).boxed().toList();
    }

    /** Whether the elements are whole numbers or booleans. */
    boolean isWhole() {
        return !type.startsWith("<f");
    }

    /** Passes every element on, in C order. */
    void forEach(Sink sink) {
        int width = width();
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(offset);
            byte[] bytes = new byte[width << 13];
            var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            long index = 0;
            for (int read = in.readNBytes(bytes, 0, bytes.length);
                    read > 0;
                    read = in.readNBytes(bytes, 0, bytes.length)) {
                for (int at = 0; at + width <= read; at += width) {
                    sink.accept(index++, element(buffer, at));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the array " + file, e);
        }
    }

    private double element(ByteBuffer buffer, int at) {
        return switch (type) {
            case "<f4" -> buffer.getFloat(at);
            case "<f8" -> buffer.getDouble(at);
            case "<i4" -> buffer.getInt(at);
            case "<i8" -> buffer.getLong(at);
            case "|b1" -> buffer.get(at) == 0 ? 0 : 1;
            case "|u1" -> buffer.get(at) & 0xFF;
            default -> buffer.get(at);
        };
    }

    private int width() {
        return WIDTHS.getOrDefault(type, 0);
    }
}
