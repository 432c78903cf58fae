package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lethe.metrics.Roc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered attack promises, tried on all of them. */
class AttackContractTest {
    private static final int EXAMPLES = 60;
    private static final int WORLDS = 12;

    static Stream<Attack> attacks() {
        Stream<Attack> registered = ServiceLoader.load(Attack.class).stream().map(ServiceLoader.Provider::get);
        Stream<Attack> densities = Arrays.stream(Density.values())
                .flatMap(d -> Stream.of(
                        new LikelihoodRatio(d, true, Signal.PHI), new OfflineLikelihoodRatio(d, true, Signal.PHI)));
        Stream<Attack> variants = Stream.of(
                new Rmia(true, 2, 0, false, true, Signal.PHI),
                new Rmia(false, 1, 0, true, true, Signal.PHI),
                new Rmia(false, 1, 1, false, false, Signal.PHI));
        return Stream.concat(registered, Stream.concat(densities, variants));
    }

    @Test
    void theAttacksOfTheDefaultPlanAreRegistered() {
        assertThat(ServiceLoader.load(Attack.class).stream().map(p -> p.get().name()))
                .contains("loss-threshold", "logistic-regression", "two-sided-threshold", "u-lira");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void aScoreDoesNotDependOnAnythingElseInItsWorld(Attack attack) {
        float[] values = values(1);
        Observations before = observations(attack, values);
        int target = 5;
        float[] changed = values.clone();
        var random = new SplittableRandom(99);
        for (int i = 1; i < EXAMPLES; i++) {
            if (before.isPositive(i, target) || !attack.comparesWithPopulation()) {
                changed[i * WORLDS + target] = (float) (7 * random.nextGaussian());
            }
        }

        Scores first = attack.score(before);
        Scores second = attack.score(observations(attack, changed));

        // sums that the target was taken out of again, and iterations with another start, differ in rounding
        assertThat(second.value(0, target)).isCloseTo(first.value(0, target), within(1e-7));
        assertThat(second.threshold(target)).isCloseTo(first.threshold(target), within(1e-7));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void scoresAreNumbersAndRepeatable(Attack attack) {
        Observations observations = observations(attack, values(2));

        double[] scores = attack.score(observations).values();

        assertThat(scores).hasSize(EXAMPLES * WORLDS).doesNotContain(Double.NaN);
        assertThat(attack.score(observations).values()).isEqualTo(scores);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void aPlainLeakIsFoundAndDecidedAboutRightly(Attack attack) {
        Observations observations = observations(attack, values(3));
        Scores scores = attack.score(observations);

        assertThat(Roc.of(scores.values(), observations.labels()).auc()).isGreaterThan(0.85);
        assertThat(Roc.of(scores.decisions(), observations.labels()).auc()).isGreaterThan(0.75);
    }

    /** Every signal that the attack reads has the same values. */
    private static Observations observations(Attack attack, float[] values) {
        ShadowDesign design = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, new SplittableRandom(42));
        List<Observations> all = attack.signals().stream()
                .map(signal -> new Observations(Game.PRIVACY, signal, WORLDS, values, design.memberMatrix()))
                .toList();
        return all.get(0).with(all);
    }

    private static float[] values(long seed) {
        ShadowDesign design = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, new SplittableRandom(42));
        var random = new SplittableRandom(seed);
        float[] values = new float[EXAMPLES * WORLDS];
        for (int i = 0; i < EXAMPLES; i++) {
            for (int w = 0; w < WORLDS; w++) {
                values[i * WORLDS + w] = (float) (random.nextGaussian() + (design.isMember(w, i) ? 3 : 0));
            }
        }
        return values;
    }
}
