package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lethe.engine.NoGrad;
import lethe.engine.Parameter;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.AllCnn;
import lethe.models.Architecture;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet;
import lethe.models.ResNet9;
import lethe.models.Vgg;
import lethe.training.Schedule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CF-k and EU-k. */
@SuppressWarnings("NullAway.Init")
class LastBlocksTest {
    private static final Schedule CONSTANT = Schedule.constant();

    private static Toy toy;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
    }

    /** A vector that is 1 for the weights that may move; whoever asks closes it. */
    static Tensor mask(Model original, LastBlocks blocks) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model ones = original.copy()) {
            List<String> moving = blocks.names(original.architecture(), original.network());
            ones.weights().values().zeroInPlace();
            ones.named().forEach((name, tensor) -> {
                if (moving.contains(name.substring(0, name.indexOf('.')))) {
                    tensor.copyInPlace(Tensor.ones(tensor.shape()));
                }
            });
            return ones.weights().values().copy().retain();
        }
    }

    private static float[] floats(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name).toFloats();
    }

    private static List<String> names(int k, Architecture architecture) {
        return new LastBlocks(k, true, 0).names(architecture, architecture.build(new long[] {3, 32, 32}, 4));
    }

    @Test
    void partsCountFromTheOutputAndTheClassifierIsAlwaysOne() {
        assertThat(names(1, new ResNet(2, false))).containsExactly("layer4", "fc");
        assertThat(names(2, new ResNet9(2))).containsExactly("layer3", "residual3", "head");
        assertThat(names(1, new Vgg())).containsExactly("stage5_3", "head");
        assertThat(names(3, new AllCnn(2))).containsExactly("5", "6", "7", "classifier");
        assertThat(names(1, new Mlp(List.of(5, 6)))).containsExactly("layer1", "head");
        assertThat(names(0, new Mlp(List.of()))).containsExactly("head");
    }

    @Test
    void aNetworkThatIsTooShortListsItsParts() {
        assertThatThrownBy(() -> names(3, new Mlp(List.of(5, 6))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer0, layer1; choose k in [0, 2]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void statisticsMoveOnlyWhereTheyMay(boolean frozenStatistics) {
        var method = new CatastrophicForgettingK(1, frozenStatistics, 0, 1, 0.01, 16, 0, 0, CONSTANT);

        try (Scope scope = Scope.open();
                Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            Map<String, Tensor> before = toy.original.named();
            unlearned.named().forEach((name, tensor) -> {
                if (name.contains("running")) {
                    boolean moves = !frozenStatistics && name.startsWith("residual3.");
                    assertThat(!Arrays.equals(tensor.toFloats(), floats(before, name)))
                            .as(name)
                            .isEqualTo(moves);
                }
            });
        }
    }

    @Test
    void tuningEveryPartIsFineTuning() {
        toy.assertSameBits(
                new CatastrophicForgettingK(6, false, 0, 2, 0.01, 16, 0.9, 5e-4, CONSTANT),
                new FineTune(2, 0.01, 16, 0.9, 5e-4, CONSTANT));
    }

    @Test
    void thePullIsWeightDecayTowardsTheStart() {
        var loose = new CatastrophicForgettingK(1, true, 0, 5, 0.05, 16, 0, 0, CONSTANT);
        var tight = new CatastrophicForgettingK(1, true, 10, 5, 0.05, 16, 0, 0, CONSTANT);

        assertThat(moved(tight)).isPositive().isLessThan(moved(loose) / 2);
    }

    private static double moved(UnlearningMethod method) {
        try (Scope scope = Scope.open();
                Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            return unlearned
                    .weights()
                    .values()
                    .sub(toy.original.weights().values())
                    .square()
                    .sum()
                    .item();
        }
    }

    @Test
    void exactUnlearningStartsWithAFreshEnd() {
        var method = new ExactUnlearningK(1, false, 0, 1, 0.01, 16, 0, 0, CONSTANT);
        try (Scope scope = Scope.open();
                Model start = method.start(toy.original, Seed.of(4));
                Model fresh = toy.original.fresh(Seed.of(4))) {
            Map<String, Tensor> before = toy.original.named();
            Map<String, Tensor> drawn = fresh.named();
            start.named().forEach((name, tensor) -> {
                boolean end = name.startsWith("residual3.") || name.startsWith("head.");
                assertThat(tensor.toFloats()).as(name).containsExactly(floats(end ? drawn : before, name));
            });
            assertThat(floats(drawn, "head.weight")).isNotEqualTo(floats(before, "head.weight"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theResultIsNotFrozen(boolean frozenStatistics) {
        var method = new CatastrophicForgettingK(1, frozenStatistics, 0, 1, 0.01, 16, 0, 0, CONSTANT);

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(unlearned.network().parameters()).allMatch(Parameter::isTrainable);
            unlearned.training(true);
            assertThat(unlearned.isTraining()).isTrue();
        }
    }

    @Test
    void frozenPartsGetNoGradient() {
        try (Scope scope = Scope.open();
                Model model = toy.original.copy()) {
            new LastBlocks(1, true, 0).freezeOthers(model);
            model.weights().clearGradient();
            var batch = Toy.everything(toy.split).batch(0);
            model.logits(batch.inputs()).crossEntropy(batch.labels()).backward();

            float[] gradient = model.weights().gradient().toFloats();
            Tensor mask = mask(toy.original, new LastBlocks(1, true, 0));
            float[] moving = mask.toFloats();
            mask.close();
            for (int i = 0; i < gradient.length; i++) {
                assertThat(moving[i] == 1 || gradient[i] == 0).isTrue();
            }
            assertThat(gradient).matches(all -> all[all.length - 1] != 0);
        }
    }
}
