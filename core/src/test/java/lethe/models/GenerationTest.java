package lethe.models;

import static lethe.models.HuggingFaceModelTest.REFERENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.text.Tokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class GenerationTest {
    private static final Set<Integer> NEVER = Set.of();

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    // ---------------------------------------------------------------- against the reference

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-neox", "tiny-llama", "tiny-llama3-f16", "tiny-qwen2-bf16-sharded"})
    void theLikeliestContinuationsAreThoseOfTheReference(String name) {
        List<int[]> prompts = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        for (JsonNode each : HuggingFaceModelTest.golden(name).get("cases")) {
            int[] ids = ints(each.get("input_ids"));
            prompts.add(ids);
            int[] all = ints(each.get("greedy_output_ids"));
            expected.add(Arrays.copyOfRange(all, ids.length, all.length));
        }

        try (Model model = new HuggingFaceModel(REFERENCE.resolve(name)).read()) {
            List<int[]> found = Generation.greedy(6).continuations(model, prompts, NEVER, Seed.of(1)); // one batch

            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).isEqualTo(expected.get(i));
            }
        }
    }

    static Stream<JsonNode> filters() {
        return HuggingFaceModelTest.golden("metrics")
                .get("sampling_filters")
                .get("cases")
                .valueStream();
    }

    @ParameterizedTest
    @MethodSource("filters")
    void probabilitiesAreThoseOfTheReference(JsonNode golden) {
        Generation generation = new Generation(
                1,
                golden.get("temperature").asDouble(),
                golden.get("top_k").asInt(),
                golden.get("top_p").asDouble());
        JsonNode given = golden.get("logits");
        float[] logits = new float[given.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = given.get(i).floatValue();
        }

        double[] expected = golden.get("probs")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        assertThat(generation.probabilities(logits)).containsExactly(expected, within(1e-7)); // logits in 32 bits
    }

    // ---------------------------------------------------------------- drawing

    @Test
    void whatBecomesOfATextDependsOnItsSeedAndNotOnItsCompanions() {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            prompts.add(Seed.of(i).random().ints(1 + i % 7, 0, 61).toArray());
        }
        try (Model model = Gpt.nano().create(new long[] {32}, 61, Seed.of(1))) {
            Generation generation = Generation.sampling(8);
            List<int[]> together = generation.continuations(model, prompts, NEVER, Seed.of(5));
            List<int[]> again = generation.continuations(model, prompts, NEVER, Seed.of(5));
            List<int[]> other = generation.continuations(model, prompts, NEVER, Seed.of(6));
            List<int[]> first = generation.continuations(model, prompts.subList(0, 3), NEVER, Seed.of(5));

            assertThat(again).usingRecursiveComparison().isEqualTo(together);
            assertThat(first).usingRecursiveComparison().isEqualTo(together.subList(0, 3));
            assertThat(other.get(0)).isNotEqualTo(together.get(0));
        }
    }

    @Test
    void tokensAreDrawnAsOftenAsTheyAreLikely() {
        List<int[]> prompts = Collections.nCopies(4000, new int[] {1});
        try (Model model = Gpt.nano().create(new long[] {32}, 5, Seed.of(1))) {
            model.weights().values().mulInPlace(3); // away from equal chances
            long likeliest = Generation.greedy(1)
                    .continuations(model, prompts.subList(0, 1), NEVER, Seed.of(1))
                    .get(0)[0];
            double expected = probability(model, (int) likeliest);

            long drawn = Generation.sampling(1).continuations(model, prompts, NEVER, Seed.of(3)).stream()
                    .filter(added -> added[0] == likeliest)
                    .count();

            // Five standard errors: one run in a million strays further, and the seed is fixed.
            assertThat(drawn / 4000.0).isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / 4000)));
            assertThat(expected).isBetween(0.21, 0.95);
        }
    }

    private static double probability(Model model, int token) {
        try (Scope scope = Scope.open()) {
            return model.logits(Tensor.of(1L).reshape(1, 1)).softmax().toFloats()[token];
        }
    }

    // ---------------------------------------------------------------- ends

    @Test
    void aTextEndsAtATokenAtItsLengthAndWithTheContext() {
        try (Model model = new HuggingFaceModel(REFERENCE.resolve("tiny-llama")).read()) {
            int[] prompt = {3, 14, 15, 9, 26, 5, 35, 8, 58, 0, 60, 1}; // goes on with 20 20 20 28 35 5
            int[] full = new int[62];

            assertThat(Generation.greedy(6)
                            .continuations(model, List.of(prompt), Set.of(35, 7), Seed.of(1))
                            .get(0))
                    .containsExactly(20, 20, 20, 28);
            // 64 tokens fit, and the one after them can be told.
            assertThat(Generation.greedy(6).continuations(model, List.of(full, prompt), NEVER, Seed.of(1)).stream()
                            .map(added -> added.length))
                    .containsExactly(3, 6);
        }
    }

    @Test
    void stringsEndATextWhereTheyBegin() {
        try (Model model = new HuggingFaceModel(REFERENCE.resolve("tiny-llama")).read()) {
            String prompt = "3 14 15 9 26 5 35 8 58 0 60 1";

            assertThat(Generation.greedy(6)
                            .continuations(model, new Numbers(61), List.of(prompt), List.of("0 28", "35"), Seed.of(1)))
                    .containsExactly("20 20 2");
            assertThat(Generation.greedy(6)
                            .continuations(model, new Numbers(61), List.of(prompt), List.of(), Seed.of(1)))
                    .containsExactly("20 20 20 28 35 5");
            assertThat(Generation.greedy(6)
                            .continuations(model, new Numbers(20), List.of("3 14"), List.of(), Seed.of(1))
                            .get(0)
                            .split(" "))
                    .allMatch(id -> Integer.parseInt(id) < 20);
        }
    }

    @Test
    void promptsThatCannotBeReadAreRefused() {
        try (Model model = Gpt.nano().create(new long[] {32}, 61, Seed.of(1));
                Model mlp = new Mlp().create(new long[] {3}, 2, Seed.of(1))) {
            Generation greedy = Generation.greedy(3);

            assertThatThrownBy(() -> greedy.continuations(model, List.of(new int[33]), NEVER, Seed.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Prompt 0 has 33 tokens, but the context of the network is 32");
            assertThatThrownBy(() -> greedy.continuations(model, List.of(new int[0]), NEVER, Seed.of(1)))
                    .hasMessageContaining("begin with the token that ends texts");
            assertThatThrownBy(() -> greedy.continuations(model, List.of(new int[] {61}), NEVER, Seed.of(1)))
                    .hasMessageContaining("holds the token 61, but the vocabulary of the network is 61");
            assertThatThrownBy(() -> greedy.continuations(mlp, List.of(new int[] {1}), NEVER, Seed.of(1)))
                    .hasMessageContaining("takes a language model");
            assertThatThrownBy(() -> new Generation(1, 1, 0, 0)).hasMessageContaining("topP");
        }
    }

    /** Ids as they are written. */
    private record Numbers(int size) implements Tokenizer {
        @Override
        public int[] encode(String text) {
            return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
        }

        @Override
        public String decode(int[] ids) {
            return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        }

        @Override
        public OptionalInt endOfText() {
            return OptionalInt.empty();
        }

        @Override
        public String digest() {
            return "";
        }
    }

    private static int[] ints(JsonNode node) {
        return node.valueStream().mapToInt(JsonNode::asInt).toArray();
    }
}
