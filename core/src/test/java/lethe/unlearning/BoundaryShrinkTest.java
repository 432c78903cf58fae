package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.training.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundaryShrinkTest {
    private static BoundaryShrink method(double bound, boolean dropFailed, boolean useRetain) {
        return new BoundaryShrink(bound, dropFailed, useRetain, 3, 1e-3, 16, 0.9, 5e-4, Schedule.constant());
    }

    /** Two classes of points in the unit square, and z₁ − z₀ = 8 (x₁ − x₂), so that the boundary is the diagonal. */
    private static Model diagonal() {
        Model model = new Mlp(java.util.List.of()).create(new long[] {2}, 2, Seed.of(1));
        model.weights()
                .load(Map.of(
                        "head.weight", Tensor.of(0, 0, 2, -2).reshape(2, 2), // inputs are divided by a spread of ¼
                        "head.bias", Tensor.zeros(2)));
        return model;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.1, 0.4})
    void theNeighbourIsOneSignedStepAwayOnA8BitImage(double bound) {
        try (Scope scope = Scope.open();
                Model model = diagonal()) {
            var points = new Blobs(200, 2, 0.3, Seed.of(7), 2);
            float[] x = points.inputs(IntStream.range(0, 200).toArray()).toFloats();

            int[][] found = method(bound, true, false).neighbours(model, points);

            for (int row = 0; row < 200; row++) {
                // Away from class 0 is towards larger x₁ and smaller x₂.
                double away = points.label(row) == 0 ? bound : -bound;
                double first = Math.rint(255 * Math.min(1, Math.max(0, x[2 * row] + away)));
                double second = Math.rint(255 * Math.min(1, Math.max(0, x[2 * row + 1] - away)));
                if (first != second) { // on the boundary rounding decides
                    assertThat(found[0][row]).isEqualTo(first > second ? 1 : 0);
                }
                assertThat(found[1][row]).isEqualTo(1 - points.label(row));
            }
        }
    }

    @Test
    void examplesThatKeepTheirClassAreLeftOutOrTaughtTheBestWrongOne() {
        Toy toy = Toy.linear();
        Dataset forget = toy.split.forget();
        double bound = 0.1; // enough for some
        int[][] neighbours = method(bound, true, false).neighbours(toy.original, forget);
        long kept = IntStream.range(0, forget.size())
                .filter(row -> neighbours[0][row] == forget.label(row))
                .count();
        assertThat(kept).isBetween(1L, forget.size() - 1L);

        Dataset dropped = method(bound, true, false).relabelled(toy.original, forget);
        Dataset all = method(bound, false, false).relabelled(toy.original, forget);

        assertThat(dropped.size()).isEqualTo(forget.size() - (int) kept);
        assertThat(all.size()).isEqualTo(forget.size());
        for (int row = 0; row < forget.size(); row++) {
            assertThat(all.id(row)).isEqualTo(forget.id(row));
            assertThat(all.label(row)).isNotEqualTo(forget.label(row));
        }
        for (int row = 0; row < dropped.size(); row++) {
            int source = toy.train.size();
            for (int i = 0; i < forget.size(); i++) {
                source = forget.id(i).equals(dropped.id(row)) ? i : source;
            }
            assertThat(dropped.label(row)).isEqualTo(neighbours[0][source]).isNotEqualTo(forget.label(source));
        }
    }

    @Test
    void aBoundThatMovesNothingSaysWhatToDo() {
        Toy toy = Toy.linear();

        assertThatThrownBy(() -> method(1e-6, true, false).unlearn(toy.original, toy.split, toy.trial(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("raise bound");
    }

    @Test
    void forgetExamplesMoveToTheirNeighboursClass() {
        Toy toy = Toy.perceptron();
        var method = new BoundaryShrink(0.3, false, false, 20, 0.01, 16, 0.9, 0, Schedule.constant());
        Dataset moved = method.relabelled(toy.original, toy.split.forget());

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(lethe.training.Evaluation.accuracy(unlearned, moved))
                    .isGreaterThan(lethe.training.Evaluation.accuracy(toy.original, moved) + 0.3);
        }
    }

    @Test
    void theRetainSetIsReadOnRequestOnly() {
        assertThat(method(0.1, true, false).traits().readsRetain()).isFalse();
        assertThat(method(0.1, true, true).traits().readsRetain()).isTrue();
        Toy toy = Toy.perceptron();
        toy.train.rowsRead().clear();

        method(0.3, false, true).unlearn(toy.original, toy.split, toy.trial(1)).close();

        assertThat(toy.train.rowsRead()).hasSize(toy.train.size());
    }
}
