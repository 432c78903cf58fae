package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks with one rule for everybody, taught by halves. Of 100 fair 95 % intervals 13 or more miss with probability 0.002. */
class HalvesTest {
    private static final int AUDITS = 100;
    private static final int EXAMPLES = 32;
    private static final int WORLDS = 16;
    private static final int TOO_OFTEN = 13;
    private static final double FPR = 0.1;

    @ParameterizedTest
    @MethodSource("layouts")
    void everyExampleTeachesAsOftenAsAPositiveAndOnlyTheOtherHalf(Layout layout) {
        ShadowDesign design = ShadowDesign.balanced(60, 12, 1, new SplittableRandom(1));
        float[] values = new float[60 * 12];
        Observations observations =
                new Observations(Game.PRIVACY, Signal.PHI, layout, values, design.memberMatrix(), values);
        int[] everybody = IntStream.range(0, 60).toArray();
        for (int judged = 0; judged < Halves.COUNT; judged++) {
            int[] balance = new int[60];
            int[] teaching = Halves.teaching(observations, judged, everybody);
            for (int cell : teaching) {
                balance[cell / 12] += observations.isPositive(cell / 12, cell % 12) ? 1 : -1;
                assertThat(Halves.of(observations.world(cell / 12, cell % 12))).isEqualTo(1 - judged);
            }
            assertThat(balance).containsOnly(0);
            assertThat(teaching).doesNotHaveDuplicates().hasSizeGreaterThan(60 * 3); // of 60 · 6
        }
    }

    static Stream<Layout> layouts() {
        ShadowDesign design = ShadowDesign.balanced(60, 12, 1, new SplittableRandom(1));
        return Stream.of(Layout.oneOfEachWorld(12), Layout.twoOfEachMemberWorld(design.memberMatrix(), 12));
    }

    @Test
    void halvesInWhichNobodyChangesSidesTeachNothing() {
        boolean[] positive = {true, false, true, false};
        Observations observations =
                Observations.of(Game.PRIVACY, 4, Map.of(Signal.PHI, new float[4]), positive, Map.of(), Map.of());

        assertThatThrownBy(() -> new LogisticRegression().score(observations))
                .hasMessageContaining("In half of the 4 worlds none of 1 examples is both positive and negative");
    }

    /** Nothing is left; or something, unlike in each example and world, whose values shift as a whole. */
    static List<Arguments> audits() {
        List<Attack> attacks = List.of(
                new LogisticRegression(),
                new GlobalLikelihoodRatio(),
                new SupportVectorAttack(),
                new RandomForest(10, 4, 1));
        return attacks.stream()
                .flatMap(attack -> Stream.of(Arguments.of(attack, 0, 0), Arguments.of(attack, 0.6, 0.7)))
                .toList();
    }

    /** Measured with 200 audits: 0 to 4. */
    @ParameterizedTest
    @MethodSource("audits")
    void intervalsOfAttacksThatAreTaughtLeaveOutTheTruthNoMoreOftenThanStated(
            Attack attack, double left, double shift) {
        Estimate[][] found = new Estimate[4][AUDITS];
        for (int audit = 0; audit < AUDITS; audit++) {
            Observations observations = observe(attack, left, shift, audit);
            AttackResult result = new Audit(List.of(attack), List.of(FPR), 100, audit).play(attack, observations);
            found[0][audit] = result.auc();
            found[1][audit] = result.balancedAccuracy();
            found[2][audit] = result.points().get(0).tpr();
            found[3][audit] = Audit.worldAreas(observations, attack.score(observations), (example, world) -> true)
                    .mean();
        }
        double[] chance = {0.5, 0.5, FPR, 0.5};
        for (int s = 0; s < found.length; s++) {
            double[] values =
                    Arrays.stream(found[s]).mapToDouble(Estimate::value).toArray();
            double mean = Intervals.mean(values);
            double truth = left == 0 ? chance[s] : mean;
            assertThat(Arrays.stream(found[s]).filter(each -> each.excludes(truth)))
                    .hasSizeLessThan(TOO_OFTEN);
            if (left == 0 && s != 2) { // a rate at most FPR falls short of it
                assertThat(mean).isCloseTo(0.5, within(4 * Math.sqrt(Intervals.variance(values) / AUDITS)));
            }
        }
    }

    private static Observations observe(Attack attack, double left, double shift, int audit) {
        var random = new SplittableRandom(audit * 104_729L + 17);
        ShadowDesign design = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, random.split());
        double[] ofWorld = new double[2 * WORLDS];
        Arrays.setAll(ofWorld, w -> random.nextGaussian());
        double[] ofExample = new double[2 * EXAMPLES];
        Arrays.setAll(ofExample, i -> random.nextGaussian());
        float[] phi = new float[EXAMPLES * WORLDS];
        for (int cell = 0; cell < phi.length; cell++) {
            int i = cell / WORLDS;
            int w = cell % WORLDS;
            double leak =
                    design.isMember(w, i) ? left * (1 + shift * ofWorld[WORLDS + w] + ofExample[EXAMPLES + i]) : 0;
            phi[cell] = (float) (2 * ofExample[i] + shift * ofWorld[w] + leak + random.nextGaussian());
        }
        List<Observations> signals = attack.signals().stream()
                .map(signal -> {
                    float[] values = phi.clone();
                    for (int cell = 0; cell < values.length && signal != Signal.PHI; cell++) {
                        values[cell] = (float) (phi[cell] + 0.5 * random.nextGaussian());
                    }
                    return new Observations(Game.PRIVACY, signal, WORLDS, values, design.memberMatrix());
                })
                .toList();
        return signals.get(0).with(signals);
    }
}
