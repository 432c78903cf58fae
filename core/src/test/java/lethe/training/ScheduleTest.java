package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void theConstantRateNeverChanges() {
        assertThat(factors(Schedule.constant(), 4, 2)).containsOnly(1);
    }

    @Test
    void theTriangleRisesAndFallsLinearly() {
        // Ten steps, two of them rising: 1/3, 2/3, then 8/8, 7/8, … 1/8.
        assertThat(factors(new Triangle(0.2), 10, 5))
                .containsExactly(
                        new double[] {1 / 3.0, 2 / 3.0, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125}, within(1e-12));
    }

    @Test
    void theTriangleAlwaysMovesAndNeverExceedsThePeak() {
        for (long steps = 1; steps < 200; steps++) {
            for (double factor : factors(new Triangle(), steps, 1)) {
                assertThat(factor).isGreaterThan(0).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void theCosineFallsFromOneThroughAHalfAtTheMiddle() {
        assertThat(factors(new CosineDecay(), 4, 1))
                .containsExactly(
                        new double[] {1, 0.5 + Math.sqrt(0.125), 0.5, 0.5 - Math.sqrt(0.125)}, within(1e-12));
    }

    @Test
    void stepsDecayAfterWholeEpochs() {
        // Six epochs of three steps; a tenth after every second epoch.
        assertThat(factors(new StepDecay(2, 0.1), 18, 6))
                .containsExactly(
                        new double[] {1, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01},
                        within(1e-12));
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> new Triangle(1)).hasMessage("warmup must lie in (0, 1), but is 1.0");
        assertThatThrownBy(() -> new StepDecay(0, 0.1)).hasMessage("every must be positive, but is 0");
    }

    private static double[] factors(Schedule schedule, long steps, int epochs) {
        return LongStream.range(0, steps)
                .mapToDouble(step -> schedule.factor(step, steps, epochs))
                .toArray();
    }
}
