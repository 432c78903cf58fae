package lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reference files were written by {@code benchmarks/reference/safetensors_files.py}. */
class SafetensorsTest {
    private static final Path REFERENCE = Path.of("src/test/resources/reference/safetensors");

    @TempDir
    Path folder;

    @Test
    void everyValueOfTheReferenceFileIsRead() {
        JsonNode golden = golden();
        try (Scope scope = Scope.open()) {
            Path file = REFERENCE.resolve("edge-valid.safetensors");

            Map<String, Tensor> tensors = Safetensors.read(file);

            assertThat(tensors).hasSize(golden.get("tensors").size());
            for (Map.Entry<String, JsonNode> expected : golden.get("tensors").properties()) {
                Tensor tensor = named(tensors, expected.getKey());
                assertThat(tensor.shape()).as(expected.getKey()).isEqualTo(longs(expected.getValue(), "shape"));
                assertThat(hex(tensor))
                        .as(expected.getKey())
                        .isEqualTo(expected.getValue().get("bytes_hex").asString());
            }
            assertThat(named(tensors, "bf16").toFloats()).containsExactly(3.140625f, -9.96921e37f, 1, 1.015625f);
            assertThat(named(tensors, "i64").toLongs()).containsExactly(1L << 62, -1);
            assertThat(Safetensors.metadata(file)).isEqualTo(Map.of("format", "pt", "note", "edge cases"));
        }
    }

    static Stream<String> badFiles() {
        return golden().get("must_be_rejected").valueStream().map(JsonNode::asString);
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void malformedFilesAreRejectedByName(String name) {
        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> Safetensors.read(REFERENCE.resolve(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void errorsNameTheTensorAndTheExpectation() {
        assertThatThrownBy(() -> Safetensors.metadata(REFERENCE.resolve("bad-hole.safetensors")))
                .hasMessageEndingWith(
                        "bad-hole.safetensors: tensor 'b' starts at byte 8 of the data, expected 4; the data has a hole");
        assertThatThrownBy(() -> Safetensors.metadata(REFERENCE.resolve("bad-size-mismatch.safetensors")))
                .hasMessageEndingWith("tensor 'a' lies at bytes 0…8, but F32[3] takes 12 bytes");
    }

    @Test
    void headersThatOnlyAStrictReaderCatchesAreRejected() throws IOException {
        String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

        assertThatThrownBy(() -> readHeader("{\"a\":" + entry + "}x", 4)).hasMessageContaining("header");
        assertThatThrownBy(() -> readHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", 4))
                .hasMessageContaining("shape holds 1.0");
        assertThatThrownBy(() -> readHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4))
                .hasMessageContaining("described wrongly");
        assertThatThrownBy(() -> readHeader("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4))
                .hasMessageContaining("F8_E4M3")
                .hasMessageContaining("Convert");
        assertThatThrownBy(() ->
                        readHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", 4))
                .hasMessageContaining("shape");
        assertThatThrownBy(() -> readHeader(
                        "{\"a\":{\"dtype\":\"U8\",\"shape\":[0,4611686018427387904,4],\"data_offsets\":[0,0]}}", 0))
                .hasMessageContaining("more elements than can be counted");
        assertThat(readHeader("{}", 0)).isEmpty();
        assertThat(readHeader("{\"a\":" + entry + "}   ", 4)).containsOnlyKeys("a");
    }

    @Test
    void booleansOtherThanZeroAndOneAreRejected() throws IOException {
        Path file = file("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}", new byte[] {1, 7});

        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("tensor 'a' holds the byte 7");
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        try (Scope scope = Scope.open()) {
            Tensor images = Seed.of(1).normal(1, 2, 3, 4, 5);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("label", Tensor.of(7L, -1L));
            tensors.put("conv.weight", images.channelsLast());
            tensors.put("half", images.to(Precision.BF16));
            tensors.put("transposed", Tensor.of(1f, 2, 3, 4, 5, 6).reshape(2, 3).transpose());
            tensors.put("bytes", Tensor.ofBytes(new byte[] {0, -1, 3}, 3));
            tensors.put("none", Tensor.zeros(0, 7));
            Path file = folder.resolve("new/folder/model.safetensors");

            Safetensors.write(file, tensors, Map.of("epoch", "3"));
            Map<String, Tensor> read = Safetensors.read(file);

            assertThat(read.keySet()).containsExactly("label", "conv.weight", "none", "transposed", "half", "bytes");
            tensors.forEach((name, tensor) -> {
                assertThat(named(read, name).shape()).as(name).isEqualTo(tensor.shape());
                assertThat(named(read, name).type()).as(name).isEqualTo(tensor.type());
                assertThat(hex(named(read, name))).as(name).isEqualTo(hex(tensor.contiguous()));
            });
            assertThat(Safetensors.metadata(file)).isEqualTo(Map.of("format", "pt", "epoch", "3"));
            ByteBuffer start = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(start.getLong() % 8).isZero();
        }
    }

    @Test
    void tensorsAreReadOverOthersAndRoundedToTheNearest() {
        try (Scope scope = Scope.open()) {
            Path file = folder.resolve("model.safetensors");
            Tensor values = Tensor.of(1.00390625f, 1.01171875f, -3, 0.1f).reshape(2, 2); // halves between bfloat16s
            Map<String, Tensor> tensors = Map.of("wide", values, "narrow", values, "other", values);
            Safetensors.write(file, tensors, Map.of("narrow", Safetensors.Type.BF16), Map.of());
            Map<String, Tensor> targets = Map.of("wide", Tensor.zeros(2, 2), "narrow", Tensor.zeros(2, 2));

            Safetensors.readInto(file, targets);

            assertThat(Safetensors.stored(file))
                    .containsEntry("narrow", new Safetensors.Stored(Safetensors.Type.BF16, List.of(2L, 2L)))
                    .containsEntry("wide", new Safetensors.Stored(Safetensors.Type.F32, List.of(2L, 2L)));
            assertThat(named(targets, "wide").toFloats()).containsExactly(1.00390625f, 1.01171875f, -3, 0.1f);
            assertThat(named(targets, "narrow").toFloats()).containsExactly(1, 1.015625f, -3, 0.10009765625f);
            assertThat(Safetensors.read(file, "other"::equals)).containsOnlyKeys("other");
            assertThatThrownBy(() -> Safetensors.readInto(file, Map.of("wide", Tensor.zeros(4))))
                    .hasMessageContaining("'wide' has another shape");
            assertThatThrownBy(() -> Safetensors.readInto(file, Map.of("none", Tensor.zeros(4))))
                    .hasMessageContaining("'none' is not there");
        }
    }

    @Test
    void theSameTensorsGiveTheSameBytesInWhateverOrderTheyCome() throws IOException {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensor.of(1f);
            Tensor b = Tensor.of(2f);

            Safetensors.write(
                    folder.resolve("1"), new LinkedHashMap<>(Map.of("a", a, "b", b)), Map.of("x", "1", "y", "2"));
            Map<String, Tensor> reversed = new LinkedHashMap<>();
            reversed.put("b", b);
            reversed.put("a", a);
            Safetensors.write(folder.resolve("2"), reversed, Map.of("y", "2", "x", "1"));

            assertThat(folder.resolve("1")).hasSameBinaryContentAs(folder.resolve("2"));
        }
    }

    @Test
    void tensorsBelongToTheScopeTheyAreReadIn() {
        Tensor read;
        try (Scope scope = Scope.open()) {
            read = named(Safetensors.read(REFERENCE.resolve("edge-valid.safetensors")), "f64");
        }

        assertThat(read.raw.isNull()).isTrue();
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoRubbish() throws IOException {
        try (Scope scope = Scope.open()) {
            Path file = folder.resolve("model.safetensors");
            Safetensors.write(file, Map.of("a", Tensor.of(1f)), Map.of());
            byte[] before = Files.readAllBytes(file);
            Map<String, Tensor> unwritable = new LinkedHashMap<>();
            unwritable.put("a", Tensor.of(2f));
            unwritable.put("b", new Tensor(Tensor.of(3f).raw.to(ScalarType.UInt16)));

            assertThatThrownBy(() -> Safetensors.write(file, unwritable, Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'b'");

            assertThat(file).hasBinaryContent(before);
            assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**.tmp");
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedBytesAreRejectedOrReadButNeverCrash(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[] bytes = Files.readAllBytes(REFERENCE.resolve("edge-valid.safetensors"));
        for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
            bytes[random.nextInt(random.nextBoolean() ? 850 : bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(4) == 0) {
            bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        Path file = Files.write(folder.resolve("damaged.safetensors"), bytes);

        try (Scope scope = Scope.open()) {
            Safetensors.read(file).values().forEach(tensor -> {
                if (tensor.type() != ScalarType.ComplexFloat) {
                    tensor.toFloats();
                }
            });
        } catch (IllegalArgumentException rejected) {
            assertThat(rejected).hasMessageContaining("damaged.safetensors");
        } catch (RuntimeException other) {
            fail("Expected a described rejection", other);
        }
    }

    private Map<String, Tensor> readHeader(String header, int dataBytes) throws IOException {
        return Safetensors.read(file(header, new byte[dataBytes]));
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text).put(data);
        return Files.write(folder.resolve("made.safetensors"), bytes.array());
    }

    private static Tensor named(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static JsonNode golden() {
        return JsonMapper.shared().readTree(REFERENCE.resolve("golden.json").toFile());
    }

    private static long[] longs(JsonNode node, String key) {
        return node.get(key).valueStream().mapToLong(JsonNode::asLong).toArray();
    }

    private static String hex(Tensor tensor) {
        byte[] bytes = new byte[(int) (tensor.elements() * tensor.raw.element_size())];
        if (bytes.length > 0) {
            new BytePointer(tensor.raw.data_ptr()).get(bytes);
        }
        return HexFormat.of().formatHex(bytes);
    }
}
