package lethe.models;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A {@code config.json} in the words of transformers. Each key is either read, known to change nothing that we compute,
 * or refused.
 */
final class HuggingFaceConfig {
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
    private final Keys keys;

    private HuggingFaceConfig(Path file) {
        this.file = file;
        this.keys = Keys.of(file);
    }

    /**
     * The form of network that a file describes.
     *
     * @throws IllegalArgumentException naming the key and the value that are not understood
     */
    static DecoderForm form(Path file) {
        HuggingFaceConfig config = new HuggingFaceConfig(file);
        String type = config.keys.text("model_type", "");
        Function<HuggingFaceConfig, DecoderForm> family = FAMILIES.get(type);
        if (family == null) {
            throw config.keys.fault("model_type", "expected one of " + FAMILIES.keySet());
        }
        DecoderForm form;
        try {
            form = family.apply(config);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(file.toString()) ? e : new IllegalArgumentException(file + ": " + message, e);
        }
        config.keys.refuseRest(HARMLESS);
        return form;
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
        keys.require("scale_attn_weights", true);
        keys.require("scale_attn_by_inverse_layer_idx", false);
        keys.require("add_cross_attention", false);
        int width = keys.count("n_embd");
        int heads = keys.count("n_head");
        int context = keys.present("n_positions") ? keys.count("n_positions") : keys.count("n_ctx");
        keys.ignore("n_ctx");
        return new DecoderForm(
                Layout.GPT2,
                keys.count("vocab_size"),
                context,
                width,
                keys.count("n_layer"),
                heads,
                heads,
                headSize(width, heads),
                keys.present("n_inner") ? keys.count("n_inner") : 4 * width,
                activation("activation_function", "gelu_new"),
                keys.number("layer_norm_epsilon", 1e-5),
                Optional.empty(),
                true,
                true,
                true,
                false,
                keys.flag("tie_word_embeddings", true));
    }

    private DecoderForm gptNeox() {
        int width = keys.count("hidden_size");
        int heads = keys.count("num_attention_heads");
        int size = headSize(width, heads);
        boolean biased = keys.flag("attention_bias", true);
        return new DecoderForm(
                Layout.GPT_NEOX,
                keys.count("vocab_size"),
                keys.count("max_position_embeddings"),
                width,
                keys.count("num_hidden_layers"),
                heads,
                heads,
                size,
                keys.count("intermediate_size"),
                activation("hidden_act", "gelu"),
                keys.number("layer_norm_eps", 1e-5),
                Optional.of(rotary(size, "rotary_emb_base", keys.number("rotary_pct", 0.25))),
                biased,
                biased,
                true,
                keys.flag("use_parallel_residual", true),
                keys.flag("tie_word_embeddings", false));
    }

    private DecoderForm llama() {
        boolean biased = keys.flag("attention_bias", false);
        keys.require("rope_interleaved", false);
        return llama(biased, biased, keys.flag("mlp_bias", false), keys.count("max_position_embeddings"));
    }

    /** Within its window, attention that slides is whole; longer texts are refused. */
    private DecoderForm mistral() {
        int context = keys.count("max_position_embeddings");
        int window = keys.present("sliding_window") ? keys.count("sliding_window") : context;
        return llama(false, false, false, Math.min(context, window));
    }

    private DecoderForm qwen2() {
        keys.require("use_sliding_window", false);
        keys.require("use_mrope", false);
        keys.ignore("sliding_window");
        return llama(true, false, false, keys.count("max_position_embeddings"));
    }

    private DecoderForm llama(boolean inputBias, boolean outputBias, boolean innerBias, int context) {
        int width = keys.count("hidden_size");
        int heads = keys.count("num_attention_heads");
        int size = keys.present("head_dim") ? keys.count("head_dim") : headSize(width, heads);
        if (!keys.node("layer_types")
                .valueStream()
                .allMatch(type -> type.asString("").equals("full_attention"))) {
            throw keys.fault("layer_types", "expected nothing but full_attention");
        }
        return new DecoderForm(
                Layout.LLAMA,
                keys.count("vocab_size"),
                context,
                width,
                keys.count("num_hidden_layers"),
                heads,
                keys.present("num_key_value_heads") ? keys.count("num_key_value_heads") : heads,
                size,
                keys.count("intermediate_size"),
                activation("hidden_act", "silu"),
                keys.number("rms_norm_eps", 1e-6),
                Optional.of(rotary(size, "rope_theta", 1)),
                inputBias,
                outputBias,
                innerBias,
                false,
                keys.flag("tie_word_embeddings", false));
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
        if (keys.present("rope_parameters") && keys.present("rope_scaling")) {
            throw keys.fault("rope_scaling", "expected it or rope_parameters, not both");
        }
        String key = keys.present("rope_parameters") ? "rope_parameters" : "rope_scaling";
        keys.ignore("rope_parameters", "rope_scaling");
        double base = keys.number(baseKey, 10_000);
        double turned = keys.number("partial_rotary_factor", share);
        if (!keys.present(key)) {
            return new Rotary((int) (headSize * turned), base, new Rotary.Unscaled());
        }
        Keys inner = keys.inner(key);
        base = inner.number("rope_theta", base);
        turned = inner.number("partial_rotary_factor", turned);
        Rotary.Scaling scaling = scaling(inner);
        inner.refuseRest(Set.of());
        return new Rotary((int) (headSize * turned), base, scaling);
    }

    private static Rotary.Scaling scaling(Keys keys) {
        String key = keys.present("rope_type") ? "rope_type" : "type";
        keys.ignore("type");
        switch (keys.text(key, "default")) {
            case "default":
                return new Rotary.Unscaled();
            case "linear":
                return new Rotary.Interpolated(keys.number("factor"));
            case "llama3":
                return new Rotary.Llama3(
                        keys.number("factor"),
                        keys.number("low_freq_factor"),
                        keys.number("high_freq_factor"),
                        keys.number("original_max_position_embeddings"));
            default:
                throw keys.fault(key, "expected default, linear or llama3");
        }
    }

    private Activation activation(String key, String absent) {
        Activation activation = ACTIVATIONS.get(keys.text(key, absent));
        if (activation == null) {
            throw keys.fault(key, "expected one of " + new TreeSet<>(ACTIVATIONS.keySet()));
        }
        return activation;
    }
}
