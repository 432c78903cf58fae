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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered attack promises, tried on all of them. */
class AttackContractTest {
    private static final int EXAMPLES = 60;
    private static final int WORLDS = 12;
    private static final ShadowDesign DESIGN = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, new SplittableRandom(42));

    static Stream<Attack> attacks() {
        Stream<Attack> registered = ServiceLoader.load(Attack.class).stream().map(ServiceLoader.Provider::get);
        Stream<Attack> densities = Arrays.stream(Density.values())
                .flatMap(d -> Stream.of(
                        new LikelihoodRatio(d, true, Signal.PHI), new OfflineLikelihoodRatio(d, true, Signal.PHI)));
        Stream<Attack> variants = Stream.of(
                new Rmia(true, 2, 0, false, true, Signal.PHI),
                new Rmia(false, 1, 0, true, true, Signal.PHI),
                new Rmia(false, 1, 1, false, false, Signal.PHI),
                new BeforeMinusAfter(true, Signal.PHI),
                new MultiQuery(MultiQuery.Combination.DIAG, Signal.PHI),
                new MultiQuery(MultiQuery.Combination.FULL_COV, Signal.PHI),
                new LossThreshold(Signal.PHI, true),
                new TwoSidedThreshold(Signal.PHI, true));
        return Stream.concat(registered, Stream.concat(densities, variants));
    }

    @Test
    void theAttacksOfTheDefaultPlanAreRegistered() {
        assertThat(ServiceLoader.load(Attack.class).stream().map(p -> p.get().name()))
                .contains("loss-threshold", "logistic-regression", "two-sided-threshold", "u-lira");
    }

    @ParameterizedTest
    @MethodSource("attacksAndLayouts")
    void aScoreDoesNotDependOnAnythingElseInItsWorld(Attack attack, Layout layout) {
        float[] values = values(1);
        Observations before = observations(attack, layout, values);
        for (int column : new int[] {5, 6}) {
            int target = before.world(0, column);
            float[] changed = values.clone();
            var random = new SplittableRandom(99);
            for (int cell : before.cells(target)) {
                if (cell != column && (before.labels()[cell] || !attack.comparesWithPopulation())) {
                    changed[cell] = (float) (7 * random.nextGaussian());
                }
            }

            Scores first = attack.score(before);
            Scores second = attack.score(observations(attack, layout, changed));

            // sums that the target was taken out of again, and iterations with another start, differ in rounding
            assertThat(second.value(0, column)).isCloseTo(first.value(0, column), within(1e-7));
            assertThat(second.threshold(target)).isCloseTo(first.threshold(target), within(1e-7));
        }
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
    @MethodSource("attacksAndLayouts")
    void aPlainLeakIsFoundAndDecidedAboutRightly(Attack attack, Layout layout) {
        Observations observations = observations(attack, layout, values(3));
        Scores scores = attack.score(observations);

        assertThat(Roc.of(scores.values(), observations.labels()).auc()).isGreaterThan(0.8);
        assertThat(Roc.of(scores.decisions(observations), observations.labels()).auc())
                .isGreaterThan(0.75);
    }

    /** Both layouts: one value of each world, and two of each that the example is a member of. */
    static Stream<Arguments> attacksAndLayouts() {
        boolean[] member = DESIGN.memberMatrix();
        List<Layout> layouts = List.of(Layout.oneOfEachWorld(WORLDS), Layout.twoOfEachMemberWorld(member, WORLDS));
        return layouts.stream().flatMap(layout -> attacks().map(attack -> Arguments.of(attack, layout)));
    }

    /** Every signal that the attack reads has the same values, which leaked twice as much before unlearning. */
    private static Observations observations(Attack attack, Layout layout, float[] values) {
        Game game = attack.snapshots() == Snapshots.AFTER ? Game.PRIVACY : Game.SNAPSHOTS;
        float[] before = new float[values.length];
        var random = new SplittableRandom(7);
        for (int cell = 0; cell < before.length; cell++) {
            before[cell] = (float) (random.nextGaussian() + (DESIGN.memberMatrix()[cell] ? 6 : 0));
        }
        List<Observations> all = attack.signals().stream()
                .map(signal -> new Observations(game, signal, layout, values, DESIGN.memberMatrix(), before))
                .toList();
        return all.get(0).with(all);
    }

    private static Observations observations(Attack attack, float[] values) {
        return observations(attack, Layout.oneOfEachWorld(WORLDS), values);
    }

    private static float[] values(long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[EXAMPLES * WORLDS];
        for (int i = 0; i < EXAMPLES; i++) {
            for (int w = 0; w < WORLDS; w++) {
                values[i * WORLDS + w] = (float) (random.nextGaussian() + (DESIGN.isMember(w, i) ? 3 : 0));
            }
        }
        return values;
    }
}
