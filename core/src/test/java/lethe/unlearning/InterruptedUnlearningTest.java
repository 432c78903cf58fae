package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import lethe.models.Model;
import lethe.training.Checkpoints;
import lethe.training.CosineDecay;
import lethe.training.Schedule;
import lethe.training.Stairs;
import lethe.training.StoppedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods of several stages, with long computations before any step, or with a memory, go on where they stopped. */
@SuppressWarnings("NullAway.Init")
class InterruptedUnlearningTest {
    private static Toy toy;

    static Stream<UnlearningMethod> methods() {
        return Stream.of(
                new SelectiveDampening(1, 1, 4),
                new FisherForgetting(1e-4, 0, 4),
                new FisherForgetting(1e-4, 2, 4),
                new Influence(Influence.Mode.CG, 1, 20, 0.1, 15, 1e-9),
                new Influence(Influence.Mode.LEGACY, 1, 20, 0.1, 15, 1e-9),
                new MaskedSmallGradients(0.3, 0.1, 2, 0.01, 12, 0.9, 5e-4, new Stairs()),
                new ConvolutionTranspose(3, 0.01, 12, 0.9, 5e-4, new CosineDecay()),
                new ForgetContrastStrengthen(1.15, 0.01, 0.01, 3, 0.01, 12, 0.9, 1e-2),
                new ConfuseFinetuneWeaken(0.1, 0.1, 3, 0.01, 12, 0.9, 5e-4, new CosineDecay()),
                new PrimalDual(0.01, 1, 0.5, 1, 3, 1e-3, 4, 0.01),
                new PruneReinitialiseMatch(0.5, 0.1, 2.5, 0.01, 12, 0.9, 5e-4, Schedule.constant()));
    }

    @BeforeAll
    static void train() {
        toy = Toy.residual();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void stoppedAgainAndAgainItEndsWithTheSameBits(UnlearningMethod method, @TempDir Path folder) {
        AtomicInteger stops = new AtomicInteger();

        try (Model undisturbed = method.unlearn(toy.original, toy.split, toy.trial(1));
                Model resumed = stoppedEvery(4, method, folder.resolve("checkpoints"), stops)) {
            assertThat(stops).hasPositiveValue();
            assertThat(Toy.weights(resumed)).containsExactly(Toy.weights(undisturbed));
            assertThat(Toy.statistics(resumed)).containsExactly(Toy.statistics(undisturbed));
        }
    }

    private static Model stoppedEvery(int steps, UnlearningMethod method, Path place, AtomicInteger stops) {
        for (int attempt = 0; attempt < 200; attempt++) {
            AtomicInteger taken = new AtomicInteger();
            var trial = toy.trial(1)
                    .resumable(new Checkpoints(place, Duration.ofHours(1)))
                    .stoppable(() -> taken.incrementAndGet() == steps);
            try {
                return method.unlearn(toy.original, toy.split, trial);
            } catch (StoppedException e) {
                stops.incrementAndGet();
            }
        }
        throw new AssertionError(method + " gets nowhere");
    }
}
