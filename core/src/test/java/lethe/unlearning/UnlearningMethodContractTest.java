package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.data.Split;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.DivergedException;
import lethe.training.Schedule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every catalogued method promises. */
@SuppressWarnings("NullAway.Init")
class UnlearningMethodContractTest {
    private static List<Toy> toys;
    private static Toy language;

    static Stream<UnlearningMethod> methods() {
        return ServiceLoader.load(UnlearningMethod.class).stream().map(ServiceLoader.Provider::get);
    }

    @BeforeAll
    static void train() {
        toys = List.of(Toy.residual(), Toy.ensemble());
        language = Toy.language();
    }

    /** Every method with a classifier and with a language model that it can work on, where there is one. */
    static Stream<Arguments> cases() {
        return cases(methods());
    }

    private static Stream<Arguments> cases(Stream<UnlearningMethod> methods) {
        return methods.flatMap(method -> Stream.concat(
                        toys.stream().filter(toy -> toy.suits(method)).limit(1),
                        Stream.of(language).filter(toy -> toy.suits(method)))
                .map(toy -> Arguments.of(method, toy)));
    }

    @Test
    void everyMethodWorksOnSomething() {
        assertThat(cases().map(it -> it.get()[0].getClass().getSimpleName()).collect(Collectors.toSet()))
                .containsAll(methods().map(it -> it.getClass().getSimpleName()).toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOriginalKeepsItsBitsAndItsMode(UnlearningMethod method, Toy toy) {
        float[] weights = Toy.weights(toy.original);
        float[] statistics = Toy.statistics(toy.original);

        for (boolean training : new boolean[] {true, false}) {
            toy.original.training(training);
            method.unlearn(toy.original, toy.split, toy.trial(3)).close();

            assertThat(toy.original.isTraining()).isEqualTo(training);
        }
        assertThat(Toy.weights(toy.original)).containsExactly(weights);
        assertThat(Toy.statistics(toy.original)).containsExactly(statistics);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theResultIsFiniteAndInEvaluationMode(UnlearningMethod method, Toy toy) {
        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(3))) {
            assertThat(unlearned.isTraining()).isFalse();
            assertThat(unlearned.weights().values().isFinite()).isTrue();
            assertThat(unlearned.weights().statistics().isFinite()).isTrue();
            assertThat(unlearned).isNotSameAs(toy.original);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSeedDecidesEveryBit(UnlearningMethod method, Toy toy) {
        try (Model first = method.unlearn(toy.original, toy.split, toy.trial(3));
                Model again = method.unlearn(toy.original, toy.split, toy.trial(3));
                Model other = method.unlearn(toy.original, toy.split, toy.trial(4))) {
            assertThat(Toy.weights(again)).containsExactly(Toy.weights(first));
            assertThat(Toy.statistics(again)).containsExactly(Toy.statistics(first));
            // Few forget examples fill one batch; its order only moves the last digits.
            boolean same = Arrays.equals(Toy.weights(other), Toy.weights(first));
            assertThat(same).isEqualTo(method.isDeterministic());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRetainSetIsReadExactlyByThoseThatSaySo(UnlearningMethod method, Toy toy) {
        if (method.traits().readsRetain()) {
            assertThatThrownBy(() -> method.unlearn(toy.original, toy.split.withoutRetain(), toy.trial(3)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("withheld");
            return;
        }
        toy.train.rowsRead().clear();

        method.unlearn(toy.original, toy.split.withoutRetain(), toy.trial(3)).close();

        assertThat(toy.train.rowsRead())
                .isSubsetOf(IntStream.of(toy.split.forgetRows()).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theForgetSetIsReadExactlyByThoseThatSaySo(UnlearningMethod method, Toy toy) {
        toy.train.rowsRead().clear();

        method.unlearn(toy.original, toy.split, toy.trial(3)).close();

        boolean read = IntStream.of(toy.split.forgetRows()).anyMatch(toy.train.rowsRead()::contains);
        assertThat(read).isEqualTo(method.traits().readsForget());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theValidationSetIsReadExactlyByThoseThatSaySo(UnlearningMethod method, Toy toy) {
        toy.validation.rowsRead().clear();

        method.unlearn(toy.original, toy.split, toy.trial(3)).close();

        assertThat(!toy.validation.rowsRead().isEmpty())
                .isEqualTo(method.traits().readsValidation());
        if (method.traits().readsValidation()) {
            Split without = Split.ofRows(toy.train, toy.split.test(), toy.split.forgetRows());
            assertThatThrownBy(() -> method.unlearn(toy.original, without, toy.trial(3)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("withValidation");
        }
    }

    /** Those that start from the original's weights and change them. */
    static Stream<Arguments> changing() {
        return cases(methods()
                .filter(method -> !(method instanceof Identity
                        || method instanceof Untrained
                        || method.traits().exact())));
    }

    @ParameterizedTest
    @MethodSource("changing")
    void weightsThatAreNoNumbersFailByName(UnlearningMethod method, Toy toy) {
        try (Model broken = toy.original.copy()) {
            try (Scope scope = Scope.open();
                    NoGrad guard = NoGrad.enter()) {
                broken.weights().values().indexFillInPlace(Tensor.ofInts(0), Double.NaN);
            }

            assertThatThrownBy(() -> method.unlearn(broken, toy.split, toy.trial(3)))
                    .isInstanceOf(DivergedException.class);
        }
    }

    /** Methods that move a part of the weights, with decay and momentum that would move the others too. */
    static Stream<Arguments> partial() {
        var mask = new SalUn(
                0.4,
                true,
                true,
                RandomLabel.Redraw.EPOCH,
                RandomLabel.Order.MIXED,
                2,
                0.01,
                16,
                0.9,
                0.05,
                Schedule.constant());
        var forgetting = new CatastrophicForgettingK(1, false, 0.05, 2, 0.01, 16, 0.9, 0.05, Schedule.constant());
        var frozen = new CatastrophicForgettingK(1, true, 0.05, 2, 0.01, 16, 0.9, 0.05, Schedule.constant());
        var exact = new ExactUnlearningK(1, false, 0.05, 2, 0.01, 16, 0.9, 0.05, Schedule.constant());
        Toy toy = toys.get(0);
        return Stream.of(
                Arguments.of(mask, mask.mask(toy.original, toy.split.forget()).retain()),
                Arguments.of(forgetting, LastBlocksTest.mask(toy.original, forgetting.blocks())),
                Arguments.of(frozen, LastBlocksTest.mask(toy.original, frozen.blocks())),
                Arguments.of(exact, LastBlocksTest.mask(toy.original, exact.blocks())));
    }

    @ParameterizedTest
    @MethodSource("partial")
    void unmovedWeightsKeepTheirBits(UnlearningMethod method, Tensor mask) {
        Toy toy = toys.get(0);
        float[] moving = mask.toFloats();
        mask.close();
        float[] before = Toy.weights(toy.original);

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(3))) {
            float[] after = Toy.weights(unlearned);
            IntStream changed = IntStream.range(0, before.length)
                    .filter(i -> Float.floatToIntBits(after[i]) != Float.floatToIntBits(before[i]));
            assertThat(changed).isNotEmpty().allMatch(i -> moving[i] == 1);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theCostIsANumberThatOnlyThoseSaveWhoLearnNothing(UnlearningMethod method) {
        double cost = method.cost(0.1, 200);

        assertThat(cost).isFinite().isNotNegative();
        assertThat(cost == 0).isEqualTo(method instanceof Identity || method instanceof Untrained);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingNativeStaysBehind(UnlearningMethod method, Toy toy) {
        method.unlearn(toy.original, toy.split, toy.trial(3)).close();
        long before = Engine.nativeObjects();

        for (int i = 0; i < 3; i++) {
            method.unlearn(toy.original, toy.split, toy.trial(3)).close();
        }

        assertThat(Engine.nativeObjects()).isLessThanOrEqualTo(before);
    }
}
