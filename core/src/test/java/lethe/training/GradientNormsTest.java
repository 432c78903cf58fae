package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lethe.data.Blobs;
import lethe.data.Dataset;
import lethe.data.Document;
import lethe.data.NoAugmentation;
import lethe.data.TextSet;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.metrics.Roc;
import lethe.models.Gpt;
import lethe.models.Lora;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.text.BytePairTokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GradientNormsTest {
    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    private static float[] norms(TextScore score, Model model, Dataset data) {
        Map<TextScore, float[]> all =
                Evaluation.answersWithGradients(model, data).texts();
        return Objects.requireNonNull(all.get(score));
    }

    private static TextSet texts(String name, int count, Seed seed) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RandomGenerator random = seed.derive(name, i).random();
            String text = random.ints(12, 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            documents.add(Document.of(name + "/" + i, text));
        }
        return TextSet.of(name, documents, BytePairTokenizer.bytes());
    }

    /** Of a linear classifier of x the loss has the derivatives (p − y)xᵀ by the matrix and p − y by the bias. */
    @Test
    void aLinearClassifierHasTheNormsWorkedOutByHand() {
        var images = new Blobs(6, 3, 1, 4, 1);
        try (Scope scope = Scope.open();
                Model model = new Mlp(List.of()).create(new long[] {1, 4, 4}, 3, Seed.of(2))) {
            float[] mean = norms(TextScore.GRADIENT_NORM, model, images);
            float[] whole = norms(TextScore.GLOBAL_GRADIENT_NORM, model, images);

            for (int row = 0; row < images.size(); row++) {
                int[] one = {row};
                Tensor x = images.inputs(one).add(-0.5).mul(4); // as models normalise
                float[] p = model.logits(images.inputs(one)).softmax().toFloats();
                p[images.label(row)] -= 1;
                double bias = Math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
                double matrix = bias * x.square().sum().sqrt().item();
                assertThat(-mean[row]).isCloseTo((float) ((bias + matrix) / 2), within(1e-5f));
                assertThat(-whole[row]).isCloseTo((float) Math.hypot(bias, matrix), within(1e-5f));
            }
        }
    }

    @Test
    void theWholeNormIsTheSlopeOfTheLossAlongTheGradient() {
        TextSet texts = texts("slope", 3, Seed.of(3));
        try (Scope scope = Scope.open();
                Model model = new Gpt(1, 2, 16, 32).create(new long[] {32}, texts.outputs(), Seed.of(4))) {
            float[] whole = norms(TextScore.GLOBAL_GRADIENT_NORM, model, texts);

            for (int row = 0; row < texts.size(); row++) {
                int[] one = {row};
                model.weights().clearGradient();
                model.logits(texts.inputs(one)).crossEntropy(texts.labels(one)).backward();
                Tensor direction = model.weights().gradient().mul(-1 / whole[row]);
                double slope = (lossBeside(model, direction, 1e-2, texts, one)
                                - lossBeside(model, direction, -1e-2, texts, one))
                        / 2e-2;
                assertThat(slope).isCloseTo(-whole[row], within(1e-2 * slope));
            }
        }
    }

    private static double lossBeside(Model model, Tensor direction, double distance, TextSet texts, int[] rows) {
        try (NoGrad guard = NoGrad.enter();
                Model moved = model.copy()) {
            moved.weights().values().addInPlace(direction, distance);
            return moved.logits(texts.inputs(rows))
                    .crossEntropy(texts.labels(rows))
                    .item();
        }
    }

    @Test
    void weightsThatDoNotMoveHaveNoPart() {
        try (Model model = new Lora(new Gpt(1, 2, 16, 32), 2, 4, List.of()).create(new long[] {32}, 257, Seed.of(4))) {
            assertThat(model.weights().gradients().keySet()).isNotEmpty().allMatch(name -> name.contains("lora_"));
        }
    }

    @Test
    void whatWasLearnedByHeartHasAShortGradient() {
        TextSet members = texts("members", 16, Seed.of(5));
        TextSet others = texts("others", 16, Seed.of(5));
        var recipe = new Recipe(
                40,
                4,
                0.01,
                0,
                false,
                0,
                Schedule.constant(),
                0,
                Precision.FP32,
                new NoAugmentation(),
                Optional.of(new Adam()));

        try (Model model = new Trainer(recipe).fit(new Gpt(1, 2, 32, 32), members, Seed.of(1))) {
            for (TextScore score : List.of(TextScore.GRADIENT_NORM, TextScore.GLOBAL_GRADIENT_NORM)) {
                assertThat(Roc.auc(wide(norms(score, model, members)), wide(norms(score, model, others))))
                        .isGreaterThan(0.9);
            }
        }
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    @Test
    void nothingButTheNumbersIsLeftBehind() {
        TextSet texts = texts("left", 4, Seed.of(6));
        try (Model model = new Gpt(1, 2, 16, 32).create(new long[] {32}, texts.outputs(), Seed.of(4))) {
            model.training(true);
            Evaluation.answersWithGradients(model, texts);
            long before = Engine.nativeObjects();

            Answers answers = Evaluation.answersWithGradients(model, texts);

            assertThat(Engine.nativeObjects()).isLessThanOrEqualTo(before);
            assertThat(model.isTraining()).isTrue();
            model.training(false);
            assertThat(answers.logits()).containsExactly(Evaluation.logits(model, texts));
            assertThat(Evaluation.answers(model, texts).texts()).doesNotContainKey(TextScore.GRADIENT_NORM);
        }
    }
}
