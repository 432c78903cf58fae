package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.AllCnn;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.StepDecay;
import org.junit.jupiter.api.Test;

class ConfuseFinetuneWeakenTest {
    @Test
    void noiseOfTheGivenDeviationIsAddedToTheStemAlone() {
        try (Scope scope = Scope.open();
                Model model = new AllCnn(16).create(new long[] {3, 16, 16}, 5, Seed.of(1));
                Model before = model.copy()) {
            ConfuseFinetuneWeaken.addNoise(model, 0.6, Seed.of(2));

            float[] moved =
                    model.weights().values().sub(before.weights().values()).toFloats();
            int stem = 16 * 3 * 9; // declared first
            double squares = IntStream.range(0, stem)
                    .mapToDouble(i -> moved[i] * moved[i] / 0.36)
                    .sum();
            assertThat(squares).isEqualTo(stem, within(5 * Math.sqrt(2 * stem))); // χ²
            assertThat(IntStream.range(stem, moved.length).filter(i -> moved[i] != 0))
                    .isEmpty();
        }
    }

    @Test
    void withoutNoiseItIsFineTuningIncludingTheCourseOfTheRate() {
        Toy toy = Toy.residual();
        var quiet = new ConfuseFinetuneWeaken(0, 0, 3, 0.01, 16, 0.9, 5e-4, new StepDecay(1, 0.5));
        var fineTune = new FineTune(3, 0.01, 16, 0.9, 5e-4, new StepDecay(1, 0.5));

        try (Model one = quiet.unlearn(toy.original, toy.split, toy.trial(1));
                Model other = fineTune.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(one)).containsExactly(Toy.weights(other));
            assertThat(Toy.statistics(one)).containsExactly(Toy.statistics(other));
        }
    }

    @Test
    void theSecondNoiseComesBeforeTheLastEpoch() {
        Toy toy = Toy.residual();
        var never = new ConfuseFinetuneWeaken(0, 0, 2, 1e-9, 16, 0, 0, Schedule.constant());
        var late = new ConfuseFinetuneWeaken(0, 0.1, 2, 1e-9, 16, 0, 0, Schedule.constant());

        try (Model one = never.unlearn(toy.original, toy.split, toy.trial(1));
                Model other = late.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(other)).isNotEqualTo(Toy.weights(one));
        }
        assertThatThrownBy(() -> new ConfuseFinetuneWeaken(0, 0, 1, 0.01, 16, 0, 0, Schedule.constant()))
                .hasMessageContaining("at least 2");
    }
}
