package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.TextSet;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.metrics.TextScores;
import lethe.models.Gpt;
import lethe.models.Model;
import lethe.text.BytePairTokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every number worked out again from logits, token by token. */
@SuppressWarnings("NullAway.Init")
class TextAnswersTest {
    private static final TextSet TEXTS = TextSet.of(
            "texts",
            List.of(
                    Document.of("whole", "a rose is a rose is a rose"),
                    Document.answer(new ExampleId("answer"), "Who?", "me", Optional.empty()),
                    Document.of("short", "ab")),
            BytePairTokenizer.bytes());

    private static Model model;
    private static Answers answers;

    @BeforeAll
    static void train() {
        Engine.threads(1);
        Recipe recipe = new Recipe(
                30,
                3,
                0.01,
                0,
                false,
                0,
                Schedule.constant(),
                0,
                lethe.engine.Precision.FP32,
                new lethe.data.NoAugmentation(),
                Optional.of(new Adam()));
        model = new Trainer(recipe).fit(new Gpt(1, 2, 16, 32), TEXTS, Seed.of(1));
        answers = Evaluation.answers(model, TEXTS);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** What is said of the tokens of one text that are learned. */
    private record Said(double[] logP, boolean[] right) {
        double mean() {
            return Arrays.stream(logP).average().orElseThrow();
        }
    }

    private static Said said(int row) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            int[] one = {row};
            float[] logits = model.logits(TEXTS.inputs(one)).toFloats();
            long[] labels = TEXTS.labels(one).toLongs();
            int tokens = TEXTS.outputs();
            List<Double> logP = new ArrayList<>();
            List<Boolean> right = new ArrayList<>();
            for (int t = 0; t < labels.length; t++) {
                if (labels[t] < 0) {
                    continue;
                }
                double sum = 0;
                int best = 0;
                for (int v = 0; v < tokens; v++) {
                    sum += Math.exp(logits[t * tokens + v]);
                    best = logits[t * tokens + v] > logits[t * tokens + best] ? v : best;
                }
                logP.add(logits[t * tokens + (int) labels[t]] - Math.log(sum));
                right.add(best == labels[t]);
            }
            boolean[] flags = new boolean[right.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = right.get(i);
            }
            return new Said(logP.stream().mapToDouble(Double::doubleValue).toArray(), flags);
        }
    }

    private static float score(TextScore score, int row) {
        return Objects.requireNonNull(answers.texts().get(score))[row];
    }

    @Test
    void theTwoLogitsAreThoseOfTheMeanTokenAndOfAnythingElse() {
        for (int row = 0; row < TEXTS.size(); row++) {
            double loss = -said(row).mean();

            assertThat(answers.logits()[2 * row]).isCloseTo((float) -loss, within(1e-5f));
            assertThat(answers.logits()[2 * row + 1])
                    .isCloseTo((float) Math.log(1 - Math.exp(-loss)), within(1e-4f));
        }
        assertThat(Evaluation.logits(model, TEXTS)).containsExactly(answers.logits());
    }

    @Test
    void tokensAreCountedWhereTheyAreTheLikeliest() {
        for (int row = 0; row < TEXTS.size(); row++) {
            boolean[] right = said(row).right();
            int count = 0;
            int tail = 0;
            for (int t = 0; t < right.length; t++) {
                count += right[t] ? 1 : 0;
                tail = right[t] ? tail + 1 : 0;
            }

            assertThat(score(TextScore.EXACT_MEMORIZATION, row))
                    .isCloseTo((float) count / right.length, within(1e-6f));
            assertThat(score(TextScore.EXTRACTION_STRENGTH, row))
                    .isCloseTo((float) tail / right.length, within(1e-6f));
        }
        // Learned thirty times over, so that the test is about something.
        assertThat(score(TextScore.EXACT_MEMORIZATION, 0)).isGreaterThan(0.5f);
    }

    @Test
    void scoresOfTheLeastLikelyTokensTakeTheirShare() {
        for (int row = 0; row < TEXTS.size(); row++) {
            double[] sorted = said(row).logP().clone();
            Arrays.sort(sorted);
            int fifth = Math.max(1, sorted.length / 5);

            assertThat(score(TextScore.MIN_K, row))
                    .isCloseTo(
                            (float) Arrays.stream(sorted, 0, fifth).average().orElseThrow(), within(1e-4f));
        }
    }

    @Test
    void lengthsAreThoseOfWhatIsLearned() {
        assertThat(said(1).logP()).hasSize(" me".length() + 1); // and the end of the text
        assertThat(score(TextScore.ZLIB, 1))
                .isCloseTo((float) (said(1).mean() / TextScores.zlibBytes(" me")), within(1e-5f));
        double[] all = said(0).logP();
        assertThat(score(TextScore.LAST_TOKENS, 0))
                .isCloseTo(
                        (float) Arrays.stream(all, all.length - 7, all.length)
                                .average()
                                .orElseThrow(),
                        within(1e-5f));
    }

    @Test
    void aViewThatHidesItsTextIsRefused() {
        var hidden = new lethe.data.DatasetView(TEXTS) {
            @Override
            public lethe.engine.Tensor labels(int[] rows) {
                return base.labels(rows);
            }
        };

        assertThatThrownBy(() -> Evaluation.answers(model, hidden)).hasMessageContaining("TextSet");
    }
}
