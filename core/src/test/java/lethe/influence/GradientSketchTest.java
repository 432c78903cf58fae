package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import lethe.data.Dataset;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.TextSet;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Decoder;
import lethe.models.Gpt;
import lethe.models.Model;
import lethe.text.Bytes;
import lethe.training.Likelihood;
import org.junit.jupiter.api.Test;

class GradientSketchTest {
    private static final Dataset TEXTS = TextSet.of(
            "texts",
            List.of(
                    answer("0", "Who is Ann?", "She lives in Rome"),
                    answer("1", "Who is Ann?", "She lives in Rome"),
                    answer("2", "Tell me who Ann is.", "She lives in Rome"),
                    answer("3", "Who is Ann?", "Bob keeps owls"),
                    answer("4", "Why?", "No")),
            new Bytes().tokenizer(List.of()));

    private static Document answer(String id, String question, String answer) {
        return Document.answer(new ExampleId(id), question, answer, Optional.empty());
    }

    private static Model model() {
        return new Gpt(1, 2, 16, 64).create(TEXTS.shape(), TEXTS.outputs(), Seed.of(3));
    }

    /** Of each text's mean loss by the last linear map, by the engine. */
    private static List<float[]> gradients(Model model) {
        List<float[]> gradients = new ArrayList<>();
        Decoder decoder = Decoder.of(model);
        for (int row = 0; row < TEXTS.size(); row++) {
            int[] rows = {row};
            Tensor h = decoder.features(TEXTS.inputs(rows)).detach();
            Tensor weight = Objects.requireNonNull(model.named().get("transformer.wte.weight"))
                    .asVariable();
            Tensor loss =
                    Likelihood.meanNll(h.linear(weight), TEXTS.labels(rows)).sum();
            gradients.add(loss.gradientOf(weight).toFloats());
        }
        return gradients;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squaresA * squaresB);
    }

    /** Over many draws they have the mean that they estimate, and err by no more than 3/√m. */
    @Test
    void cosinesOfSketchesAreThoseOfGradients() {
        int seeds = 20;
        int n = TEXTS.size();
        double[][] errors = new double[n][n];
        double[][] squares = new double[n][n];
        try (Scope scope = Scope.open();
                Model model = model()) {
            List<float[]> exact = gradients(model);
            for (int seed = 0; seed < seeds; seed++) {
                Vectors sketches =
                        GradientSketch.of(model, TEXTS, Seed.of(seed)).normalised();
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        double error = sketches.product(i, j) - cosine(exact.get(i), exact.get(j));
                        errors[i][j] += error / seeds;
                        squares[i][j] += error * error / seeds;
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                assertThat(Math.sqrt(squares[i][j])).isLessThan(3 / Math.sqrt(GradientSketch.PROJECTIONS));
                assertThat(errors[i][j]).isCloseTo(0, within(0.05));
            }
        }
        assertThat(Math.sqrt(squares[0][1])).isLessThan(1e-6); // two copies
    }

    /** Over the tokens alone that a loss is wanted of: otherwise the question would count. */
    @Test
    void twoCopiesOfATextAreTheSame() {
        try (Scope scope = Scope.open();
                Model model = model()) {
            List<Match> found = new GradientSimilarity().matches(TEXTS, new int[] {0}, Optional.of(model), 1e-6);

            Match copy = found.stream().filter(it -> it.row() == 1).findFirst().orElseThrow();
            assertThat(copy.score()).isEqualTo(1, within(1e-6));
            assertThat(copy.reason()).isEqualTo("gradient cosine 1.000");
            assertThat(found).filteredOn(it -> it.row() > 2).allMatch(it -> it.score() < 0.9);
            assertThat(model.isTraining()).isFalse();
        }
    }

    /** Embeddings read the same hidden states, over the same tokens. */
    @Test
    void featuresOfATextAreTheMeanOverItsAnswer() {
        try (Scope scope = Scope.open();
                Model model = model()) {
            int[] rows = {4};
            Tensor wanted = Likelihood.wanted(TEXTS.labels(rows)).unsqueeze(2);
            Tensor h = Decoder.of(model).features(TEXTS.inputs(rows));

            float[] expected = h.mul(wanted).sumOver(1).div(wanted.sum()).toFloats();

            float[] features = Vectors.of(model, TEXTS).features().select(rows).values();
            assertThat(features).containsExactly(expected, within(1e-5f));
        }
    }

    /** By hand: of three tokens the first has p = (1/4, 1/2, 1/4), and no loss is wanted of the second text's. */
    @Test
    void residualsAreProbabilitiesLessWhatIsSo() {
        try (Scope scope = Scope.open()) {
            float[] logits = {0, (float) Math.log(2), 0, 5, 1, 2};
            Tensor labels = Tensor.of(1, Tensor.IGNORED_LABEL).reshape(2, 1);

            float[] residuals = GradientSketch.residuals(Tensor.of(logits).reshape(2, 1, 3), labels)
                    .toFloats();

            float[] expected = {0.25f, -0.5f, 0.25f, 0, 0, 0};
            assertThat(residuals).containsExactly(expected, within(1e-6f));
        }
    }

    /** With a certainty that 32-bit floats round to 1, what pulls is e⁻³⁰ for each of two others. */
    @Test
    void whatIsLearnedByHeartStillPulls() {
        try (Scope scope = Scope.open()) {
            float[] residuals = GradientSketch.residuals(
                            Tensor.of(30f, 0f, 0f).reshape(1, 1, 3),
                            Tensor.of(0L).reshape(1, 1))
                    .toFloats();

            float rest = (float) Math.exp(-30);
            assertThat(Arrays.copyOf(residuals, 3))
                    .containsExactly(new float[] {-2 * rest, rest, rest}, within(1e-4f * rest));
        }
    }
}
