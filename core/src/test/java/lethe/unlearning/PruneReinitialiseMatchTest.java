package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Schedule;
import lethe.training.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class PruneReinitialiseMatchTest {
    private static Toy toy;
    private Scope scope;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
    }

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4, 0.99, 1})
    void theSmallestShareOfConvolutionsAndClassifierIsDrawnAnew(double share) {
        try (Model model = toy.original.copy()) {
            // Kernels, classifier and its bias of 4, which must not be 0 to show whether it was drawn.
            Toy.part(model, model.weights().values(), "head.bias").copyInPlace(Tensor.of(0.5f, 9f, -9f, 1e-4f));
            var before = model.copy();

            method(share, 1).reinitialise(model.weights(), Seed.of(3));
            long candidates = 0;
            long changed = 0;
            double largestChanged = 0;
            double smallestKept = Double.MAX_VALUE;
            for (var entry : model.weights().windows(model.weights().values()).entrySet()) {
                float[] after = entry.getValue().toFloats();
                float[] was = Toy.part(before, before.weights().values(), entry.getKey())
                        .toFloats();
                boolean normalisation = entry.getKey().contains("norm");
                double bound = entry.getKey().endsWith("bias")
                        ? 0
                        : 1 / Math.sqrt(after.length / (double) entry.getValue().size(0));
                for (int i = 0; i < after.length; i++) {
                    if (normalisation) {
                        assertThat(after[i]).isEqualTo(was[i]);
                        continue;
                    }
                    candidates++;
                    if (after[i] != was[i]) {
                        changed++;
                        assertThat(Math.abs(after[i])).isLessThanOrEqualTo((float) bound);
                        largestChanged = Math.max(largestChanged, Math.abs(was[i]));
                    } else {
                        smallestKept = Math.min(smallestKept, Math.abs(was[i]));
                    }
                }
            }
            assertThat(changed).isEqualTo(Math.round(share * candidates));
            assertThat(largestChanged).isLessThanOrEqualTo(smallestKept);
            before.close();
        }
    }

    @Test
    void theLossWeighsClassesAndComparesEntropies() {
        // Student (½, ½) and (¼, ¾), labels 0 and 1, w = (1, 3): (log 2 + 3 log 4/3) / 4 = 0.389048. The entropies of
        // the
        // students are 0.693147 and 0.562335, those of the teachers 0.562335 and 0.693147: mean square 0.130812².
        Tensor student = Tensor.of(1f, 1f, 0f, (float) Math.log(3)).reshape(2, 2);
        Tensor teacher = Tensor.of(0f, (float) Math.log(3), 1f, 1f).reshape(2, 2);

        double loss = PruneReinitialiseMatch.loss(student, teacher, Tensor.of(0L, 1L), Tensor.of(1f, 3f))
                .item();

        assertThat(loss).isEqualTo(0.389048 + 0.130812 * 0.130812, within(1e-5));
    }

    @Test
    void aFractionOfAnEpochEndsEarly() {
        Source retain = Source.plain(toy.split.retain()); // 36 examples, 9 batches of 4

        List<Integer> counts = method(0.9, 3.2).passes(retain, toy.trial(1)).stream()
                .map(Batches::count)
                .toList();

        assertThat(counts).containsExactly(9, 9, 9, 2);
        assertThat(method(0.9, 2).passes(retain, toy.trial(1))).hasSize(2);
    }

    @Test
    void theResultHasSixteenBits() {
        try (Model unlearned = method(0.9, 1).unlearn(toy.original, toy.split, toy.trial(1))) {
            float[] weights = Toy.weights(unlearned);

            // Thirteen of the 23 bits of a mantissa are gone, except below the normal numbers of the short format.
            assertThat(IntStream.range(0, weights.length)
                            .filter(i -> Math.abs(weights[i]) > 6.2e-5)
                            .filter(i -> (Float.floatToIntBits(weights[i]) & 0x1FFF) != 0))
                    .isEmpty();
        }
    }

    private static PruneReinitialiseMatch method(double share, double epochs) {
        return new PruneReinitialiseMatch(share, 0.1, epochs, 0.01, 4, 0.9, 5e-4, Schedule.constant());
    }
}
