package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Checkpoints;
import lethe.training.Evaluation;
import lethe.training.Schedule;
import lethe.training.StoppedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class ScrubRewindTest {
    private static Toy toy;
    private static Toy plain;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
        plain = Toy.perceptron();
    }

    private static ScrubRewind method(double learningRate, int forgetEpochs) {
        return new ScrubRewind(0.5, 1, 4, forgetEpochs, 4, learningRate, 16, 4, 0.9, 5e-4, Schedule.constant());
    }

    @Test
    void theNearestErrorWinsAndOfEquallyNearOnesTheLast() {
        assertThat(ScrubRewind.nearest(new double[] {0, 0.4, 0.3, 0.9}, 0.28)).isEqualTo(2);
        assertThat(ScrubRewind.nearest(new double[] {0.1, 0.4, 0.3}, 0.12)).isZero();
        assertThat(ScrubRewind.nearest(new double[] {0.25, 0.75, 0.25, 1}, 0.5)).isEqualTo(2);
    }

    @Test
    void onlyClassesOfTheForgetSetAreCompared() {
        Dataset forget = toy.train.select(new int[] {1, 5, 3}); // classes 1, 1, 3

        Dataset compared = ScrubRewind.ofTheSameClasses(toy.validation, forget);

        assertThat(compared.size()).isEqualTo(toy.validation.size() / 2);
        for (int row = 0; row < compared.size(); row++) {
            assertThat(compared.label(row)).isIn(1, 3);
        }
        assertThatThrownBy(() -> ScrubRewind.ofTheSameClasses(toy.validation.select(new int[] {0, 4}), forget))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give a validation set");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theResultIsTheStateOfAnEpochThatComesNearest(long seed) {
        List<float[]> states = new ArrayList<>(List.of(Toy.weights(plain.original)));
        double[] errors = new double[5];
        errors[0] = error(plain.original, plain.split.forget());
        double[] reference = new double[1];

        try (Model unlearned = method(0.01, 4)
                .unlearn(plain.original, plain.split, plain.trial(seed).watchedBy((stage, epoch, model) -> {
                    states.add(Toy.weights(model));
                    errors[epoch] = error(model, plain.split.forget());
                    reference[0] = error(model, plain.validation); // every class occurs in the forget set
                }))) {
            // Here the second, second and first of four epochs, so that returning the last one would be seen.
            int expected = ScrubRewind.nearest(errors, reference[0]);
            assertThat(Toy.weights(unlearned)).containsExactly(states.get(expected));
        }
    }

    @Test
    void theOriginalIsReturnedWhereItComesNearest() {
        // Validation examples that the model keeps getting right, beside forget examples that it must get wrong.
        Dataset easy = plain.split.retain();
        Split split = plain.split.withValidation(easy);
        var strong = new ScrubRewind(0, 1, 1, 1, 1, 0.3, 80, 4, 0, 0, Schedule.constant());

        double[] errors = new double[2];
        errors[0] = error(plain.original, split.forget());
        double[] reference = new double[1];
        try (Model unlearned =
                strong.unlearn(plain.original, split, plain.trial(1).watchedBy((stage, epoch, model) -> {
                    errors[epoch] = error(model, split.forget());
                    reference[0] = error(model, easy);
                }))) {
            assertThat(ScrubRewind.nearest(errors, reference[0])).isZero();
            assertThat(Toy.weights(unlearned)).containsExactly(Toy.weights(plain.original));
            assertThat(unlearned).isNotSameAs(plain.original);
        }
    }

    @Test
    void aRunThatIsStoppedGoesOnToTheSameBits(@TempDir Path folder) {
        float[] expected;
        try (Model undisturbed = method(0.02, 3).unlearn(toy.original, toy.split, toy.trial(1))) {
            expected = Toy.weights(undisturbed);
        }
        AtomicInteger questions = new AtomicInteger();
        int stops = 0;
        for (boolean finished = false; !finished; ) {
            questions.set(0);
            try (Model resumed = method(0.02, 3)
                    .unlearn(
                            toy.original,
                            toy.split,
                            toy.trial(1)
                                    .resumable(new Checkpoints(folder.resolve("checkpoints"), Duration.ofHours(1)))
                                    .stoppable(() -> questions.incrementAndGet() == 7))) {
                assertThat(Toy.weights(resumed)).containsExactly(expected);
                finished = true;
            } catch (StoppedException e) {
                stops++;
            }
        }
        assertThat(stops).isGreaterThan(1);
    }

    private static double error(Model model, Dataset data) {
        return 1 - Evaluation.accuracy(model, data);
    }
}
