package lethe.models;

import java.util.List;
import java.util.Optional;

/**
 * What the tensors of a decoder are called and how they are stored; those of the published checkpoints, so that a
 * decoder's weights and such a file have the same names.
 */
public enum Layout {
    /** Matrices are {@code (in, out)}; queries, keys and values come from one, in three blocks. */
    GPT2(
            "transformer.wte",
            Optional.of("transformer.wpe"),
            "transformer.h.",
            "ln_1",
            List.of("attn.c_attn"),
            "attn.c_proj",
            "ln_2",
            Optional.empty(),
            "mlp.c_fc",
            "mlp.c_proj",
            "transformer.ln_f",
            "lm_head"),
    /** Matrices are {@code (out, in)}; queries, keys and values come from one, head by head. */
    GPT_NEOX(
            "gpt_neox.embed_in",
            Optional.empty(),
            "gpt_neox.layers.",
            "input_layernorm",
            List.of("attention.query_key_value"),
            "attention.dense",
            "post_attention_layernorm",
            Optional.empty(),
            "mlp.dense_h_to_4h",
            "mlp.dense_4h_to_h",
            "gpt_neox.final_layer_norm",
            "embed_out"),
    /** Matrices are {@code (out, in)}; queries, keys and values have one each, and norms no bias. */
    LLAMA(
            "model.embed_tokens",
            Optional.empty(),
            "model.layers.",
            "input_layernorm",
            List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            "self_attn.o_proj",
            "post_attention_layernorm",
            Optional.of("mlp.gate_proj"),
            "mlp.up_proj",
            "mlp.down_proj",
            "model.norm",
            "lm_head");

    final String tokens;
    final Optional<String> positions;
    final String layers;
    final String attentionNorm;
    final List<String> attentionInputs;
    final String attentionOutput;
    final String perceptronNorm;
    final Optional<String> gate;
    final String up;
    final String down;
    final String norm;
    final String head;

    Layout(
            String tokens,
            Optional<String> positions,
            String layers,
            String attentionNorm,
            List<String> attentionInputs,
            String attentionOutput,
            String perceptronNorm,
            Optional<String> gate,
            String up,
            String down,
            String norm,
            String head) {
        this.tokens = tokens;
        this.positions = positions;
        this.layers = layers;
        this.attentionNorm = attentionNorm;
        this.attentionInputs = attentionInputs;
        this.attentionOutput = attentionOutput;
        this.perceptronNorm = perceptronNorm;
        this.gate = gate;
        this.up = up;
        this.down = down;
        this.norm = norm;
        this.head = head;
    }
}
