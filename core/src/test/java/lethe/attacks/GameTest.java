package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lethe.metrics.Roc;
import org.junit.jupiter.api.Test;

class GameTest {
    private final ShadowDesign design = ShadowDesign.balanced(24, 8, 3, new SplittableRandom(1));

    /** Every value says where it comes from: 1000·world + 10·example + 1 + forget set, and ½ under the original model. */
    private final WorldSignals traced = traced(design);

    @Test
    void eachGameTakesItsClassesFromTheRightModels() {
        for (int w = 0; w < 8; w++) {
            for (int i = 0; i < 24; i++) {
                boolean member = design.isMember(w, i);
                float original = 1000 * w + 10 * i + 0.5f;
                float own = 1000 * w + 10 * i + 1 + design.slot(w, i);
                float stayed = 1000 * w + 10 * i + 1 + design.retainedSlot(w, i);

                assertThat(observed(Game.CLASSIC).isPositive(i, w)).isEqualTo(member);
                assertThat(observed(Game.CLASSIC).value(i, w)).isEqualTo(original);
                assertThat(observed(Game.EFFICACY).value(i, w)).isEqualTo(member ? own : original);
                assertThat(observed(Game.PRIVACY).value(i, w)).isEqualTo(own);
                assertThat(observed(Game.RETAINED).value(i, w)).isEqualTo(member ? stayed : own);
            }
        }
    }

    @Test
    void someExamplesAreSeenAsTheyAreAmongAll() {
        int[] chosen = {1, 2, 7, 11, 12, 20, 23};
        ShadowDesign part = design.of(chosen);
        WorldSignals signals = traced.withClasses(IntStream.range(0, 24).toArray());

        for (Game game : Game.values()) {
            Observations all = game.observe(signals).orElseThrow();
            Observations some = game.observe(signals.select(chosen, part)).orElseThrow();
            assertThat(some.examples()).isEqualTo(chosen.length);
            for (int k = 0; k < chosen.length; k++) {
                assertThat(some.classOf(k)).isEqualTo(chosen[k]);
                for (int c = 0; c < 8; c++) {
                    assertThat(some.value(k, c)).isEqualTo(all.value(chosen[k], c));
                    assertThat(some.neverSeen(k, c)).isEqualTo(all.neverSeen(chosen[k], c));
                    assertThat(some.isPositive(k, c)).isEqualTo(all.isPositive(chosen[k], c));
                    assertThat(some.world(k, c)).isEqualTo(all.world(chosen[k], c));
                    assertThat(some.model(k, c)).isEqualTo(all.model(chosen[k], c));
                }
            }
        }
    }

    @Test
    void efficacyComparesWithRetrainedModelsThatNeverSawTheExampleWhereThereAreSome() {
        WorldSignals signals = WorldSignals.read(design, Signal.PHI, new WorldSignals.Source() {
            @Override
            public float[] original(int world) {
                return filled(1);
            }

            @Override
            public float[] unlearned(int world, int set) {
                return filled(10 + set);
            }

            @Override
            public Optional<float[]> retrained(int world, int set) {
                return Optional.of(filled(20 + set));
            }
        });
        Observations observations = Game.EFFICACY.observe(signals).orElseThrow();

        for (int w = 0; w < 8; w++) {
            for (int i = 0; i < 24; i++) {
                float expected = design.slot(w, i) + (design.isMember(w, i) ? 10f : 20f);
                assertThat(observations.value(i, w)).isEqualTo(expected);
            }
        }
    }

    private static float[] filled(float value) {
        float[] values = new float[24];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void noWorldIsAmongItsOwnReferencesAndBothClassesHaveEquallyMany() {
        Observations observations = observed(Game.PRIVACY);
        for (int i = 0; i < 24; i++) {
            for (int w = 0; w < 8; w++) {
                int[] positive = observations.positiveColumns(i, w);
                int[] negative = observations.negativeColumns(i, w);

                assertThat(positive).hasSize(3).doesNotContain(w).doesNotHaveDuplicates();
                assertThat(negative).hasSize(3).doesNotContain(w).doesNotHaveDuplicates();
                for (int k = 0; k < 3; k++) {
                    assertThat(observations.isPositive(i, positive[k])).isTrue();
                    assertThat(observations.isPositive(i, negative[k])).isFalse();
                    assertThat(observations.positives(i, w)[k]).isEqualTo(observations.value(i, positive[k]));
                }
            }
        }
    }

    @Test
    void theWorldLeftOutForBalanceVaries() {
        Observations observations = observed(Game.CLASSIC);
        int[] chosen = new int[4];
        for (int i = 0; i < 24; i++) {
            for (int w = 0; w < 8; w++) {
                chosen[observations.leftOut(i, w)]++;
            }
        }

        assertThat(Arrays.stream(chosen)).allMatch(count -> count > 24); // 48 each on average
    }

    @Test
    void withoutUnlearningTheEfficacyGameIsTheClassicOne() {
        float[][] original = new float[8][24];
        var random = new SplittableRandom(2);
        for (float[] row : original) {
            IntStream.range(0, 24).forEach(i -> row[i] = (float) random.nextGaussian());
        }
        float[][][] untouched = Arrays.stream(original)
                .map(row -> new float[][] {row, row, row})
                .toArray(float[][][]::new);
        WorldSignals identity = WorldSignals.of(design, Signal.PHI, original, untouched);
        Attack attack = new LikelihoodRatio();

        double[] classic =
                attack.score(Game.CLASSIC.observe(identity).orElseThrow()).values();

        for (Game game : List.of(Game.EFFICACY, Game.PRIVACY, Game.RETAINED)) {
            assertThat(attack.score(game.observe(identity).orElseThrow()).values())
                    .isEqualTo(classic);
        }
        // the two values that a world gives an example are one and the same
        Observations deletion = Game.DELETION.observe(identity).orElseThrow();
        for (Attack each : List.of(attack, new OfflineLikelihoodRatio(), new LossThreshold())) {
            assertThat(Roc.of(each.score(deletion).values(), deletion.labels()).auc())
                    .isEqualTo(0.5);
        }
    }

    @Test
    void deletionObservesEachMemberTwiceInItsWorldsAndNobodyElse() {
        Observations deletion = observed(Game.DELETION);
        for (int i = 0; i < 24; i++) {
            for (int c = 0; c < 8; c++) {
                int world = deletion.world(i, c);
                boolean positive = design.isMember(c, i);
                int set = positive ? design.slot(world, i) : design.retainedSlot(world, i);

                assertThat(design.isMember(world, i)).isTrue();
                assertThat(deletion.isPositive(i, c)).isEqualTo(positive);
                assertThat(deletion.value(i, c)).isEqualTo(1000 * world + 10 * i + 1 + set);
                assertThat(deletion.model(i, c)).isEqualTo(set);
            }
        }
        for (int w = 0; w < 8; w++) {
            int world = w;
            int[] cells = deletion.cells(world);
            assertThat(cells).hasSize(24).doesNotHaveDuplicates();
            assertThat(Arrays.stream(cells)).allMatch(cell -> deletion.world(cell / 8, cell % 8) == world);
            assertThat(Arrays.stream(cells).filter(cell -> deletion.isPositive(cell / 8, cell % 8)))
                    .hasSize(12);
        }
    }

    @Test
    void aTargetOfDeletionHasNoReferenceOfItsWorldOnEitherSide() {
        Observations deletion = observed(Game.DELETION);
        for (int i = 0; i < 24; i++) {
            for (int c = 0; c < 8; c++) {
                assertThat(worldsOf(deletion, i, deletion.positiveColumns(i, c)))
                        .hasSize(3)
                        .doesNotHaveDuplicates()
                        .doesNotContain(deletion.world(i, c), c);
                assertThat(worldsOf(deletion, i, deletion.negativeColumns(i, c)))
                        .hasSize(3)
                        .doesNotHaveDuplicates()
                        .doesNotContain(deletion.world(i, c), c);
            }
        }
    }

    private static int[] worldsOf(Observations observations, int example, int[] columns) {
        return Arrays.stream(columns).map(c -> observations.world(example, c)).toArray();
    }

    @Test
    void twoSnapshotsPairEachValueWithThatOfItsOriginal() {
        for (Game game : List.of(Game.SNAPSHOTS, Game.SNAPSHOTS_DELETION)) {
            Observations both = observed(game);
            Observations after = observed(game == Game.SNAPSHOTS ? Game.PRIVACY : Game.DELETION);
            for (int i = 0; i < 24; i++) {
                for (int c = 0; c < 8; c++) {
                    assertThat(both.value(i, c)).isEqualTo(after.value(i, c));
                    assertThat(both.isPositive(i, c)).isEqualTo(after.isPositive(i, c));
                    assertThat(both.before().value(i, c)).isEqualTo(1000 * both.world(i, c) + 10 * i + 0.5f);
                    assertThat(both.before().isPositive(i, c)).isEqualTo(both.isPositive(i, c));
                }
            }
        }
        assertThatThrownBy(() -> observed(Game.PRIVACY).before()).hasMessageContaining("only G5 and G5d");
    }

    /** Forgotten examples look like outsiders, which a raw signal sees from the other side. */
    @Test
    void afterExactRetrainingDeletionIsAsVisibleAsMembershipWas() {
        SyntheticWorlds.Law trained = (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise + (member ? 1 : 0);
        SyntheticWorlds.Law outsider = (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise;
        ShadowDesign wide = ShadowDesign.balanced(400, 40, 4, new SplittableRandom(5));
        Observations deletion = Game.DELETION
                .observe(SyntheticWorlds.signals(wide, 5, trained, outsider, trained))
                .orElseThrow();
        Observations classic = Game.CLASSIC
                .observe(SyntheticWorlds.signals(wide, 5, trained, outsider, trained))
                .orElseThrow();

        // 8,000 pairs a class: standard error 0.004 each
        assertThat(area(new LikelihoodRatio(), deletion))
                .isCloseTo(area(new LikelihoodRatio(), classic), within(0.015));
        assertThat(area(new LossThreshold(), deletion))
                .isCloseTo(1 - area(new LossThreshold(), classic), within(0.015));
    }

    @Test
    void whereForgottenAndRetainedAreAlikeDeletionIsAtChance() {
        SyntheticWorlds.Law trained = (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise + (member ? 1 : 0);
        Observations deletion = Game.DELETION
                .observe(SyntheticWorlds.signals(
                        ShadowDesign.balanced(400, 40, 2, new SplittableRandom(6)), 6, trained, trained, trained))
                .orElseThrow();

        for (Attack attack : List.of(new LikelihoodRatio(), new LossThreshold(), new OfflineLikelihoodRatio())) {
            assertThat(area(attack, deletion)).as(attack.name()).isCloseTo(0.5, within(0.015));
        }
    }

    private static double area(Attack attack, Observations observations) {
        return Roc.of(attack.score(observations).values(), observations.labels())
                .auc();
    }

    @Test
    void exchangingTheClassesNegatesTheLikelihoodRatioAndMirrorsAnyFixedScore() {
        Observations observations = SyntheticWorlds.observe(40, 12, 5, (i, member, noise) -> noise + (member ? 1 : 0));
        double[] scores = new LikelihoodRatio().score(observations).values();
        double[] swapped = new LikelihoodRatio().score(observations.swapped()).values();
        boolean[] labels = observations.labels();
        boolean[] negated = observations.swapped().labels();

        assertThat(swapped).isEqualTo(Arrays.stream(scores).map(s -> -s).toArray());
        assertThat(Roc.of(scores, negated).auc())
                .isEqualTo(1 - Roc.of(scores, labels).auc());
    }

    @Test
    void withOneForgetSetNobodyIsRetained() {
        ShadowDesign single = ShadowDesign.balanced(8, 4, 1, new SplittableRandom(1));
        WorldSignals signals = traced(single);

        assertThat(signals.games()).containsExactly(Game.CLASSIC, Game.EFFICACY, Game.PRIVACY, Game.SNAPSHOTS);
        assertThat(Game.RETAINED.observe(signals)).isEmpty();
        assertThatThrownBy(() -> single.retainedSlot(0, 0)).hasMessageContaining("none retained");
    }

    @Test
    void aSignalThatIsNoNumberIsNamedByWorldSetAndExample() {
        float[][] original = new float[8][24];
        float[][][] unlearned = new float[8][3][24];
        unlearned[5][2][7] = Float.NaN;

        assertThatThrownBy(() -> WorldSignals.of(design, Signal.PHI, original, unlearned))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("forget set 2 of world 5")
                .hasMessageContaining("example 7 is NaN");
        assertThatThrownBy(() -> WorldSignals.of(design, Signal.PHI, new float[7][24], unlearned))
                .hasMessageContaining("7 original models, but the design has 8");
        original[1] = new float[23];
        assertThatThrownBy(() -> WorldSignals.of(design, Signal.PHI, original, unlearned))
                .hasMessageContaining("original model of world 1 there are 23 values");
    }

    private Observations observed(Game game) {
        return game.observe(traced).orElseThrow();
    }

    private static WorldSignals traced(ShadowDesign design) {
        return WorldSignals.read(design, Signal.PHI, new WorldSignals.Source() {
            @Override
            public float[] original(int world) {
                return values(world, 0.5f);
            }

            @Override
            public float[] unlearned(int world, int set) {
                return values(world, 1 + set);
            }

            private float[] values(int world, float model) {
                float[] values = new float[design.examples()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = 1000 * world + 10 * i + model;
                }
                return values;
            }
        });
    }
}
