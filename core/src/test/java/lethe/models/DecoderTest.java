package lethe.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import lethe.engine.AdamW;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {
    private static final int VOCABULARY = 300;
    private static final long[] TEXT = {32};

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    /** One of each kind, as small as they come. */
    static Stream<LanguageModel> forms() {
        Optional<Rotary> partial = Optional.of(new Rotary(4, 10_000, new Rotary.Unscaled()));
        Optional<Rotary> whole = Optional.of(new Rotary(8, 10_000, new Rotary.Interpolated(2)));
        return Stream.of(
                Gpt.nano(),
                vocabulary -> new DecoderForm(
                        Layout.GPT_NEOX,
                        vocabulary,
                        32,
                        16,
                        2,
                        2,
                        2,
                        8,
                        24,
                        Activation.GELU,
                        1e-5,
                        partial,
                        true,
                        true,
                        true,
                        true,
                        false),
                vocabulary -> new DecoderForm(
                        Layout.LLAMA,
                        vocabulary,
                        32,
                        16,
                        2,
                        4,
                        2,
                        8,
                        24,
                        Activation.SILU,
                        1e-6,
                        whole,
                        true,
                        false,
                        false,
                        false,
                        true));
    }

    // ---------------------------------------------------------------- size and shape

    @ParameterizedTest
    @MethodSource("forms")
    void logitsAreMadeOfFeatures(LanguageModel form) {
        try (Scope scope = Scope.open();
                Model model = form.create(TEXT, VOCABULARY, Seed.of(1))) {
            Decoder decoder = Decoder.of(model);
            Tensor ids = Tensor.of(3L, 1, 4, 1).reshape(1, 4);

            Tensor features = decoder.features(ids);

            assertThat(features.shape()).containsExactly(1, 4, decoder.form().width());
            assertThat(decoder.logits(features).toFloats())
                    .containsExactly(decoder.forward(ids).toFloats(), within(1e-6f));
        }
    }

    @Test
    void microHasTheParametersOfItsTwoLayersAndItsTables() {
        long layer = 12 * 64 * 64 + (3 + 1 + 4 + 1) * 64 + 4 * 64;

        try (Model model = Gpt.micro().blank(new long[] {64}, 65)) {
            assertThat(model.weights().size()).isEqualTo(2 * layer + 65 * 64 + 64 * 64 + 2 * 64);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyTokenGivesOneLogitPerTokenOfTheVocabulary(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1))) {
            Tensor logits = model.logits(ids(3, 7, 1));

            assertThat(logits.shape()).containsExactly(3, 7, VOCABULARY);
            assertThat(logits.isFinite()).isTrue();
            assertThat(Decoder.of(model).hidden(ids(3, 7, 1), 1).shape())
                    .containsExactly(3, 7, Decoder.of(model).form().width());
        }
    }

    @Test
    void theStreamBeforeTheFirstLayerIsTheSumOfTokenAndPosition() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = Gpt.nano().create(TEXT, VOCABULARY, Seed.of(1))) {
            Tensor tokens = Objects.requireNonNull(model.named().get("transformer.wte.weight"));
            Tensor positions = Objects.requireNonNull(model.named().get("transformer.wpe.weight"));

            Tensor stream = Decoder.of(model).hidden(Tensor.of(299L, 5L).reshape(1, 2), 0);

            assertThat(stream.toFloats())
                    .containsExactly(tokens.indexSelect(0, Tensor.of(299L, 5L))
                            .add(positions.narrow(0, 0, 2))
                            .toFloats());
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void laterTokensChangeNothingBefore(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1))) {
            Tensor first = ids(1, 10, 1);
            Tensor other = Tensor.concat(List.of(first.narrow(1, 0, 6), ids(1, 4, 2)), 1);

            float[] before = model.logits(first).narrow(1, 0, 6).toFloats();

            assertThat(model.logits(other).narrow(1, 0, 6).toFloats()).containsExactly(before, within(1e-6f));
            assertThat(model.logits(other).narrow(1, 6, 1).toFloats())
                    .isNotEqualTo(model.logits(first).narrow(1, 6, 1).toFloats());
        }
    }

    // ---------------------------------------------------------------- training

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aTextIsLearnedByHeart(Precision precision) {
        try (Scope scope = Scope.open();
                Model model = Gpt.nano().create(TEXT, VOCABULARY, Seed.of(1));
                AdamW optimizer = new AdamW(model.weights(), 0)) {
            Tensor texts = ids(2, 13, 3);
            Tensor inputs = texts.narrow(1, 0, 12).contiguous();
            Tensor labels = texts.narrow(1, 1, 12).contiguous();
            model.precision(precision);
            model.training(true);

            double before = model.logits(inputs).crossEntropy(labels).item();
            for (int i = 0; i < 60; i++) {
                try (Scope step = Scope.open()) {
                    optimizer.minimize(model.logits(inputs).crossEntropy(labels), 1e-2);
                }
            }
            model.training(false);

            assertThat(before).isCloseTo(Math.log(VOCABULARY), within(0.2)); // small weights know nothing
            assertThat(model.logits(inputs).crossEntropy(labels).item()).isLessThan(0.2);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void bfloat16LogitsAreCloseAndOnlyForTraining(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1))) {
            float[] exact = model.logits(ids(4, 16, 1)).toFloats();
            model.precision(Precision.BF16);
            assertThat(model.logits(ids(4, 16, 1)).toFloats()).isEqualTo(exact);

            model.training(true);
            float[] rounded = model.logits(ids(4, 16, 1)).toFloats();

            // Eight bits of mantissa: a few per cent of the logits' size. Ids above 256 have more bits than that.
            assertThat(norm(rounded, exact) / norm(exact, new float[exact.length]))
                    .isStrictlyBetween(0.0, 0.05);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aCopyIsEqualAndSharesNothing(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1));
                Model copy = model.copy()) {
            float[] before = model.logits(ids(2, 5, 1)).toFloats();

            assertThat(copy.logits(ids(2, 5, 1)).toFloats()).isEqualTo(before);
            copy.weights().values().mulInPlace(1.5);
            assertThat(model.logits(ids(2, 5, 1)).toFloats()).isEqualTo(before);
        }
    }

    // ---------------------------------------------------------------- remembering

    @ParameterizedTest
    @MethodSource("forms")
    void tokensOneByOneGiveTheLogitsOfTheWholeText(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1));
                Decoder.Cache cache = Decoder.of(model).cache(12, 0, 0)) {
            Tensor ids = ids(2, 12, 1);
            Tensor whole = model.logits(ids);

            for (int t = 0; t < 12; t++) {
                float[] next =
                        Decoder.of(model).next(ids.narrow(1, t, 1), cache).toFloats();
                assertThat(next).containsExactly(whole.select(1, t).toFloats(), within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void twoChunksAreOne(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1));
                Decoder.Cache cache = Decoder.of(model).cache(20, 0, 0)) {
            Tensor ids = ids(2, 12, 1);

            Tensor first = Decoder.of(model).forward(ids.narrow(1, 0, 5), cache);
            Tensor second = Decoder.of(model).forward(ids.narrow(1, 5, 7), cache);

            assertThat(Tensor.concat(List.of(first, second), 1).toFloats())
                    .containsExactly(model.logits(ids).toFloats(), within(1e-5f));
            assertThat(cache.length()).isEqualTo(12);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void textsFilledUpOnTheLeftGiveWhatTheyGiveAlone(LanguageModel architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(TEXT, VOCABULARY, Seed.of(1));
                Decoder.Cache cache = Decoder.of(model).cache(9, 4, 0)) {
            Tensor texts = ids(2, 9, 1);
            Tensor alone = texts.narrow(0, 0, 1).narrow(1, 4, 5);

            Tensor prompt = Decoder.of(model).forward(texts.narrow(1, 0, 8), cache);
            Tensor next = Decoder.of(model).next(texts.narrow(1, 8, 1), cache);

            float[] expected = model.logits(alone).narrow(1, 0, 4).toFloats();
            assertThat(prompt.narrow(0, 0, 1).narrow(1, 4, 4).toFloats()).containsExactly(expected, within(1e-5f));
            assertThat(next.select(0, 0).toFloats())
                    .containsExactly(model.logits(alone).select(1, 4).toFloats(), within(1e-5f));
            assertThat(next.select(0, 1).toFloats())
                    .containsExactly(
                            model.logits(texts).select(0, 1).select(0, 8).toFloats(), within(1e-5f));
            assertThat(prompt.isFinite()).isTrue();
        }
    }

    // ---------------------------------------------------------------- what is refused

    @Test
    void textsBeyondTheContextAreRefused() {
        try (Scope scope = Scope.open();
                Model model = Gpt.nano().create(TEXT, VOCABULARY, Seed.of(1));
                Decoder.Cache cache = Decoder.of(model).cache(40, 0)) {
            assertThatThrownBy(() -> model.logits(ids(1, 33, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A text has 33 tokens, but the context of the network is 32; cut or split the text");
            assertThatThrownBy(() -> Decoder.of(model).forward(ids(1, 33, 1), cache))
                    .hasMessageContaining("context of the network is 32");
            assertThatThrownBy(() -> Gpt.nano().build(new long[] {33}, VOCABULARY))
                    .hasMessageContaining("longest text has 33 tokens")
                    .hasMessageContaining("is 32");
        }
    }

    @Test
    void imagesAreRefused() {
        try (Scope scope = Scope.open();
                Model model = Gpt.nano().create(TEXT, VOCABULARY, Seed.of(1));
                Model mlp = new Mlp().create(TEXT, 2, Seed.of(1))) {
            assertThatThrownBy(() -> model.logits(Tensor.zeros(2, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("token ids (B, T) as 64-bit integers");
            assertThatThrownBy(() -> Gpt.nano().build(new long[] {3, 32, 32}, 10))
                    .hasMessageContaining("[3, 32, 32]");
            assertThatThrownBy(() -> Decoder.of(mlp)).hasMessageContaining("takes a language model");
        }
    }

    @Test
    void aCacheThatIsFullOrOfOtherTextsIsRefused() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = Gpt.nano().create(TEXT, VOCABULARY, Seed.of(1));
                Decoder.Cache cache = Decoder.of(model).cache(4, 0)) {
            Decoder.of(model).forward(ids(1, 3, 1), cache);

            assertThatThrownBy(() -> Decoder.of(model).forward(ids(1, 2, 1), cache))
                    .hasMessageContaining("1 texts and 1 more tokens");
            assertThatThrownBy(() -> Decoder.of(model).forward(ids(2, 1, 1), cache))
                    .hasMessageContaining("1 texts");
        }
    }

    // ---------------------------------------------------------------- helpers

    private static Tensor ids(int texts, int tokens, long seed) {
        long[] drawn = Seed.of(seed)
                .random()
                .longs((long) texts * tokens, 0, VOCABULARY)
                .toArray();
        return Tensor.of(drawn).reshape(texts, tokens);
    }

    private static double norm(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }
}
