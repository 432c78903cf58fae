package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lethe.ReferenceValues;
import lethe.metrics.Roc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class RmiaTest {
    private static final JsonNode PINS = ReferenceValues.of("rmia");

    @Test
    void theWorkedTableOfRatiosAndScores() {
        for (JsonNode row : PINS.get("rows")) {
            double a = row.get("a").asDouble();
            for (int x = 0; x < 3; x++) {
                Observations observations = worked(x);
                double[] logs = new Rmia(false, 1, a, false, false, Signal.CONFIDENCE)
                        .score(observations)
                        .values();
                // a float holds seven digits
                assertThat(Math.exp(logs[0])).isCloseTo(row.get("ratios").get(x).asDouble(), within(1e-6));
                for (int z = 0; z < 4; z++) {
                    assertThat(Math.exp(logs[(1 + z) * 6]))
                            .isCloseTo(row.get("populationRatios").get(z).asDouble(), within(1e-6));
                }
                for (double gamma : new double[] {1, 1.1, 2}) {
                    String key = gamma == 1.1 ? "1.1" : Integer.toString((int) gamma);
                    Rmia attack = new Rmia(false, gamma, a, false, true, Signal.CONFIDENCE);

                    assertThat(attack.score(observations).value(0, 0))
                            .as("a = %s, x = %d, γ = %s", a, x, gamma)
                            .isEqualTo(row.get("scores").get(key).get(x).asDouble());
                }
            }
        }
    }

    /** Example 0 is x and examples 1 to 4 are the population of world 0; references equal their mean. */
    private static Observations worked(int x) {
        float[] values = new float[7 * 6];
        boolean[] positive = new boolean[values.length];
        Arrays.fill(values, 0.5f);
        for (int i = 0; i < 7; i++) {
            for (int w = 0; w < 6; w++) {
                positive[i * 6 + w] = w < 3 == i >= 5;
                if (i == 0) {
                    values[w] = (float) PINS.get(w == 0 ? "p" : "pOut").get(x).asDouble();
                } else if (i < 5) {
                    values[i * 6 + w] =
                            (float) PINS.get(w == 0 ? "z" : "zOut").get(i - 1).asDouble();
                }
            }
        }
        return new Observations(Game.PRIVACY, Signal.CONFIDENCE, 6, values, positive);
    }

    static Stream<Rmia> variants() {
        return Stream.of(
                new Rmia(),
                new Rmia(true, 1, 0.3, false, true, Signal.PHI),
                new Rmia(false, 1.5, 0.8, false, true, Signal.PHI),
                new Rmia(true, 2, 0, false, true, Signal.PHI));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void sortingEqualsComparingEveryPair(Rmia attack) {
        ShadowDesign design = ShadowDesign.balanced(72, 10, 3, new SplittableRandom(1));
        WorldSignals signals = SyntheticWorlds.signals(
                design,
                1,
                (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise + (member ? 2 : 0),
                (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise + (member ? 1 : 0),
                (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise + (member ? 2 : 0));
        for (Game game : signals.games()) {
            Observations observations = game.observe(signals).orElseThrow();
            Scores scores = attack.score(observations);
            for (int i = 0; i < 72; i++) {
                for (int w = 0; w < 10; w++) {
                    assertThat(scores.value(i, w))
                            .as("%s of example %d in world %d", game, i, w)
                            .isCloseTo(byDefinition(attack, observations, i, w), within(1e-12));
                }
            }
        }
    }

    private static double byDefinition(Rmia attack, Observations o, int x, int column) {
        double ratio = likelihood(o.value(x, column)) / evidence(attack, o, x, column);
        int w = o.world(x, column);
        int target = x * o.worlds() + column;
        int members = 0;
        for (int cell : o.cells(w)) {
            members += isPopulation(o, target, cell) ? 1 : 0;
        }
        // positives leave one out, so that all compare with equally many; the attack numbers them downwards
        int left = o.isPositive(x, column) ? members - 1 - Scatter.below(members, x, w) : -1;
        int count = 0;
        int compared = 0;
        int number = 0;
        for (int cell : o.cells(w)) {
            if (!isPopulation(o, target, cell) || number++ == left) {
                continue;
            }
            int z = cell / o.worlds();
            int c = cell % o.worlds();
            double seen = o.isPositive(x, column) ? o.neverSeen(z, c) : o.value(z, c);
            compared++;
            count += ratio / (likelihood(seen) / evidence(attack, o, z, c)) > attack.gamma() ? 1 : 0;
        }
        return (double) count / compared;
    }

    private static boolean isPopulation(Observations o, int target, int cell) {
        int worlds = o.worlds();
        return cell != target
                && !o.labels()[cell]
                && o.model(cell / worlds, cell % worlds) == o.model(target / worlds, target % worlds);
    }

    private static double evidence(Rmia attack, Observations o, int i, int w) {
        double out = Arrays.stream(o.negatives(i, w))
                .map(RmiaTest::likelihood)
                .average()
                .orElseThrow();
        double in = Arrays.stream(o.positives(i, w))
                .map(RmiaTest::likelihood)
                .average()
                .orElseThrow();
        return attack.online() ? (in + out) / 2 : ((1 + attack.a()) * out + 1 - attack.a()) / 2;
    }

    private static double likelihood(double phi) {
        return 1 / (1 + Math.exp(-phi));
    }

    @Test
    void scalingAllLikelihoodsOfATargetOrOnlineOfAnExampleChangesNothing() {
        Observations observations = confidences(1, -1, 1);
        double[] scores = new Rmia(true, 1, 0, false, true, Signal.CONFIDENCE)
                .score(observations)
                .values();
        double[] scaledTarget = new Rmia(true, 1, 0, false, true, Signal.CONFIDENCE)
                .score(confidences(0.25f, -1, 3))
                .values();
        double[] scaledExample = new Rmia(true, 1, 0, false, true, Signal.CONFIDENCE)
                .score(confidences(0.25f, 5, -1))
                .values();

        for (int i = 0; i < 40; i++) {
            assertThat(scaledTarget[i * 8 + 3]).isEqualTo(scores[i * 8 + 3]);
        }
        for (int w = 0; w < 8; w++) {
            assertThat(scaledExample[5 * 8 + w]).isEqualTo(scores[5 * 8 + w]);
        }
    }

    /** Random likelihoods, those of one example or one world times {@code factor}. */
    private static Observations confidences(float factor, int example, int world) {
        ShadowDesign design = ShadowDesign.balanced(40, 8, 1, new SplittableRandom(2));
        var random = new SplittableRandom(3);
        float[] values = new float[40 * 8];
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = (float) random.nextDouble(0.01, 1) * (cell / 8 == example || cell % 8 == world ? factor : 1);
        }
        return new Observations(Game.CLASSIC, Signal.CONFIDENCE, 8, values, design.memberMatrix());
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void withinAModelTheScoreRanksAsTheRatio(double gamma, boolean online) {
        Observations observations = SyntheticWorlds.observe(
                2000, 6, 5, (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise + (member ? 1 : 0));
        Scores shares = new Rmia(online, gamma, 0.3, false, true, Signal.PHI).score(observations);
        Scores logs = new Rmia(online, gamma, 0.3, false, false, Signal.PHI).score(observations);

        for (int w = 0; w < 6; w++) {
            for (int i = 1; i < 2000; i++) {
                if (observations.isPositive(i, w) == observations.isPositive(0, w)
                        && shares.value(i, w) > shares.value(0, w) + 0.002) { // one left out of 999 may differ
                    assertThat(logs.value(i, w)).isGreaterThan(logs.value(0, w));
                }
            }
        }
        if (gamma == 1) {
            double ofShares = Roc.of(shares.values(), observations.labels()).auc();
            assertThat(ofShares)
                    .isCloseTo(Roc.of(logs.values(), observations.labels()).auc(), within(0.005)); // 6 pooled models
        }
    }

    @Test
    void examplesOfDifferentDifficultyAreToldApartBetterThanByOneCut() {
        Observations observations = SyntheticWorlds.observe(
                400, 32, 7, (i, member, noise) -> 3 * SyntheticWorlds.trait(i, 1) + noise + (member ? 2 : 0));
        double population = auc(new LossThreshold(), observations);

        assertThat(population).isCloseTo(0.6726, within(0.02));
        assertThat(auc(new Rmia(), observations)).isGreaterThan(population + 0.1);
        assertThat(auc(new Rmia(true, 1, 0, false, true, Signal.PHI), observations))
                .isGreaterThan(population + 0.15)
                .isLessThan(0.921350 + 0.01); // the best there is
    }

    @ParameterizedTest
    @EnumSource(Game.class)
    void withoutSignalNothingIsFoundInAnyGame(Game game) {
        SyntheticWorlds.Law nothing = (i, member, noise) -> SyntheticWorlds.trait(i, 1) + noise;
        WorldSignals signals = SyntheticWorlds.signals(
                ShadowDesign.balanced(400, 32, 4, new SplittableRandom(9)), 9, nothing, nothing, nothing);
        Observations observations = game.observe(signals).orElseThrow();

        double standardError = Math.sqrt(1.0 / 6 / (400 * 16)); // of the area of 6,400 pairs a class
        for (Rmia attack : new Rmia[] {
            new Rmia(), new Rmia(true, 2, 0, false, true, Signal.PHI), new Rmia(false, 1, 0, true, true, Signal.PHI)
        }) {
            assertThat(auc(attack, observations)).isCloseTo(0.5, within(3 * standardError));
        }
    }

    @Test
    void theSlopeIsChosenWhereItHelps() {
        // members are certain wherever the example is, so p_in = 1 and the best slope ranks by how rare that is
        Observations observations = SyntheticWorlds.observe(
                200, 16, 11, (i, member, noise) -> member ? 3 + noise : 2 * SyntheticWorlds.trait(i, 1) + noise);
        double tuned = auc(new Rmia(false, 1, 0, true, true, Signal.PHI), observations);

        for (int tenths = 0; tenths <= 10; tenths++) {
            Rmia fixed = new Rmia(false, 1, tenths / 10.0, false, true, Signal.PHI);
            assertThat(tuned).isGreaterThan(auc(fixed, observations) - 0.01);
        }
    }

    @Test
    void cutsAreAboutAsGoodAsTheBestOnes() {
        Observations observations =
                SyntheticWorlds.observe(600, 16, 13, (i, member, noise) -> noise + (member ? 2 : 0));
        for (Rmia attack : new Rmia[] {new Rmia(), new Rmia(true, 1, 0, false, false, Signal.PHI)}) {
            Scores scores = attack.score(observations);

            // Φ(1) = 0.841 at best
            assertThat(Roc.of(scores.decisions(observations), observations.labels())
                            .auc())
                    .isGreaterThan(0.80);
        }
    }

    @Test
    void underflowDoesNotHurt() {
        Observations observations =
                SyntheticWorlds.observe(20, 8, 15, (i, member, noise) -> 1000 * noise + (member ? 4000 : -4000));
        Rmia ratio = new Rmia(true, 1, 0, false, false, Signal.PHI);

        assertThat(ratio.score(observations).values()).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
        assertThat(auc(ratio, observations)).isGreaterThan(0.99);
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertThatThrownBy(() -> new Rmia(false, 0.5, 0.3, false, true, Signal.PHI))
                .hasMessage("gamma must be at least 1, but is 0.5");
        assertThatThrownBy(() -> new Rmia(false, 1, 0.3, false, true, Signal.MARGIN))
                .hasMessageContaining("such as phi");
        assertThatThrownBy(() -> new Rmia(true, 1, 0.3, true, true, Signal.PHI)).hasMessageContaining("tuneA");
        SyntheticWorlds.Law nothing = (i, member, noise) -> noise;
        WorldSignals single = SyntheticWorlds.signals(
                ShadowDesign.balanced(8, 6, 4, new SplittableRandom(1)), 1, nothing, nothing, nothing);
        Observations observations = Game.PRIVACY.observe(single).orElseThrow();
        assertThatThrownBy(() -> new Rmia().score(observations)).hasMessageContaining("model 0 has 1");
    }

    private static double auc(Attack attack, Observations observations) {
        return Roc.of(attack.score(observations).values(), observations.labels())
                .auc();
    }
}
