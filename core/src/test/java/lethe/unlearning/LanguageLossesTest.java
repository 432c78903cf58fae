package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Decoder;
import lethe.models.HuggingFaceModel;
import lethe.models.Lora;
import lethe.models.Model;
import lethe.training.Likelihood;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Losses and their derivatives along one direction of the weights, computed in 64 bits without any such library;
 * {@code benchmarks/reference/language_models.py}.
 */
@SuppressWarnings("NullAway.Init")
class LanguageLossesTest {
    private static final Path REFERENCE = Path.of("src/test/resources/reference/lm");

    private static JsonNode golden;
    private static Model model;
    private static Model reference;

    @BeforeAll
    static void read() throws IOException {
        Engine.threads(1);
        golden = JsonMapper.builder().build().readTree(Files.readString(REFERENCE.resolve("losses/golden.json")));
        HuggingFaceModel base = new HuggingFaceModel(REFERENCE.resolve("tiny-llama"));
        model = Lora.read(REFERENCE.resolve("lora-tiny-llama"), base);
        reference = base.read();
    }

    @AfterAll
    static void close() {
        model.close();
        reference.close();
    }

    /** A batch as it is written down, labels not shifted. */
    private record Rows(Tensor ids, Tensor marks) {
        static Rows of(String name) {
            return new Rows(
                    matrix(golden.get(name).get("input_ids")),
                    matrix(golden.get(name).get("labels")));
        }

        Tensor inputs() {
            return ids.narrow(1, 0, ids.size(1) - 1);
        }

        /** What follows each input. */
        Tensor labels() {
            return marks.narrow(1, 1, marks.size(1) - 1).contiguous();
        }

        Tensor logits() {
            return model.logits(inputs());
        }

        Tensor frozen() {
            try (NoGrad guard = NoGrad.enter()) {
                return reference.logits(inputs());
            }
        }

        private static Tensor matrix(JsonNode rows) {
            int columns = rows.get(0).size();
            long[] all = new long[rows.size() * columns];
            for (int i = 0; i < all.length; i++) {
                all[i] = rows.get(i / columns).get(i % columns).asLong();
            }
            return Tensor.of(all).reshape(rows.size(), columns);
        }
    }

    private interface Loss {
        Tensor value();
    }

    static Stream<Arguments> losses() {
        return Stream.of(
                arguments("ce_forget", () -> crossEntropy("forget")),
                arguments("ce_retain", () -> crossEntropy("retain")),
                arguments(
                        "grad_ascent",
                        () -> GradientAscent.loss(
                                Rows.of("forget").logits(), Rows.of("forget").labels())),
                arguments(
                        "grad_diff (gamma=1, alpha=1)",
                        () -> crossEntropy("forget").neg().add(crossEntropy("retain"))),
                arguments(
                        "kl_retain_masked_shifted",
                        () -> Likelihood.divergence(
                                Rows.of("retain").frozen(),
                                Rows.of("retain").logits(),
                                Rows.of("retain").labels())),
                arguments(
                        "kl_retain_all_positions", // where a loss is wanted of every position
                        () -> Likelihood.divergence(
                                allPositions(reference, "retain").detach(),
                                allPositions(model, "retain"),
                                Rows.of("retain").ids())),
                arguments(
                        "npo (beta=0.1, sequence sums)",
                        () -> new NegativePreference().loss(nll("forget"), frozenNll("forget"))),
                arguments(
                        "simnpo (beta=2.5, delta=4.5)",
                        () -> new SimNpo(2.5, 4.5, 1, 1, 1, 1, 1, 0)
                                .loss(Likelihood.meanNll(
                                        Rows.of("forget").logits(),
                                        Rows.of("forget").labels()))),
                arguments(
                        "simnpo (beta=4.5, delta=0)",
                        () -> new SimNpo(4.5, 0, 1, 1, 1, 1, 1, 0)
                                .loss(Likelihood.meanNll(
                                        Rows.of("forget").logits(),
                                        Rows.of("forget").labels()))),
                arguments(
                        "dpo (beta=0.1, win=alternate, lose=forget)",
                        () -> PreferenceOptimization.loss(
                                nll("forget").sub(frozenNll("forget")),
                                nll("alternate").sub(frozenNll("alternate")),
                                0.1)),
                arguments(
                        "wga (beta=1, weight detached)",
                        () -> new WeightedGradientAscent()
                                .loss(
                                        Rows.of("forget").logits(),
                                        Rows.of("forget").labels())),
                arguments(
                        "satimp (beta1=5, beta2=1, weights detached)",
                        () -> new SatImp()
                                .loss(
                                        Rows.of("forget").logits(),
                                        Rows.of("forget").labels())),
                arguments(
                        "undial_masked (beta=10)",
                        () -> new Undial()
                                .loss(
                                        Rows.of("forget").frozen(),
                                        Rows.of("forget").logits(),
                                        Rows.of("forget").labels())),
                arguments(
                        "undial_all_labels_valid (beta=10)",
                        () -> new Undial()
                                .loss(
                                        Rows.of("retain").frozen(),
                                        Rows.of("retain").logits(),
                                        Rows.of("retain").labels())),
                arguments(
                        "ceu (skip first 1 answer token, target detached)",
                        () -> new CrossEntropyUnlearning()
                                .loss(
                                        Rows.of("forget").logits(),
                                        Rows.of("forget").labels())),
                arguments(
                        "rmu_forget (layer 0 output)",
                        () -> RepresentationMisdirection.loss(
                                hidden(model, "forget"),
                                control(),
                                Rows.of("forget").marks())),
                arguments(
                        "rmu_retain (layer 0 output vs base model)",
                        () -> RepresentationMisdirection.loss(
                                hidden(model, "retain"),
                                hidden(reference, "retain").detach(),
                                Rows.of("retain").marks())),
                arguments(
                        "pdu_margin", // of the positions of the tokens, as published, not of those that predict them
                        () -> PrimalDual.loss(
                                allPositions(model, "forget"), Rows.of("forget").marks())));
    }

    private static Arguments arguments(String name, Loss loss) {
        return Arguments.of(name, loss);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void valueAndDerivativeAgreeWithTheReference(String name, Loss loss) {
        JsonNode expected = golden.get("losses").get(name);
        double value = expected.get("value").asDouble();
        double derivative = expected.get("directional_derivative").asDouble();
        try (Scope scope = Scope.open()) {
            model.weights().clearGradient();
            Tensor found = loss.value();
            found.backward();

            assertThat(found.item()).isCloseTo(value, within(2e-4 * Math.abs(value)));
            assertThat(sumOverDirection()).isCloseTo(derivative, within(2e-3 * Math.abs(derivative)));
        }
    }

    /** Along the direction that raises every entry of one adapter alike. */
    private static double sumOverDirection() {
        return model.weights().windows(model.weights().gradient()).entrySet().stream()
                .filter(it -> it.getKey().contains("layers.0.self_attn.q_proj")
                        && it.getKey().contains("lora_B"))
                .map(Map.Entry::getValue)
                .mapToDouble(window -> window.sum().item())
                .sum();
    }

    @Test
    void everyLossOfTheReferenceIsCompared() {
        assertThat(losses().map(it -> it.get()[0]).toList())
                .hasSize(18)
                .containsExactlyInAnyOrderElementsOf(golden.get("losses").propertyNames());
    }

    @Test
    void genericTargetsFollowTheFormulaByHand() {
        try (Scope scope = Scope.open()) {
            Tensor base = Tensor.of(1f, 2f, 3f);
            Tensor reinforced = Tensor.of(2f, 1f, 3f);

            // 1 − 5 · 1, 2 − 0, 3 − 0
            float[] expected = Tensor.of(-4f, 2f, 3f).softmax().toFloats();

            assertThat(new GenericTargets().target(base, reinforced).toFloats())
                    .containsExactly(expected, within(1e-6f));
        }
    }

    /** Logits after the last token of each row too. */
    private static Tensor allPositions(Model which, String name) {
        return which.logits(Rows.of(name).ids());
    }

    private static Tensor crossEntropy(String name) {
        return Rows.of(name).logits().crossEntropy(Rows.of(name).labels());
    }

    private static Tensor nll(String name) {
        return Likelihood.nll(Rows.of(name).logits(), Rows.of(name).labels());
    }

    private static Tensor frozenNll(String name) {
        return Likelihood.nll(Rows.of(name).frozen(), Rows.of(name).labels());
    }

    private static Tensor hidden(Model which, String name) {
        return Decoder.of(which).hidden(Rows.of(name).ids(), 1);
    }

    private static Tensor control() {
        JsonNode numbers = golden.get("rmu_control_vector");
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers.get(i).floatValue();
        }
        return Tensor.of(vector);
    }
}
