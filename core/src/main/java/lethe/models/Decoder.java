package lethe.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import lethe.engine.Embedding;
import lethe.engine.LayerNorm;
import lethe.engine.Module;
import lethe.engine.RmsNorm;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * A transformer that reads token ids and says at each position which token follows: GPT-2, GPT-NeoX, Llama or Qwen2,
 * as its {@link DecoderForm} has it.
 *
 * <pre>
 *   x = tokens[id] (+ positions[p])
 *   in each layer:  x ← x + attention(norm x)                        both of the same x, where parallel
 *                   x ← x + perceptron(norm x)
 *   logits = head(norm x)
 * </pre>
 *
 * <p>Weights have the names of the published checkpoints. Shapes: {@code B} texts, {@code T} tokens, {@code S} tokens so
 * far, {@code D} width, {@code H} heads of queries, {@code G} of keys and values, {@code d} size of a head, {@code V}
 * vocabulary.
 */
public final class Decoder extends Module {
    /** Of fresh weights; GPT-2's. */
    private static final double STANDARD_DEVIATION = 0.02;

    private final DecoderForm form;
    private final Map<String, Projection> projections = new LinkedHashMap<>();
    private final Embedding tokens;
    private final Optional<Embedding> positions;
    private final List<Layer> layers = new ArrayList<>();
    private final Module norm;
    private final Optional<Projection> head;

    /** Declares the network. */
    public Decoder(DecoderForm form) {
        this.form = form;
        Layout names = form.layout();
        tokens = child(names.tokens, new Embedding(form.vocabulary(), form.width(), STANDARD_DEVIATION));
        positions = names.positions.map(
                name -> child(name, new Embedding(form.context(), form.width(), STANDARD_DEVIATION)));
        for (int i = 0; i < form.layers(); i++) {
            layers.add(child(names.layers + i, new Layer(i)));
        }
        norm = child(names.norm, norm());
        head = form.tied()
                ? Optional.empty()
                : Optional.of(child(
                        names.head, new Projection(form.width(), form.vocabulary(), false, false, STANDARD_DEVIATION)));
    }

    /**
     * The network of a language model.
     *
     * @throws IllegalArgumentException if the model is none
     */
    public static Decoder of(Model model) {
        if (model.network() instanceof Decoder decoder) {
            return decoder;
        }
        throw new IllegalArgumentException(
                "This takes a language model, such as gpt or huggingface, but the model is " + model.architecture());
    }

    /** The form of the network. */
    public DecoderForm form() {
        return form;
    }

    /**
     * Logits of the token after each.
     *
     * @param ids {@code (B, T)}, 64-bit integers
     * @return {@code (B, T, V)}
     */
    @Override
    public Tensor forward(Tensor ids) {
        return predict(hidden(ids, form.layers()));
    }

    /**
     * What the last linear map makes {@link #forward(Tensor) logits} of: the residual stream behind all layers, normalised.
     *
     * @param ids {@code (B, T)}, 64-bit integers
     * @return {@code (B, T, D)}
     */
    public Tensor features(Tensor ids) {
        return norm.forward(hidden(ids, form.layers()));
    }

    /** Logits {@code (B, T, V)} of {@link #features} {@code (B, T, D)}. */
    public Tensor logits(Tensor features) {
        return head.map(own -> own.forward(features))
                .orElseGet(() -> features.linear(tokens.weight().like(features)));
    }

    /**
     * The residual stream behind some layers, before the last norm.
     *
     * @param ids {@code (B, T)}, 64-bit integers
     * @param depth how many layers; 0 gives the embedded tokens
     * @return {@code (B, T, D)}
     */
    public Tensor hidden(Tensor ids, int depth) {
        requireTexts(ids);
        if (ids.size(1) > form.context()) {
            throw new IllegalArgumentException("A text has " + ids.size(1)
                    + " tokens, but the context of the network is " + form.context() + "; cut or split the text");
        }
        if (depth < 0 || depth > layers.size()) {
            throw new IllegalArgumentException(
                    "The network has " + layers.size() + " layers, but " + depth + " are asked for");
        }
        return run(ids, depth, Place.whole(this, ids.size(1)));
    }

    /**
     * As {@link #forward(Tensor)} for texts that go on: what came before is read from {@code cache}, and what {@code ids}
     * adds is kept there.
     */
    public Tensor forward(Tensor ids, Cache cache) {
        return predict(advance(ids, cache)); // (B, T, V)
    }

    /** As {@link #forward(Tensor, Cache)}, but the logits after the last token alone, {@code (B, V)}. */
    public Tensor next(Tensor ids, Cache cache) {
        return predict(advance(ids, cache).narrow(1, ids.size(1) - 1, 1)).select(1, 0);
    }

    /**
     * Room for what attention remembers of a batch of texts, to be closed by the caller.
     *
     * @param capacity tokens of each, with padding
     * @param padding how many of the first tokens of each text are none: texts of different lengths end together when
     *     they are filled up on the left
     */
    public Cache cache(int capacity, int... padding) {
        return new Cache(form, capacity, padding);
    }

    private Tensor advance(Tensor ids, Cache cache) {
        requireTexts(ids);
        Tensor x = run(ids, layers.size(), cache.place(this, ids)); // (B, T, D)
        cache.length += (int) ids.size(1);
        return x;
    }

    private void requireTexts(Tensor ids) {
        if (!ids.isIntegers() || ids.shape().length != 2 || ids.elements() == 0) {
            throw new IllegalArgumentException(
                    "A language model takes token ids (B, T) as 64-bit integers, but is given " + ids);
        }
    }

    private Tensor run(Tensor ids, int depth, Place place) {
        Tensor embedded = tokens.forward(ids);
        Tensor x = positions
                .map(table -> embedded.add(table.forward(place.positions)))
                .orElse(embedded)
                .to(activations()); // (B, T, D)
        for (Layer layer : layers.subList(0, depth)) {
            x = layer.forward(x, place);
        }
        return x;
    }

    private Tensor predict(Tensor x) {
        return logits(norm.forward(x)); // (B, T, V)
    }

    private Module norm() {
        return form.layout() == Layout.LLAMA
                ? new RmsNorm(form.width(), form.epsilon())
                : new LayerNorm(form.width(), form.epsilon());
    }

    // ---------------------------------------------------------------- adapters

    /**
     * Declares adapters of low rank on some linear maps and excludes everything else from training; before weights are
     * allocated.
     *
     * @param targets of the full name of a map, such as {@code transformer.h.0.attn.c_attn}
     */
    void adapt(int rank, double scale, Predicate<String> targets) {
        parameters().forEach(parameter -> parameter.trainable(false));
        projections.forEach((name, projection) -> {
            if (targets.test(name)) {
                projection.adapt(rank, scale);
            }
        });
    }

    /** The linear maps of all layers by full name, from input to output. */
    Map<String, Projection> projections() {
        return Collections.unmodifiableMap(projections);
    }

    // ---------------------------------------------------------------- one layer

    private final class Layer extends Module {
        private final int index;
        private final Module attentionNorm;
        private final List<Projection> inputs;
        private final Projection output;
        private final Module perceptronNorm;
        private final Optional<Projection> gate;
        private final Projection up;
        private final Projection down;

        Layer(int index) {
            this.index = index;
            Layout names = form.layout();
            int own = form.heads() * form.headSize(); // H·d
            int shared = form.groups() * form.headSize(); // G·d
            double residual = STANDARD_DEVIATION / Math.sqrt(2.0 * form.layers());
            attentionNorm = child(names.attentionNorm, norm());
            inputs = new ArrayList<>();
            for (String name : names.attentionInputs) {
                int out = names.attentionInputs.size() == 1 ? 3 * own : inputs.isEmpty() ? own : shared;
                inputs.add(projection(name, form.width(), out, form.inputBias(), STANDARD_DEVIATION));
            }
            output = projection(names.attentionOutput, own, form.width(), form.outputBias(), residual);
            perceptronNorm = child(names.perceptronNorm, norm());
            gate = names.gate.map(
                    name -> projection(name, form.width(), form.inner(), form.innerBias(), STANDARD_DEVIATION));
            up = projection(names.up, form.width(), form.inner(), form.innerBias(), STANDARD_DEVIATION);
            down = projection(names.down, form.inner(), form.width(), form.innerBias(), residual);
        }

        private Projection projection(String name, int in, int out, boolean biased, double deviation) {
            Projection made = child(name, new Projection(in, out, biased, form.layout() == Layout.GPT2, deviation));
            projections.put(form.layout().layers + index + "." + name, made);
            return made;
        }

        @Override
        public Tensor forward(Tensor x) {
            return forward(x, Place.whole(Decoder.this, x.size(1)));
        }

        Tensor forward(Tensor x, Place place) {
            Tensor y = x.add(attention(attentionNorm.forward(x), place)); // (B, T, D)
            return y.add(perceptron(perceptronNorm.forward(form.parallel() ? x : y))); // (B, T, D)
        }

        private Tensor attention(Tensor x, Place place) {
            List<Tensor> parts = queriesKeysValues(x);
            Tensor q = place.rotate(parts.get(0)); // (B, H, T, d)
            Tensor k = place.remember(place.rotate(parts.get(1)), index, 0); // (B, G, S, d)
            Tensor v = place.remember(parts.get(2), index, 1); // (B, G, S, d)
            Tensor read = place.causal
                    ? q.causalAttention(k, v)
                    : place.visible.map(seen -> q.attention(k, v, seen)).orElseGet(() -> q.attention(k, v));
            return output.forward(read.permute(0, 2, 1, 3).flatten(2)); // (B, H, T, d) to (B, T, D)
        }

        /** {@code (B, H, T, d)} and twice {@code (B, G, T, d)}. */
        private List<Tensor> queriesKeysValues(Tensor x) {
            if (inputs.size() == 3) {
                return inputs.stream().map(own -> heads(own.forward(x))).toList();
            }
            Tensor fused = inputs.get(0).forward(x); // (B, T, 3·H·d)
            Tensor parts = form.layout() == Layout.GPT2
                    ? fused.reshape(x.size(0), x.size(1), 3, form.heads(), form.headSize())
                            .permute(2, 0, 3, 1, 4)
                    : fused.reshape(x.size(0), x.size(1), form.heads(), 3, form.headSize())
                            .permute(3, 0, 2, 1, 4); // (3, B, H, T, d)
            return List.of(parts.select(0, 0), parts.select(0, 1), parts.select(0, 2));
        }

        private Tensor heads(Tensor x) {
            return x.reshape(x.size(0), x.size(1), -1, form.headSize()).permute(0, 2, 1, 3);
        }

        private Tensor perceptron(Tensor x) {
            Tensor wide = gate.map(
                            own -> form.activation().apply(own.forward(x)).mul(up.forward(x)))
                    .orElseGet(() -> form.activation().apply(up.forward(x))); // (B, T, inner)
            return down.forward(wide);
        }
    }

    // ---------------------------------------------------------------- where tokens stand

    /**
     * Where the tokens of one call stand and what they see.
     *
     * @param positions {@code (R, T)} with R = 1 where it is the same in all texts, otherwise B
     * @param turns cosine and sine of the angles of each position, {@code (R, 1, T, r)}, if queries and keys are turned
     * @param causal whether each token sees itself and those before it, and nothing else is there
     * @param visible otherwise, which of all tokens each one sees, {@code (R, 1, T, S)}; empty for all
     */
    private record Place(
            Tensor positions, List<Tensor> turns, boolean causal, Optional<Tensor> visible, Optional<Cache> cache) {

        /** Tokens 0 to T − 1 of texts that begin here. */
        static Place whole(Decoder decoder, long count) {
            long[][] positions = new long[1][(int) count];
            Arrays.setAll(positions[0], t -> t);
            return at(decoder, positions, true, Optional.empty(), Optional.empty());
        }

        static Place at(
                Decoder decoder, long[][] positions, boolean causal, Optional<Tensor> visible, Optional<Cache> cache) {
            List<Tensor> turns = decoder.form
                    .rotary()
                    .map(rotary -> turns(decoder, rotary, positions))
                    .orElse(List.of());
            Tensor flat = Tensor.of(
                    Arrays.stream(positions).flatMapToLong(Arrays::stream).toArray());
            return new Place(flat.reshape(positions.length, -1), turns, causal, visible, cache);
        }

        /** Angles are computed in 64 bits; in few bits neighbouring positions of a long text would be one. */
        private static List<Tensor> turns(Decoder decoder, Rotary rotary, long[][] positions) {
            double[] frequencies = rotary.frequencies();
            int half = frequencies.length;
            float[] cosines = new float[positions.length * positions[0].length * 2 * half];
            float[] sines = new float[cosines.length];
            int at = 0;
            for (long[] row : positions) {
                for (long position : row) {
                    for (int i = 0; i < half; i++) {
                        double angle = position * frequencies[i];
                        cosines[at + i] = cosines[at + half + i] = (float) Math.cos(angle);
                        sines[at + i] = sines[at + half + i] = (float) Math.sin(angle);
                    }
                    at += 2 * half;
                }
            }
            return List.of(
                    Tensor.of(cosines)
                            .reshape(positions.length, 1, -1, 2L * half)
                            .to(decoder.activations()),
                    Tensor.of(sines).reshape(positions.length, 1, -1, 2L * half).to(decoder.activations()));
        }

        /** Turns the planes (i, i + r/2) of each head {@code (B, H, T, d)} by the angles of its position. */
        Tensor rotate(Tensor x) {
            if (turns.isEmpty()) {
                return x;
            }
            long r = turns.get(0).size(3);
            long rest = x.size(3) - r;
            Tensor plane = rest == 0 ? x : x.narrow(3, 0, r);
            Tensor across = Tensor.concat(
                    List.of(plane.narrow(3, r / 2, r / 2).neg(), plane.narrow(3, 0, r / 2)), 3); // (B, H, T, r)
            Tensor turned = plane.mul(turns.get(0)).add(across.mul(turns.get(1)));
            return rest == 0 ? turned : Tensor.concat(List.of(turned, x.narrow(3, r, rest)), 3);
        }

        /** Keys or values {@code (B, G, S, d)} of all tokens so far, those of this call at the end. */
        Tensor remember(Tensor x, int layer, int kind) {
            return cache.map(memory -> memory.append(x, layer, kind)).orElse(x);
        }
    }

    /** Keys and values of the tokens so far, so that each token is computed once. */
    public static final class Cache implements AutoCloseable {
        private final int context;
        private final int capacity;
        private final int[] padding;
        /** Keys and values of each layer in turn, {@code (B, G, capacity, d)}. */
        private final List<Tensor> memory = new ArrayList<>();

        private int length;

        private Cache(DecoderForm form, int capacity, int... padding) {
            this.context = form.context();
            this.capacity = capacity;
            this.padding = padding.clone();
            try (Scope scope = Scope.open()) {
                for (int i = 0; i < 2 * form.layers(); i++) {
                    memory.add(Tensor.zeros(padding.length, form.groups(), capacity, form.headSize())
                            .retain());
                }
            }
        }

        /** How many tokens of each text are here, with padding. */
        public int length() {
            return length;
        }

        private Tensor append(Tensor x, int layer, int kind) {
            Tensor all = memory.get(2 * layer + kind);
            all.narrow(2, length, x.size(2)).copyInPlace(x);
            return all.narrow(2, 0, length + x.size(2));
        }

        private Place place(Decoder decoder, Tensor ids) {
            int count = (int) ids.size(1);
            if (ids.size(0) != padding.length || length + count > capacity) {
                throw new IllegalArgumentException("The cache has room for " + padding.length + " texts and "
                        + (capacity - length) + " more tokens of each, but is given " + ids);
            }
            int longest = length + count - Arrays.stream(padding).min().orElse(0);
            if (count > 1 && longest > context) {
                throw new IllegalArgumentException("A text has " + longest
                        + " tokens, but the context of the network is " + context + "; cut the text");
            }
            boolean padded = Arrays.stream(padding).anyMatch(none -> none > 0);
            long[][] positions = new long[padded ? padding.length : 1][count];
            for (int row = 0; row < positions.length; row++) {
                for (int t = 0; t < count; t++) {
                    // Texts that have ended may be filled up beyond the context, and nobody reads what comes of it.
                    positions[row][t] = Math.min(Math.max(0, length + t - padding[row]), context - 1);
                }
            }
            boolean alone = length == 0 && !padded;
            Optional<Tensor> visible =
                    alone || (count == 1 && !padded) ? Optional.empty() : Optional.of(visible(positions.length, count));
            return Place.at(decoder, positions, alone, visible, Optional.of(this));
        }

        /** A token sees those before it that are no padding, and itself, so that padding sees something too. */
        private Tensor visible(int rows, int count) {
            int all = length + count;
            float[] seen = new float[Math.multiplyExact(rows, Math.multiplyExact(count, all))];
            for (int row = 0; row < rows; row++) {
                for (int t = 0; t < count; t++) {
                    int at = (row * count + t) * all;
                    int self = length + t;
                    Arrays.fill(seen, at + Math.min(padding[row], self), at + self + 1, 1);
                }
            }
            return Tensor.of(seen).reshape(rows, 1, count, all);
        }

        @Override
        public void close() {
            memory.forEach(Tensor::close);
        }
    }
}
