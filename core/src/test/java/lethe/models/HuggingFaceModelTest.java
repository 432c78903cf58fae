package lethe.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The references were computed in 64 bits without any such library; {@code benchmarks/reference/language_models.py}. */
class HuggingFaceModelTest {
    static final Path REFERENCE = Path.of("src/test/resources/reference/lm");
    /** Two layers of 32-bit arithmetic deviate by up to 6e-6 from 64 bits. */
    static final Offset<Float> ROUNDING = within(5e-5f);

    @TempDir
    private Path folder;

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    // ---------------------------------------------------------------- reading

    @ParameterizedTest
    @CsvSource({
        "tiny-gpt2,               tiny-gpt2",
        "tiny-gpt2-prefixed,      tiny-gpt2",
        "tiny-neox,               tiny-neox",
        "tiny-llama,              tiny-llama",
        "tiny-llama3-f16,         tiny-llama3-f16",
        "tiny-qwen2-bf16-sharded, tiny-qwen2-bf16-sharded"
    })
    void everyFamilyGivesTheLogitsOfItsReference(String name, String golden) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = new HuggingFaceModel(REFERENCE.resolve(name)).read()) {
            for (JsonNode expected : golden(golden).get("cases")) {
                assertLogits(model, expected);
            }
        }
    }

    @Test
    void theNewerSpellingOfRotarySettingsIsTheSameModel() throws IOException {
        Path copy = copy("tiny-llama3-f16");
        Files.move(copy.resolve("config.json"), copy.resolve("old.json"));
        Files.move(copy.resolve("config-new-style.json"), copy.resolve("config.json"));

        assertThat(new HuggingFaceModel(copy).form(61))
                .isEqualTo(new HuggingFaceModel(REFERENCE.resolve("tiny-llama3-f16")).form(61));
    }

    @Test
    void residualsInSequenceAreThoseOfTheReference() throws IOException {
        Path copy = copy("tiny-neox");
        change(copy, text -> text.replace("\"use_parallel_residual\": true", "\"use_parallel_residual\": false"));

        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = new HuggingFaceModel(copy).read()) {
            assertLogits(model, golden("tiny-neox").get("sequential_residual_logits"));
        }
    }

    @Test
    void rotaryFrequenciesOfLlama3AreThoseOfTheReference() {
        double[] expected = golden("tiny-llama3-f16")
                .get("inv_freq")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .toArray();

        double[] frequencies = new HuggingFaceModel(REFERENCE.resolve("tiny-llama3-f16"))
                .form(61)
                .rotary()
                .orElseThrow()
                .frequencies();

        assertThat(frequencies).containsExactly(expected, within(1e-12));
    }

    @Test
    void aFolderInAPlanStartsFromItsWeightsWhateverTheSeed() {
        HuggingFaceModel architecture = new HuggingFaceModel(REFERENCE.resolve("tiny-llama"));
        long[] text = {20};

        try (Model one = architecture.create(text, 50, Seed.of(1));
                Model other = architecture.create(text, 50, Seed.of(2));
                Model copy = one.copy();
                Model fresh = one.fresh(Seed.of(1))) {
            assertThat(one.weights().equalTo(other.weights())).isTrue();
            assertThat(one.weights().equalTo(copy.weights())).isTrue();
            assertThat(one.weights().equalTo(fresh.weights())).isFalse();
            assertThat(one.classes()).isEqualTo(61);
        }
        assertThatThrownBy(() -> architecture.create(text, 62, Seed.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokenizer of the data has 62 ids, but the vocabulary of the model")
                .hasMessageContaining("is 61");
        assertThatThrownBy(() -> architecture.create(new long[] {65}, 61, Seed.of(1)))
                .hasMessageContaining("longest text has 65 tokens")
                .hasMessageContaining("64");
    }

    @Test
    void aHeadThatIsNotTheTableStaysApartFromIt() throws IOException {
        Path copy = copy("tiny-gpt2-prefixed");
        rewrite(
                copy,
                tensors -> Objects.requireNonNull(tensors.get("lm_head.weight")).mulInPlace(2));

        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model tied = new HuggingFaceModel(REFERENCE.resolve("tiny-gpt2-prefixed")).read();
                Model untied = new HuggingFaceModel(copy).read()) {
            Tensor ids = Tensor.of(3L, 14, 15).reshape(1, 3);

            assertThat(untied.logits(ids).toFloats())
                    .containsExactly(tied.logits(ids).mul(2).toFloats(), within(1e-5f));
            HuggingFaceModel.write(untied, folder.resolve("written"));
            try (Model again = new HuggingFaceModel(folder.resolve("written")).read()) {
                assertThat(again.weights().equalTo(untied.weights())).isTrue();
            }
        }
    }

    @Test
    void theEndsOfTextsAndTheTokenizerAreFound() throws IOException {
        Path copy = copy("tiny-llama");
        assertThat(new HuggingFaceModel(copy).endIds()).containsExactly(2);
        assertThat(new HuggingFaceModel(copy).tokenizer()).isEmpty();

        Files.writeString(copy.resolve("generation_config.json"), "{\"eos_token_id\": [7, 5]}");
        Files.writeString(copy.resolve("tokenizer.json"), "{}");

        assertThat(new HuggingFaceModel(copy).endIds()).containsExactly(5, 7);
        assertThat(new HuggingFaceModel(copy).tokenizer()).contains(copy.resolve("tokenizer.json"));
    }

    // ---------------------------------------------------------------- writing

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-neox", "tiny-llama", "tiny-llama3-f16", "tiny-qwen2-bf16-sharded"})
    void whatIsWrittenHasTheBitsThatWereRead(String name) throws IOException {
        Path target = folder.resolve("written");
        Path source = copy(name);
        Files.writeString(source.resolve("merges.txt"), "#version: 0.2\n");
        Map<String, byte[]> before = bytes(source);

        try (Model model = new HuggingFaceModel(source).read()) {
            HuggingFaceModel.write(model, target);
            try (Model again = new HuggingFaceModel(target).read()) {
                assertThat(again.weights().equalTo(model.weights())).isTrue();
            }
        }

        bytes(target)
                .forEach((tensor, bits) -> assertThat(bits)
                        .as(tensor)
                        .isEqualTo(before.getOrDefault(tensor, before.get(tensor.replace("transformer.", "")))));
        assertThat(new HuggingFaceModel(target).form(61)).isEqualTo(new HuggingFaceModel(source).form(61));
        assertThat(Safetensors.metadata(target.resolve("model.safetensors"))).containsEntry("format", "pt");
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "model.safetensors", "merges.txt");
        }
    }

    @Test
    void aModelTrainedHereIsWrittenForOthers() {
        Path target = folder.resolve("written");

        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = Gpt.nano().create(new long[] {32}, 61, Seed.of(1))) {
            HuggingFaceModel.write(model, target);
            try (Model again = new HuggingFaceModel(target).read()) {
                Tensor ids = Tensor.of(3L, 14, 15).reshape(1, 3);

                assertThat(Decoder.of(again).form()).isEqualTo(Decoder.of(model).form());
                assertThat(again.logits(ids).toFloats())
                        .isEqualTo(model.logits(ids).toFloats());
            }
        }
    }

    @Test
    void aModelIsNotWrittenWhereItCannotBeReadAgain() throws IOException {
        Path source = copy("tiny-qwen2-bf16-sharded");

        try (Model model = new HuggingFaceModel(source).read();
                Model mlp = new Mlp().create(new long[] {3}, 2, Seed.of(1))) {
            assertThatThrownBy(() -> HuggingFaceModel.write(model, source)).hasMessageContaining("in several files");
            Files.delete(source.resolve("model.safetensors.index.json"));
            assertThatThrownBy(() -> HuggingFaceModel.write(model, source))
                    .hasMessageContaining("the folder that the model came from");
            assertThatThrownBy(() -> HuggingFaceModel.write(mlp, folder.resolve("mlp")))
                    .hasMessageContaining("takes a language model");
        }
    }

    // ---------------------------------------------------------------- what is refused

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tiny-llama | "rope_scaling": null | "rope_scaling": {"rope_type": "yarn", "factor": 2.0} | rope_scaling.rope_type is "yarn"
            tiny-llama | "rope_scaling": null | "rope_scaling": {"type": "linear"} | rope_scaling.factor is missing
            tiny-llama | "rope_scaling": null | "rope_scaling": {"type": "linear", "factor": 2, "mscale": 1} | rope_scaling.mscale is 1; this is not understood
            tiny-llama | "rope_scaling": null | "quantization_config": {"bits": 4} | quantization_config is {"bits":4}
            tiny-llama | "rope_scaling": null | "qk_layernorm": true | qk_layernorm is true
            tiny-llama | "rope_scaling": null | "num_local_experts": 8 | num_local_experts is 8
            tiny-llama | "rope_scaling": null | "auto_map": {"AutoModel": "m.M"} | auto_map is
            tiny-llama | "rope_scaling": null | "hidden_size": 32 | Duplicate
            tiny-llama | "llama" | "mamba" | model_type is "mamba"; expected one of [gpt2, gpt_neox, llama, mistral, qwen2]
            tiny-llama | "silu" | "laurel" | hidden_act is "laurel"; expected one of
            tiny-llama | "hidden_size": 32, | | hidden_size is missing; expected a positive whole number
            tiny-llama | "hidden_size": 32 | "hidden_size": 33 | cannot be cut into 4 heads
            tiny-llama | "num_key_value_heads": 2 | "num_key_value_heads": 3 | multiple of the heads of keys and values
            tiny-llama | "attention_bias": false | "attention_bias": "no" | attention_bias is "no"; expected true or false
            tiny-llama | "vocab_size": 61 | "vocab_size": 61.5 | vocab_size is 61.5
            tiny-gpt2 | "scale_attn_weights": true | "scale_attn_weights": false | only true is supported
            tiny-qwen2-bf16-sharded | "use_sliding_window": false | "use_sliding_window": true | use_sliding_window is true
            tiny-neox | "rotary_pct": 0.25 | "rotary_pct": 0.2 | Rotary dimensions come in pairs
            """)
    void settingsThatAreNotUnderstoodAreRefusedByNameAndValue(String name, String old, String changed, String error)
            throws IOException {
        Path copy = copy(name);
        change(copy, text -> {
            assertThat(text).contains(old);
            return text.replace(old, changed == null ? "" : changed);
        });

        assertThatThrownBy(() -> new HuggingFaceModel(copy).read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(error);
    }

    @Test
    void attentionThatSlidesIsReadAsFarAsItsWindow() throws IOException {
        Path copy = copy("tiny-llama");
        change(
                copy,
                text -> text.replace("\"llama\"", "\"mistral\"")
                        .replaceAll("\"(attention|mlp)_bias\": false,", "")
                        .replace("\"rope_scaling\": null", "\"sliding_window\": 16"));

        assertThat(new HuggingFaceModel(copy).form(61).context()).isEqualTo(16);
    }

    @Test
    void pickledWeightsAreRefusedWithAReason() throws IOException {
        Path copy = copy("tiny-llama");
        Files.move(copy.resolve("model.safetensors"), copy.resolve("pytorch_model.bin"));

        assertThatThrownBy(() -> new HuggingFaceModel(copy).read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pytorch_model.bin")
                .hasMessageContaining("can run any code");
        assertThatThrownBy(() -> new HuggingFaceModel(folder).read()).hasMessageContaining("no config.json");
    }

    @Test
    void weightsThatDoNotFitAreNamed() throws IOException {
        Path missing = copy("tiny-llama");
        rewrite(missing, tensors -> tensors.remove("model.norm.weight"));
        assertThatThrownBy(() -> new HuggingFaceModel(missing).read())
                .hasMessageContaining("model.norm.weight is missing");

        Path more = copy("tiny-llama");
        rewrite(more, tensors -> tensors.put("model.layers.0.self_attn.q_proj.bias", Tensor.zeros(32)));
        assertThatThrownBy(() -> new HuggingFaceModel(more).read())
                .hasMessageContaining("model.layers.0.self_attn.q_proj.bias belongs to no part");

        Path shape = copy("tiny-llama");
        rewrite(shape, tensors -> tensors.put("model.norm.weight", Tensor.zeros(31)));
        assertThatThrownBy(() -> new HuggingFaceModel(shape).read())
                .hasMessageContaining("model.norm.weight has shape [31], expected [32]");

        Path type = copy("tiny-llama");
        rewrite(
                type,
                tensors -> tensors.put("model.norm.weight", Tensor.zeros(32).toIntegers()));
        assertThatThrownBy(() -> new HuggingFaceModel(type).read())
                .hasMessageContaining("model.norm.weight is stored as I64, expected F32, F16 or BF16");

        Path twice = copy("tiny-gpt2");
        rewrite(twice, tensors -> tensors.put("transformer.ln_f.bias", Tensor.zeros(32)));
        assertThatThrownBy(() -> new HuggingFaceModel(twice).read()).hasMessageContaining("there twice");
    }

    @Test
    void shardsThatAreNotWhatTheIndexSaysAreRefused() throws IOException {
        String second = "model-00002-of-00002.safetensors";
        String index = "model.safetensors.index.json";

        Path cut = copy("tiny-qwen2-bf16-sharded");
        byte[] bytes = Files.readAllBytes(cut.resolve(second));
        Files.write(cut.resolve(second), Arrays.copyOf(bytes, bytes.length - 10));
        assertThatThrownBy(() -> new HuggingFaceModel(cut).read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(second)
                .hasMessageContaining("truncated");

        Files.delete(cut.resolve(second));
        assertThatThrownBy(() -> new HuggingFaceModel(cut).read())
                .hasMessageContaining(second + " is not there; was the download complete?");

        Path moved = copy("tiny-qwen2-bf16-sharded");
        String map = Files.readString(moved.resolve(index));
        Files.writeString(
                moved.resolve(index),
                map.replace("\"model.norm.weight\": \"model-00001", "\"model.norm.weight\": \"model-00002"));
        assertThatThrownBy(() -> new HuggingFaceModel(moved).read())
                .hasMessageContaining("does not hold what model.safetensors.index.json says")
                .hasMessageContaining("[model.norm.weight]");

        Path outside = copy("tiny-qwen2-bf16-sharded");
        Files.writeString(outside.resolve(index), map.replace(second, "../" + second));
        assertThatThrownBy(() -> new HuggingFaceModel(outside).read())
                .hasMessageContaining("expected the name of a file in the same folder");
    }

    // ---------------------------------------------------------------- helpers

    static JsonNode golden(String name) {
        return JsonMapper.shared()
                .readTree(REFERENCE.resolve(name).resolve("golden.json").toFile());
    }

    static long[] ids(JsonNode expected) {
        return expected.get("input_ids")
                .valueStream()
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    static void assertLogits(Model model, JsonNode expected) {
        long[] ids = ids(expected);
        float[] logits = new float[ids.length * 61];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = expected.get("logits").get(i / 61).get(i % 61).floatValue();
        }
        assertThat(model.logits(Tensor.of(ids).reshape(1, ids.length)).toFloats())
                .containsExactly(logits, ROUNDING);
    }

    private Path copy(String name) throws IOException {
        Path target = Files.createTempDirectory(folder, name);
        try (Stream<Path> files = Files.list(REFERENCE.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        Files.deleteIfExists(target.resolve("golden.json"));
        return target;
    }

    private static void change(Path copy, UnaryOperator<String> edit) throws IOException {
        Path config = copy.resolve("config.json");
        Files.writeString(config, edit.apply(Files.readString(config)));
    }

    private static void rewrite(Path copy, Consumer<Map<String, Tensor>> edit) {
        Path file = copy.resolve("model.safetensors");
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(Safetensors.read(file));
            edit.accept(tensors);
            Safetensors.write(file, tensors, Map.of());
        }
    }

    /** The bytes of every tensor in the weight files of a folder, as they are stored. */
    private static Map<String, byte[]> bytes(Path folder) throws IOException {
        Map<String, byte[]> found = new HashMap<>();
        try (Stream<Path> files = Files.list(folder);
                Scope scope = Scope.open()) {
            for (Path file : files.filter(each -> each.toString().endsWith(".safetensors"))
                    .toList()) {
                byte[] all = Files.readAllBytes(file);
                int at = 8 + ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt();
                for (Map.Entry<String, Safetensors.Stored> entry :
                        Safetensors.stored(file).entrySet()) {
                    long count = entry.getValue().shape().stream().reduce(1L, Math::multiplyExact);
                    int width = switch (entry.getValue().type()) {
                        case F32 -> 4;
                        case F16, BF16 -> 2;
                        default -> 1;
                    };
                    found.put(entry.getKey(), Arrays.copyOfRange(all, at, at += (int) count * width));
                }
            }
        }
        return found;
    }
}
