package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.training.Answers;
import org.junit.jupiter.api.Test;

class DistancesTest {
    private static final int POOL = 24;
    private static final int WORLDS = 8;
    private static final int TEST = 3;
    private static final double[] P = {0.7, 0.2, 0.1};
    private static final double[] Q = {0.5, 0.3, 0.2};
    private static final int[] ALL = IntStream.range(0, POOL).toArray();
    private static final ShadowDesign DESIGN = ShadowDesign.balanced(POOL, WORLDS, 2, new SplittableRandom(1));

    /** A model that gives the same probabilities to every example that {@code exceptions} does not name, and to tests. */
    private static Evaluated model(double[] usual, double[] others, int... exceptions) {
        float[] pool = new float[POOL * 3];
        for (int i = 0; i < POOL; i++) {
            double[] p = Arrays.stream(exceptions).anyMatch(Integer.valueOf(i)::equals) ? others : usual;
            for (int k = 0; k < 3; k++) {
                pool[3 * i + k] = (float) (5 + Math.log(p[k])); // softmax does not care for the 5
            }
        }
        return new Evaluated(answers(pool), answers(new float[0]), answers(Arrays.copyOf(pool, TEST * 3)), List.of());
    }

    private static Answers answers(float[] logits) {
        return new Answers(logits, Map.of());
    }

    private static Distances distances(Distances.Models retrained) {
        return new Distances(DESIGN, ALL, 3, TEST, retrained);
    }

    @Test
    void predictionsAreComparedWithTheModelRetrainedInTheSameWorldWithoutTheSameSet() {
        Distances distances = distances((world, set) -> world == 3 && set == 1 ? model(P, P) : model(Q, Q));

        Distances.Predictions far = distances.predictions((world, set) -> model(P, P), WORLDS);
        Distances.Predictions same =
                distances.predictions((world, set) -> world == 3 && set == 1 ? model(P, P) : model(Q, Q), WORLDS);

        // 15 of 16 pairs of models differ; the divergence and the distance of P and Q are 0.021901179 and 0.244948974
        assertThat(far.forgetDivergence().value()).isCloseTo(0.021901179 * 15 / 16, within(1e-7));
        assertThat(far.testDivergence().value()).isCloseTo(0.021901179 * 15 / 16, within(1e-7));
        assertThat(far.forgetActivation().value()).isCloseTo(0.244948974 * 15 / 16, within(1e-7));
        assertThat(far.testActivation().value()).isCloseTo(0.244948974 * 15 / 16, within(1e-7));
        assertThat(same.forgetDivergence().value()).isCloseTo(0, within(1e-12));
    }

    /** Retrained models answer P where they never learned an example and Q where they did; only P may be compared. */
    @Test
    void retrainingIsComparedWithModelsThatNeverSawTheExample() {
        Distances distances = distances((world, set) -> model(
                P,
                Q,
                IntStream.range(0, POOL)
                        .filter(i -> DESIGN.isMember(world, i) && DESIGN.slot(world, i) != set)
                        .toArray()));

        assertThat(distances.ofRetraining(WORLDS).forgetDivergence().value()).isCloseTo(0, within(1e-12));
    }

    @Test
    void zeroRetrainForgettingIsThatOfForgottenExamplesAlone() {
        Distances distances = distances((world, set) -> model(P, P));
        Distances.Models untrained = (world, set) -> model(Q, Q);

        // P on the forget set, something else on all others.
        var forgetting = distances.zeroRetrain(
                (world, set) -> model(new double[] {0.01, 0.01, 0.98}, P, DESIGN.forgetSet(world, set)),
                untrained,
                WORLDS);

        assertThat(forgetting.value()).isCloseTo(0.968403278, within(1e-7));
        assertThat(forgetting.low()).isCloseTo(0.968403278, within(1e-7));
        assertThat(forgetting.high()).isCloseTo(0.968403278, within(1e-7));
    }

    @Test
    void untrainedModelsAreComparedWithOthersOfTheirKind() {
        Distances distances = distances((world, set) -> model(P, P));

        var own = distances.ofUntrained((world, set) -> world % 2 == 0 ? model(P, P) : model(Q, Q), WORLDS);
        var mixed = distances.zeroRetrain(
                (world, set) -> model(P, P), (world, set) -> world < 4 ? model(Q, Q) : model(P, P), WORLDS);

        assertThat(own.value()).isCloseTo(0.968403278, within(1e-7));
        assertThat(mixed.value()).isCloseTo((0.968403278 + 1) / 2, within(1e-7));
        assertThat(mixed.low()).isLessThan(mixed.value());
        assertThat(mixed.high()).isGreaterThan(mixed.value());
    }

    @Test
    void theScoreOfRetrainingIsItsOwnFloorAndDoingNothingScoresLess() {
        Distances distances = distances((world, set) -> model(P, P));
        Distances.Samples floor = distances.samples(signals(0, 1));
        Distances.Samples nothing = distances.samples(signals(6, 2));

        var ofFloor = floor.quality(floor).orElseThrow();
        var ofNothing = nothing.quality(floor).orElseThrow();

        assertThat(floor.positions()).hasSize(POOL).isSorted();
        assertThat(ofFloor.normalised()).isEqualTo(1);
        assertThat(ofFloor.epsilons()).hasSize(POOL);
        assertThat(ofNothing.floor()).isEqualTo(ofFloor.score());
        assertThat(ofNothing.score()).isLessThan(0.2 * ofFloor.score());
    }

    /** Normal values; unlearned models leave forgotten examples so much higher. */
    private static WorldSignals signals(double left, long seed) {
        var random = new SplittableRandom(seed);
        return WorldSignals.read(DESIGN, Signal.PHI, new WorldSignals.Source() {
            @Override
            public float[] original(int world) {
                return lifted(world, -1);
            }

            @Override
            public float[] unlearned(int world, int set) {
                return lifted(world, set);
            }

            private float[] lifted(int world, int set) {
                float[] values = new float[POOL];
                for (int i = 0; i < POOL; i++) {
                    values[i] = (float) (random.nextGaussian()
                            + (DESIGN.isMember(world, i) && DESIGN.slot(world, i) == set ? left : 0));
                }
                return values;
            }
        });
    }

    @Test
    void fewWorldsHaveNoScore() {
        ShadowDesign small = ShadowDesign.balanced(POOL, 6, 1, new SplittableRandom(2));
        Distances distances = new Distances(small, ALL, 3, TEST, (world, set) -> model(P, P));
        WorldSignals signals = WorldSignals.of(small, Signal.PHI, new float[6][POOL], new float[6][1][POOL]);

        Distances.Samples samples = distances.samples(signals);

        assertThat(samples.quality(samples)).isEmpty();
    }
}
