package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.AllCnn;
import lethe.models.Architecture;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet;
import lethe.models.ResNet9;
import lethe.training.Evaluation;
import lethe.training.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BoundaryExpandTest {
    private static final Schedule CONSTANT = Schedule.constant();

    static Stream<Architecture> architectures() {
        return Stream.of(new ResNet9(2), new ResNet(2, false), new AllCnn(2), new Mlp(List.of(3)));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void expandingAddsARowAndLeavesTheOthersAsTheyAre(Architecture architecture) {
        long[] shape = {3, 16, 16};
        try (Scope scope = Scope.open();
                Model original = architecture.create(shape, 4, Seed.of(1));
                Model expanded = BoundaryExpand.expanded(original, Seed.of(2));
                Model again = BoundaryExpand.contracted(expanded, original)) {
            Tensor inputs = Seed.of(3).uniform(0, 1, 5, 3, 16, 16).channelsLast();
            Tensor wide = expanded.logits(inputs); // (B, K + 1)

            assertThat(wide.shape()).containsExactly(5, 5);
            float[] first = original.logits(inputs).toFloats();
            float[] all = wide.toFloats();
            for (int i = 0; i < first.length; i++) {
                assertThat(all[i / 4 * 5 + i % 4]).isEqualTo(first[i], within(1e-5f));
            }
            int[] shadow = IntStream.range(0, 5).map(b -> b * 5 + 4).toArray();
            assertThat(IntStream.of(shadow).filter(i -> all[i] != 0)).isNotEmpty();
            assertThat(again.weights().equalTo(original.weights())).isTrue();
        }
    }

    @Test
    void theResultHasAsManyOutputsAsTheOriginalAndForgets() {
        Toy toy = Toy.perceptron();
        var method = new BoundaryExpand(20, 0.01, 16, 0.9, 0, CONSTANT);

        try (Scope scope = Scope.open();
                Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(unlearned.classes()).isEqualTo(4);
            assertThat(unlearned.architecture()).isEqualTo(toy.original.architecture());
            assertThat(unlearned
                            .logits(toy.split.forget().inputs(new int[] {0, 1}))
                            .shape())
                    .containsExactly(2, 4);
            assertThat(Evaluation.accuracy(unlearned, toy.split.forget()))
                    .isLessThan(Evaluation.accuracy(toy.original, toy.split.forget()));
        }
    }

    @Test
    void whoWatchesSeesModelsWithoutTheShadow() {
        Toy toy = Toy.perceptron();
        List<Integer> outputs = new ArrayList<>();
        var method = new BoundaryExpand(3, 0.01, 16, 0.9, 0, CONSTANT);

        method.unlearn(
                        toy.original,
                        toy.split,
                        toy.trial(1).watchedBy((stage, epoch, model) -> outputs.add(10 * epoch + model.classes())))
                .close();

        assertThat(outputs).containsExactly(14, 24, 34);
    }
}
