package lethe.models;

import static lethe.models.HuggingFaceModelTest.REFERENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lethe.catalog.Settings;
import lethe.engine.AdamW;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Parameter;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class LoraTest {
    private static final HuggingFaceModel LLAMA = new HuggingFaceModel(REFERENCE.resolve("tiny-llama"));
    private static final long[] TEXT = {32};

    @TempDir
    private Path folder;

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    // ---------------------------------------------------------------- against the reference

    @ParameterizedTest
    @CsvSource({"lora-tiny-llama, tiny-llama", "lora-tiny-gpt2, tiny-gpt2"})
    void adaptersGiveTheLogitsOfTheirReferenceBesideAndWithin(String adapter, String base) {
        JsonNode golden = HuggingFaceModelTest.golden(adapter);
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = Lora.read(REFERENCE.resolve(adapter), new HuggingFaceModel(REFERENCE.resolve(base)));
                Model merged = Lora.merge(model)) {
            HuggingFaceModelTest.assertLogits(model, golden);
            HuggingFaceModelTest.assertLogits(merged, golden);
            assertThat(merged.architecture()).isEqualTo(new HuggingFaceModel(REFERENCE.resolve(base)));
            if (golden.has("merged_q_proj_0_row0")) {
                float[] row = Objects.requireNonNull(merged.named().get("model.layers.0.self_attn.q_proj.weight"))
                        .select(0, 0)
                        .toFloats();
                for (int i = 0; i < row.length; i++) {
                    assertThat(row[i])
                            .isCloseTo(golden.get("merged_q_proj_0_row0").get(i).floatValue(), within(1e-6f));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"lora-tiny-llama, tiny-llama", "lora-tiny-gpt2, tiny-gpt2"})
    void whatIsWrittenIsWhatWasRead(String adapter, String base) {
        HuggingFaceModel beneath = new HuggingFaceModel(REFERENCE.resolve(base));

        try (Scope scope = Scope.open();
                Model model = Lora.read(REFERENCE.resolve(adapter), beneath)) {
            Lora.write(model, folder);
            Map<String, Tensor> written = Safetensors.read(folder.resolve("adapter_model.safetensors"));
            Map<String, Tensor> reference =
                    Safetensors.read(REFERENCE.resolve(adapter).resolve("adapter_model.safetensors"));

            assertThat(written.keySet()).isEqualTo(reference.keySet());
            written.forEach((name, tensor) -> assertThat(tensor.sameAs(Objects.requireNonNull(reference.get(name))))
                    .as(name)
                    .isTrue());
            try (Model again = Lora.read(folder, beneath)) {
                assertThat(again.architecture()).isEqualTo(model.architecture());
                assertThat(again.weights().equalTo(model.weights())).isTrue();
            }
        }
    }

    // ---------------------------------------------------------------- training

    static Stream<Architecture> bases() {
        return Stream.of(Gpt.nano(), LLAMA, new HuggingFaceModel(REFERENCE.resolve("tiny-neox")));
    }

    @ParameterizedTest
    @MethodSource("bases")
    void aFreshAdapterChangesNothingUntilItIsTrainedAndThenAlone(Architecture base) {
        Lora lora = new Lora(base, 4, 8, List.of());
        Tensor ids = Tensor.of(3L, 14, 15, 9, 26, 5).reshape(1, 6);
        try (Scope scope = Scope.open();
                Model plain = base.create(TEXT, 61, Seed.of(1));
                Model model = lora.create(TEXT, 61, Seed.of(1));
                AdamW optimizer = new AdamW(model.weights(), 0.1)) {
            assertThat(model.logits(ids).toFloats()).isEqualTo(plain.logits(ids).toFloats());
            Map<String, float[]> before = floats(model);
            Tensor labels = Tensor.of(14L, 15, 9, 26, 5, 35).reshape(1, 6);
            double loss = model.logits(ids).crossEntropy(labels).item();

            model.training(true);
            for (int i = 0; i < 40; i++) {
                try (Scope step = Scope.open()) {
                    optimizer.minimize(model.logits(ids).crossEntropy(labels), 3e-2);
                }
            }
            model.training(false);

            assertThat(model.logits(ids).crossEntropy(labels).item())
                    .isLessThan(loss - 0.3); // frozen tables bound the logits
            floats(model).forEach((name, values) -> {
                if (name.contains("lora_")) {
                    assertThat(values).as(name).isNotEqualTo(before.get(name));
                } else {
                    assertThat(values).as(name).isEqualTo(before.get(name));
                }
            });
            try (Model copy = model.copy()) {
                assertThat(copy.network().parameters().stream()
                                .filter(Parameter::isTrainable)
                                .count())
                        .isEqualTo(before.keySet().stream()
                                .filter(name -> name.contains("lora_"))
                                .count());
            }
        }
    }

    @Test
    void anAdapterIsPutOntoATrainedModelAndMergedIntoOneOfItsKind() {
        Tensor ids = Tensor.of(3L, 14, 15).reshape(1, 3);
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model trained = Gpt.nano().create(TEXT, 61, Seed.of(7));
                Model adapted = new Lora(Gpt.nano(), 2, 4, List.of("c_attn", "c_fc")).onto(trained, Seed.of(1))) {
            assertThat(adapted.logits(ids).toFloats())
                    .isEqualTo(trained.logits(ids).toFloats());
            adapted.named().forEach((name, tensor) -> {
                if (name.contains("lora_B")) {
                    tensor.copyInPlace(Seed.of(2).normal(0.1, tensor.shape()));
                }
            });

            try (Model merged = Lora.merge(adapted)) {
                assertThat(merged.architecture()).isEqualTo(Gpt.nano());
                assertThat(merged.logits(ids).toFloats())
                        .containsExactly(adapted.logits(ids).toFloats(), within(1e-5f));
                assertThat(merged.logits(ids).toFloats())
                        .isNotEqualTo(trained.logits(ids).toFloats());
            }
            assertThatThrownBy(() -> new Lora(Gpt.micro(), 2, 4, List.of()).onto(trained, Seed.of(1)))
                    .hasMessageContaining("adapters are for a model of");
            assertThatThrownBy(() -> Lora.merge(trained)).hasMessageContaining("takes a model with adapters");
        }
    }

    @Test
    void settingsSurviveAPlan() {
        record Plan(Architecture model) {}
        Lora lora = new Lora(LLAMA, 4, 2.5, List.of("q_proj"));

        assertThat(Settings.parse(Settings.toYaml(new Plan(lora)), "plan", Plan.class)
                        .model())
                .isEqualTo(lora);
        assertThatThrownBy(() -> new Lora(new Mlp(), 4, 8, List.of()))
                .hasMessageContaining("base must be a language model");
        assertThatThrownBy(() -> new Lora(LLAMA, 4, 8, List.of("c_attn")).build(TEXT, 61))
                .hasMessageContaining("targets holds 'c_attn', but the linear maps of")
                .hasMessageContaining("q_proj");
    }

    // ---------------------------------------------------------------- other people's files

    @Test
    void aPatternIsForWholeNames() throws IOException {
        Path adapter = copy();
        change(
                adapter,
                text -> text.replaceAll(
                        "(?s)\\[\\s*\"q_proj\",\\s*\"v_proj\"\\s*\\]", "\".*[01].self_attn.[qv]_proj\""));

        try (Model model = Lora.read(adapter, LLAMA);
                Model listed = Lora.read(REFERENCE.resolve("lora-tiny-llama"), LLAMA)) {
            assertThat(model.weights().equalTo(listed.weights())).isTrue();
        }
        change(adapter, text -> text.replace("[qv]_proj", "q"));
        assertThatThrownBy(() -> Lora.read(adapter, LLAMA)).hasMessageContaining("no linear map");
    }

    @Test
    void rankStabilisedAdaptersHaveTheirOwnScale() throws IOException {
        Path adapter = copy();
        change(adapter, text -> text.replace("\"use_rslora\": false", "\"use_rslora\": true"));

        try (Model model = Lora.read(adapter, LLAMA)) {
            assertThat(((Lora) model.architecture()).alpha() / 4).isEqualTo(8 / Math.sqrt(4));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "bias": "none"       | "bias": "all"               | bias is "all"; only none is supported
            "bias": "none"       | "use_dora": true            | use_dora is true; this is not understood
            "bias": "none"       | "modules_to_save": ["head"] | modules_to_save is ["head"]
            "bias": "none"       | "rank_pattern": {"q": 2}    | rank_pattern is {"q":2}
            "bias": "none"       | "init_lora_weights": "pissa" | changed base
            "peft_type": "LORA"  | "peft_type": "IA3"          | peft_type is "IA3"; expected LORA
            "r": 4               | "r": 5                      | lora_A.weight is F32[4, 32], expected floats [5, 32]
            "q_proj"             | "k_proj"                    | k_proj.lora_A.weight is missing
            """)
    void adaptersThatAreNotUnderstoodAreRefused(String old, String changed, String error) throws IOException {
        Path adapter = copy();
        change(adapter, text -> text.replace(old, changed));

        assertThatThrownBy(() -> Lora.read(adapter, LLAMA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(error);
    }

    @Test
    void keysThatSayThatSomethingIsOffAreTaken() throws IOException {
        Path adapter = copy();
        change(
                adapter,
                text -> text.replace(
                        "\"bias\": \"none\"", "\"use_dora\": false, \"rank_pattern\": {}, \"modules_to_save\": null"));

        Lora.read(adapter, LLAMA).close();
    }

    private Path copy() throws IOException {
        Path target = Files.createTempDirectory(folder, "adapter");
        for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(REFERENCE.resolve("lora-tiny-llama").resolve(name), target.resolve(name));
        }
        return target;
    }

    private static void change(Path adapter, UnaryOperator<String> edit) throws IOException {
        Path config = adapter.resolve("adapter_config.json");
        String before = Files.readString(config);
        assertThat(edit.apply(before)).isNotEqualTo(before);
        Files.writeString(config, edit.apply(before));
    }

    private static Map<String, float[]> floats(Model model) {
        Map<String, float[]> found = new LinkedHashMap<>();
        model.named().forEach((name, tensor) -> found.put(name, tensor.toFloats()));
        return found;
    }
}
