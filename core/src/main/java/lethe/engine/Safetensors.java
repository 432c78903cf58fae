package lethe.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Files of named tensors in the safetensors format: the length of a header, a header in JSON, then dense, row-major,
 * little-endian numbers.
 *
 * <p>Reading trusts nothing: whatever the header claims is checked against the length of the file before memory is
 * taken. Tensors are read one after another straight into their own memory, so that the peak is the model itself, and a
 * file that shrinks meanwhile is an error rather than a crash.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format</a>
 */
public final class Safetensors {
    private static final String METADATA = "__metadata__";
    private static final long MAX_HEADER_BYTES = 100_000_000;
    /** No single transfer is larger; a {@link ByteBuffer} ends at 2 GiB. */
    private static final long PIECE_BYTES = 1L << 28;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Safetensors() {}

    /** The element types of the format that the engine has too. */
    public enum Type {
        F64(ScalarType.Double, 8),
        I64(ScalarType.Long, 8),
        C64(ScalarType.ComplexFloat, 8),
        F32(ScalarType.Float, 4),
        I32(ScalarType.Int, 4),
        F16(ScalarType.Half, 2),
        BF16(ScalarType.BFloat16, 2),
        I16(ScalarType.Short, 2),
        I8(ScalarType.Char, 1),
        U8(ScalarType.Byte, 1),
        BOOL(ScalarType.Bool, 1);

        final ScalarType scalar;
        final int bytes;

        Type(ScalarType scalar, int bytes) {
            this.scalar = scalar;
            this.bytes = bytes;
        }
    }

    /** One line of the header; offsets count from the end of the header. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(String name, Type type, long[] shape, long begin, long end) {}

    /** Entries in the order of their data. */
    private record Header(List<Entry> entries, Map<String, String> metadata, long dataStart) {}

    /**
     * Reads all tensors of a file, in the order of their data, onto the current device. They belong to the innermost
     * scope.
     *
     * @throws IllegalArgumentException if the file breaks a rule of the format, naming the file, the tensor and the rule
     */
    public static Map<String, Tensor> read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Header header = header(file, channel);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : header.entries) {
                tensors.put(entry.name, load(file, channel, header.dataStart, entry));
            }
            return tensors;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read weights from " + file, e);
        }
    }

    /** The free-form notes of a file, without reading its tensors. */
    public static Map<String, String> metadata(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return header(file, channel).metadata;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read weights from " + file, e);
        }
    }

    /**
     * What a file says of a tensor.
     *
     * @param type of its elements
     * @param shape lengths of all dimensions
     */
    public record Stored(Type type, List<Long> shape) {
        public Stored {
            shape = List.copyOf(shape);
        }
    }

    /** The tensors of a file by name, in the order of their data, without reading them. */
    public static Map<String, Stored> stored(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Map<String, Stored> stored = new LinkedHashMap<>();
            for (Entry entry : header(file, channel).entries) {
                stored.put(
                        entry.name,
                        new Stored(
                                entry.type, Arrays.stream(entry.shape).boxed().toList()));
            }
            return stored;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read weights from " + file, e);
        }
    }

    /**
     * Reads some tensors of a file one after another, each onto the current device, and frees it before the next: memory
     * is taken for the largest alone.
     *
     * @param wanted of a tensor's name
     * @param visitor of each name and tensor
     */
    public static void forEach(Path file, Predicate<String> wanted, BiConsumer<String, Tensor> visitor) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Header header = header(file, channel);
            for (Entry entry : header.entries) {
                if (wanted.test(entry.name)) {
                    try (Scope scope = Scope.open()) {
                        visitor.accept(entry.name, load(file, channel, header.dataStart, entry));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read weights from " + file, e);
        }
    }

    /**
     * Writes tensors of any layout and device. The file appears under its name only when it is complete; until then an
     * older one stays as it was. The same tensors and notes give the same bytes.
     *
     * @param metadata notes to store; {@code format=pt}, which other readers insist on, is always added
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        write(file, tensors, Map.of(), metadata);
    }

    /**
     * The same, but tensors named in {@code types} are rounded to that type, to the nearest and halves to even, one after
     * another.
     */
    public static void write(
            Path file, Map<String, Tensor> tensors, Map<String, Type> types, Map<String, String> metadata) {
        Path folder = file.toAbsolutePath().getParent();
        Path unfinished = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp");
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                store(channel, tensors, types, metadata);
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write weights to " + file, e);
        } finally {
            discard(unfinished);
        }
    }

    private static void discard(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the unfinished file " + unfinished, e);
        }
    }

    // ---------------------------------------------------------------- writing

    private static void store(
            FileChannel channel, Map<String, Tensor> tensors, Map<String, Type> types, Map<String, String> metadata)
            throws IOException {
        Map<String, Type> target = new HashMap<>();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Type chosen = types.get(entry.getKey());
            target.put(entry.getKey(), chosen == null ? typeOf(entry) : chosen);
        }
        // Wide types first, so that every tensor starts at a multiple of its element size.
        List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
        ordered.sort(Comparator.comparing((Map.Entry<String, Tensor> entry) -> -typeOf(entry, target).bytes)
                .thenComparing(Map.Entry::getKey));

        Map<String, Object> header = new LinkedHashMap<>();
        Map<String, String> notes = new TreeMap<>(metadata);
        notes.put("format", "pt");
        header.put(METADATA, notes);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : ordered) {
            if (entry.getKey().equals(METADATA)) {
                throw new IllegalArgumentException("A tensor must not be called '" + METADATA + "'");
            }
            Type type = typeOf(entry, target);
            long end = Math.addExact(offset, Math.multiplyExact(entry.getValue().elements(), (long) type.bytes));
            Map<String, Object> entryHeader = new LinkedHashMap<>(); // Map.of has another order in every process
            entryHeader.put("dtype", type);
            entryHeader.put("shape", entry.getValue().shape());
            entryHeader.put("data_offsets", new long[] {offset, end});
            header.put(entry.getKey(), entryHeader);
            offset = end;
        }
        byte[] json = JsonMapper.shared().writeValueAsBytes(header);
        int padding = (8 - json.length % 8) % 8;
        if (json.length + padding > MAX_HEADER_BYTES) {
            throw new IllegalArgumentException("The header would take " + json.length + " bytes, but the format allows "
                    + MAX_HEADER_BYTES + "; write fewer tensors to one file");
        }
        ByteBuffer start = ByteBuffer.allocate(8 + json.length + padding).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(json.length + padding).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        writeFully(channel, start.flip());
        for (Map.Entry<String, Tensor> entry : ordered) {
            try (Scope scope = Scope.open()) {
                org.bytedeco.pytorch.Tensor dense = entry.getValue()
                        .raw
                        .detach()
                        .to(Device.cpu().raw(), typeOf(entry, target).scalar)
                        .contiguous(torch.MemoryFormat.Contiguous);
                long bytes = dense.numel() * typeOf(entry, target).bytes;
                for (long at = 0; at < bytes; at += PIECE_BYTES) {
                    writeFully(channel, memory(dense, at, Math.min(PIECE_BYTES, bytes - at)));
                }
            }
        }
    }

    private static Type typeOf(Map.Entry<String, Tensor> entry, Map<String, Type> target) {
        return Objects.requireNonNull(target.get(entry.getKey()));
    }

    private static Type typeOf(Map.Entry<String, Tensor> entry) {
        ScalarType scalar = entry.getValue().type();
        return Arrays.stream(Type.values())
                .filter(type -> type.scalar == scalar)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Tensor '" + entry.getKey() + "' has type " + scalar
                        + ", which cannot be written; expected one of " + Arrays.toString(Type.values())));
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Some bytes of a dense tensor as a buffer that reads and writes through. */
    private static ByteBuffer memory(org.bytedeco.pytorch.Tensor dense, long from, long length) {
        return new BytePointer(dense.data_ptr())
                .position(from)
                .limit(from + length)
                .asByteBuffer();
    }

    // ---------------------------------------------------------------- reading

    private static Tensor load(Path file, FileChannel channel, long dataStart, Entry entry) throws IOException {
        org.bytedeco.pytorch.Tensor made = torch.empty(entry.shape, new TensorOptions(entry.type.scalar), null);
        long bytes = entry.end - entry.begin;
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            ByteBuffer piece = memory(made, at, Math.min(PIECE_BYTES, bytes - at));
            long position = dataStart + entry.begin + at;
            while (piece.hasRemaining()) {
                int count = channel.read(piece, position);
                if (count < 0) {
                    throw new IllegalArgumentException(file + ": tensor '" + entry.name + "' ends at byte " + position
                            + " while it is being read; was the file changed meanwhile?");
                }
                position += count;
            }
        }
        if (entry.type == Type.BOOL) {
            requireBooleans(file, entry, made);
        }
        return new Tensor(made).to(Scope.currentDevice());
    }

    /** Any other byte in a boolean is undefined behaviour in native code. */
    private static void requireBooleans(Path file, Entry entry, org.bytedeco.pytorch.Tensor made) {
        for (long at = 0; at < entry.end - entry.begin; at += PIECE_BYTES) {
            ByteBuffer piece = memory(made, at, Math.min(PIECE_BYTES, entry.end - entry.begin - at));
            while (piece.hasRemaining()) {
                byte value = piece.get();
                if (value != 0 && value != 1) {
                    throw fault(file, entry.name, "holds the byte " + (value & 0xFF) + " as a BOOL; expected 0 or 1");
                }
            }
        }
    }

    private static Header header(Path file, FileChannel channel) throws IOException {
        long fileBytes = channel.size();
        if (fileBytes < 8) {
            throw new IllegalArgumentException(file + ": found " + fileBytes
                    + " bytes, expected at least the 8 of a header length; is this a safetensors file?");
        }
        long length =
                readFully(file, channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (Long.compareUnsigned(length, MAX_HEADER_BYTES) > 0) {
            throw new IllegalArgumentException(file + ": the header claims " + Long.toUnsignedString(length)
                    + " bytes, expected at most " + MAX_HEADER_BYTES + "; is this a safetensors file?");
        }
        if (length > fileBytes - 8) {
            throw new IllegalArgumentException(file + ": the header claims " + length + " bytes, but only "
                    + (fileBytes - 8) + " follow; the file is truncated or not a safetensors file");
        }
        ByteBuffer bytes = readFully(file, channel, 8, (int) length);
        if (length == 0 || bytes.get(0) != '{') {
            throw new IllegalArgumentException(
                    file + ": the header does not start with '{'; is this a safetensors file?");
        }
        String json;
        try {
            json = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": the header is not valid UTF-8", e);
        }
        Header header = parse(file, json, 8 + length);
        requireGapless(file, header.entries, fileBytes - 8 - length);
        return header;
    }

    private static ByteBuffer readFully(Path file, FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IllegalArgumentException(file + ": ends within the header; was the file changed meanwhile?");
            }
        }
        return bytes.flip();
    }

    private static Header parse(Path file, String json, long dataStart) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    metadata = notes(file, parser);
                } else {
                    entries.add(entry(file, name, parser));
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException(file + ": the header goes on after its closing '}'");
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
        }
        // Empty tensors share their offset with a neighbour: the sort must look at the end as well, and be stable.
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        return new Header(List.copyOf(entries), Map.copyOf(metadata), dataStart);
    }

    private static Map<String, String> notes(Path file, JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException(file + ": " + METADATA + " must be an object of texts");
        }
        Map<String, String> notes = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new IllegalArgumentException(
                        file + ": " + METADATA + " '" + key + "' must be a text, but is " + parser.getString());
            }
            notes.put(key, parser.getString());
        }
        return notes;
    }

    private static Entry entry(Path file, String name, JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw malformed(file, name);
        }
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            if (key.equals("dtype") && value == JsonToken.VALUE_STRING) {
                dtype = parser.getString();
            } else if (key.equals("shape") && value == JsonToken.START_ARRAY) {
                shape = counts(file, name, "shape", parser);
            } else if (key.equals("data_offsets") && value == JsonToken.START_ARRAY) {
                offsets = counts(file, name, "data_offsets", parser);
            } else {
                throw malformed(file, name);
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw malformed(file, name);
        }
        Type type = type(file, name, dtype);
        long bytes = type.bytes;
        boolean empty = false;
        try {
            for (long side : shape) {
                empty |= side == 0;
                bytes = Math.multiplyExact(bytes, Math.max(side, 1));
            }
        } catch (ArithmeticException e) {
            throw fault(file, name, "has shape " + Arrays.toString(shape) + ", more elements than can be counted");
        }
        bytes = empty ? 0 : bytes;
        if (offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes) {
            throw fault(
                    file,
                    name,
                    "lies at bytes " + offsets[0] + "…" + offsets[1] + ", but " + dtype + Arrays.toString(shape)
                            + " takes " + bytes + " bytes");
        }
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private static long[] counts(Path file, String name, String key, JsonParser parser) {
        List<Long> found = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!whole || parser.getLongValue() < 0) {
                throw fault(
                        file, name, key + " holds " + parser.getString() + "; expected whole numbers of at least 0");
            }
            found.add(parser.getLongValue());
        }
        return found.stream().mapToLong(Long::longValue).toArray();
    }

    private static Type type(Path file, String name, String dtype) {
        for (Type type : Type.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw fault(
                file,
                name,
                "has type " + dtype + "; expected one of " + Arrays.toString(Type.values())
                        + ". Convert the file to one of these first");
    }

    /** Data must fill the rest of the file exactly: no holes, no overlaps, nothing behind it. */
    private static void requireGapless(Path file, List<Entry> entries, long dataBytes) {
        long expected = 0;
        for (Entry entry : entries) {
            if (entry.begin != expected) {
                throw fault(
                        file,
                        entry.name,
                        "starts at byte " + entry.begin + " of the data, expected " + expected + "; the data "
                                + (entry.begin < expected ? "overlaps" : "has a hole"));
            }
            expected = entry.end;
        }
        if (expected != dataBytes) {
            throw new IllegalArgumentException(file + ": the tensors take " + expected + " bytes, but " + dataBytes
                    + " are there; the file is " + (expected > dataBytes ? "truncated" : "longer than it should be"));
        }
    }

    private static IllegalArgumentException malformed(Path file, String tensor) {
        return fault(
                file,
                tensor,
                "is described wrongly; expected {\"dtype\": …, \"shape\": […], \"data_offsets\": [begin, end]}");
    }

    private static IllegalArgumentException fault(Path file, String tensor, String what) {
        return new IllegalArgumentException(file + ": tensor '" + tensor + "' " + what);
    }
}
