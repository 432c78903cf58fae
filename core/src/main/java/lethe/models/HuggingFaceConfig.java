package lethe.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code config.json} in the words of transformers. Each key is either read, known to change nothing that we compute,
 * or refused: a setting that is not understood would give a network that answers, but wrongly.
 */
final class HuggingFaceConfig {
    private static final JsonMapper JSON = new JsonMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    /** Initialisation, dropout, generation, other tasks, and notes. */
    private static final Set<String> HARMLESS = Set.of(
            "architectures",
            "attention_dropout",
            "attn_pdrop",
            "bos_token_id",
            "classifier_dropout",
            "dtype",
            "embd_pdrop",
            "eos_token_id",
            "gradient_checkpointing",
            "hidden_dropout",
            "id2label",
            "initializer_range",
            "is_llama_config",
            "label2id",
            "max_window_layers",
            "name_or_path",
            "output_attentions",
            "output_hidden_states",
            "pad_token_id",
            "pretraining_tp",
            "reorder_and_upcast_attn",
            "resid_pdrop",
            "return_dict",
            "summary_activation",
            "summary_first_dropout",
            "summary_proj_to_labels",
            "summary_type",
            "summary_use_proj",
            "task_specific_params",
            "tokenizer_class",
            "torch_dtype",
            "transformers.js_config",
            "transformers_version",
            "use_cache");

    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "gelu", Activation.GELU,
            "gelu_new", Activation.GELU_TANH,
            "gelu_pytorch_tanh", Activation.GELU_TANH,
            "silu", Activation.SILU,
            "swish", Activation.SILU,
            "relu", Activation.RELU);

    private static final Map<String, Function<HuggingFaceConfig, DecoderForm>> FAMILIES = new LinkedHashMap<>();

    static {
        FAMILIES.put("gpt2", HuggingFaceConfig::gpt2);
        FAMILIES.put("gpt_neox", HuggingFaceConfig::gptNeox);
        FAMILIES.put("llama", HuggingFaceConfig::llama);
        FAMILIES.put("mistral", HuggingFaceConfig::mistral);
        FAMILIES.put("qwen2", HuggingFaceConfig::qwen2);
    }

    private final Path file;
    private final String prefix;
    private final JsonNode json;
    private final Set<String> understood = new HashSet<>();

    private HuggingFaceConfig(Path file, String prefix, JsonNode json) {
        this.file = file;
        this.prefix = prefix;
        this.json = json;
    }

    /**
     * The form of network that a file describes.
     *
     * @throws IllegalArgumentException naming the key and the value that are not understood
     */
    static DecoderForm form(Path file) {
        HuggingFaceConfig config = new HuggingFaceConfig(file, "", object(file));
        String type = config.text("model_type", "");
        Function<HuggingFaceConfig, DecoderForm> family = FAMILIES.get(type);
        if (family == null) {
            throw config.fault("model_type", "expected one of " + FAMILIES.keySet());
        }
        DecoderForm form;
        try {
            form = family.apply(config);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(file.toString()) ? e : new IllegalArgumentException(file + ": " + message, e);
        }
        config.refuseRest(HARMLESS);
        return form;
    }

    /** A JSON object from a file, each key once. */
    static JsonNode object(Path file) {
        try {
            JsonNode node = JSON.readTree(Files.readString(file));
            if (node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException(file + ": expected a JSON object");
    }

    /** What transformers needs to build a network of the layout of GPT-2. */
    static Map<String, Object> describe(DecoderForm form) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("architectures", List.of("GPT2LMHeadModel"));
        keys.put("model_type", "gpt2");
        keys.put("vocab_size", form.vocabulary());
        keys.put("n_positions", form.context());
        keys.put("n_embd", form.width());
        keys.put("n_layer", form.layers());
        keys.put("n_head", form.heads());
        keys.put("n_inner", form.inner());
        keys.put("activation_function", "gelu_new");
        keys.put("layer_norm_epsilon", form.epsilon());
        keys.put("attn_pdrop", 0.0);
        keys.put("embd_pdrop", 0.0);
        keys.put("resid_pdrop", 0.0);
        keys.put("tie_word_embeddings", form.tied());
        keys.put("torch_dtype", "float32");
        return keys;
    }

    // ---------------------------------------------------------------- families

    private DecoderForm gpt2() {
        require("scale_attn_weights", true);
        require("scale_attn_by_inverse_layer_idx", false);
        require("add_cross_attention", false);
        int width = count("n_embd");
        int heads = count("n_head");
        int context = present("n_positions") ? count("n_positions") : count("n_ctx");
        understood.add("n_ctx");
        return new DecoderForm(
                Layout.GPT2,
                count("vocab_size"),
                context,
                width,
                count("n_layer"),
                heads,
                heads,
                headSize(width, heads),
                present("n_inner") ? count("n_inner") : 4 * width,
                activation("activation_function", "gelu_new"),
                number("layer_norm_epsilon", 1e-5),
                Optional.empty(),
                true,
                true,
                true,
                false,
                flag("tie_word_embeddings", true));
    }

    private DecoderForm gptNeox() {
        int width = count("hidden_size");
        int heads = count("num_attention_heads");
        int size = headSize(width, heads);
        boolean biased = flag("attention_bias", true);
        return new DecoderForm(
                Layout.GPT_NEOX,
                count("vocab_size"),
                count("max_position_embeddings"),
                width,
                count("num_hidden_layers"),
                heads,
                heads,
                size,
                count("intermediate_size"),
                activation("hidden_act", "gelu"),
                number("layer_norm_eps", 1e-5),
                Optional.of(rotary(size, "rotary_emb_base", number("rotary_pct", 0.25))),
                biased,
                biased,
                true,
                flag("use_parallel_residual", true),
                flag("tie_word_embeddings", false));
    }

    private DecoderForm llama() {
        boolean biased = flag("attention_bias", false);
        require("rope_interleaved", false);
        return llama(biased, biased, flag("mlp_bias", false), count("max_position_embeddings"));
    }

    /** Within its window, attention that slides is whole; longer texts are refused. */
    private DecoderForm mistral() {
        int context = count("max_position_embeddings");
        int window = present("sliding_window") ? count("sliding_window") : context;
        return llama(false, false, false, Math.min(context, window));
    }

    private DecoderForm qwen2() {
        require("use_sliding_window", false);
        require("use_mrope", false);
        understood.add("sliding_window");
        return llama(true, false, false, count("max_position_embeddings"));
    }

    private DecoderForm llama(boolean inputBias, boolean outputBias, boolean innerBias, int context) {
        int width = count("hidden_size");
        int heads = count("num_attention_heads");
        int size = present("head_dim") ? count("head_dim") : headSize(width, heads);
        understood.add("layer_types");
        if (present("layer_types")
                && !json.get("layer_types")
                        .valueStream()
                        .allMatch(type -> type.asString("").equals("full_attention"))) {
            throw fault("layer_types", "expected nothing but full_attention");
        }
        return new DecoderForm(
                Layout.LLAMA,
                count("vocab_size"),
                context,
                width,
                count("num_hidden_layers"),
                heads,
                present("num_key_value_heads") ? count("num_key_value_heads") : heads,
                size,
                count("intermediate_size"),
                activation("hidden_act", "silu"),
                number("rms_norm_eps", 1e-6),
                Optional.of(rotary(size, "rope_theta", 1)),
                inputBias,
                outputBias,
                innerBias,
                false,
                flag("tie_word_embeddings", false));
    }

    private int headSize(int width, int heads) {
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    file + ": the width " + width + " cannot be cut into " + heads + " heads of equal size");
        }
        return width / heads;
    }

    /** Newer files keep everything in {@code rope_parameters}, older ones spread it over the top level. */
    private Rotary rotary(int headSize, String baseKey, double share) {
        if (present("rope_parameters") && present("rope_scaling")) {
            throw fault("rope_scaling", "expected it or rope_parameters, not both");
        }
        String key = present("rope_parameters") ? "rope_parameters" : "rope_scaling";
        understood.add("rope_parameters");
        understood.add("rope_scaling");
        double base = number(baseKey, 10_000);
        double turned = number("partial_rotary_factor", share);
        if (!present(key)) {
            return new Rotary((int) (headSize * turned), base, new Rotary.Unscaled());
        }
        if (!json.get(key).isObject()) {
            throw fault(key, "expected an object");
        }
        HuggingFaceConfig inner = new HuggingFaceConfig(file, key + ".", json.get(key));
        base = inner.number("rope_theta", base);
        turned = inner.number("partial_rotary_factor", turned);
        Rotary.Scaling scaling = inner.scaling();
        inner.refuseRest(Set.of());
        return new Rotary((int) (headSize * turned), base, scaling);
    }

    private Rotary.Scaling scaling() {
        String key = present("rope_type") ? "rope_type" : "type";
        understood.add("type");
        switch (text(key, "default")) {
            case "default":
                return new Rotary.Unscaled();
            case "linear":
                return new Rotary.Interpolated(number("factor"));
            case "llama3":
                return new Rotary.Llama3(
                        number("factor"),
                        number("low_freq_factor"),
                        number("high_freq_factor"),
                        number("original_max_position_embeddings"));
            default:
                throw fault(key, "expected default, linear or llama3");
        }
    }

    private Activation activation(String key, String absent) {
        Activation activation = ACTIVATIONS.get(text(key, absent));
        if (activation == null) {
            throw fault(key, "expected one of " + new TreeSet<>(ACTIVATIONS.keySet()));
        }
        return activation;
    }

    // ---------------------------------------------------------------- keys

    /** Null is how some writers say that a key is absent. */
    private boolean present(String key) {
        return json.hasNonNull(key);
    }

    private int count(String key) {
        understood.add(key);
        JsonNode value = json.get(key);
        if (value == null || !value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
            throw fault(key, "expected a positive whole number");
        }
        return value.asInt();
    }

    private double number(String key) {
        understood.add(key);
        JsonNode value = json.get(key);
        if (value == null || !value.isNumber()) {
            throw fault(key, "expected a number");
        }
        return value.asDouble();
    }

    private double number(String key, double absent) {
        understood.add(key);
        return present(key) ? number(key) : absent;
    }

    private boolean flag(String key, boolean absent) {
        understood.add(key);
        if (!present(key)) {
            return absent;
        }
        if (!json.get(key).isBoolean()) {
            throw fault(key, "expected true or false");
        }
        return json.get(key).asBoolean();
    }

    private String text(String key, String absent) {
        understood.add(key);
        if (!present(key)) {
            return absent;
        }
        if (!json.get(key).isString()) {
            throw fault(key, "expected a text");
        }
        return json.get(key).asString();
    }

    private void require(String key, boolean only) {
        if (flag(key, only) != only) {
            throw fault(key, "only " + only + " is supported");
        }
    }

    /** Names that begin with an underscore are private notes of the program that wrote the file. */
    private void refuseRest(Set<String> harmless) {
        for (String key : new TreeSet<>(json.propertyNames())) {
            if (present(key) && !understood.contains(key) && !harmless.contains(key) && !key.startsWith("_")) {
                throw fault(
                        key,
                        "this is not understood and may change what the network computes, so the checkpoint is refused");
            }
        }
    }

    private IllegalArgumentException fault(String key, String what) {
        JsonNode value = json.get(key);
        return new IllegalArgumentException(
                file + ": " + prefix + key + (value == null ? " is missing; " : " is " + value + "; ") + what);
    }
}
