package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lethe.attacks.MultiQuery.Combination;
import lethe.metrics.Roc;
import lethe.metrics.SpecialFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MultiQueryTest {
    private static final int EXAMPLES = 300;
    private static final int WORLDS = 80;

    /** Four queries of correlation 0.9 with a gap of 1: of those with a posterior in [.7, .8) so many are positive. */
    @Test
    void onlyTheSumOfRatiosIsOverconfident() {
        Observations queries = observe(4, 0.9, 1);

        assertThat(shareOfPositives(Combination.MEAN_SIGNAL, queries)).isBetween(0.70, 0.80);
        assertThat(shareOfPositives(Combination.FULL_COV, queries)).isBetween(0.70, 0.80);
        assertThat(shareOfPositives(Combination.DIAG, queries)).isLessThan(0.65);
    }

    /** The mean of four has variance .9 + .1/4, so a gap of 1 gives Φ(1/√(2 · .925)). */
    @ParameterizedTest
    @EnumSource(Combination.class)
    void correlatedQueriesAddLittle(Combination combination) {
        Observations queries = observe(4, 0.9, 2);

        double best = SpecialFunctions.normalCdf(1 / Math.sqrt(2 * 0.925));

        // 12,000 pairs a class and 39 references: standard error 0.003; six correlations cost 0.02 to estimate
        assertThat(area(combination, queries)).isBetween(best - 0.03, best + 0.01);
    }

    @ParameterizedTest
    @EnumSource(Combination.class)
    void independentQueriesAddMuch(Combination combination) {
        Observations queries = observe(4, 0, 3);

        assertThat(area(combination, queries)).isCloseTo(SpecialFunctions.normalCdf(Math.sqrt(2)), within(0.018));
    }

    @ParameterizedTest
    @EnumSource(
            value = Combination.class,
            names = {"MEAN_SIGNAL", "DIAG"})
    void oneQueryIsTheLikelihoodRatio(Combination combination) {
        Observations one = observe(1, 0, 4);

        assertThat(new MultiQuery(combination, Signal.PHI).score(one).values())
                .isEqualTo(new LikelihoodRatio().score(one).values());
    }

    @Test
    void theSameQueryTwiceIsNoSingularity() {
        Observations one = observe(1, 0, 5);
        Observations twice = one.withQueries(List.of(one));

        assertThat(area(Combination.FULL_COV, twice)).isCloseTo(area(Combination.MEAN_SIGNAL, one), within(0.01));
    }

    @Test
    void aCovarianceNeedsFourReferencesAQuery() {
        Observations few = SyntheticWorlds.observe(20, 12, 1, (i, member, noise) -> noise);
        Observations two = few.withQueries(List.of(few));

        assertThatThrownBy(() -> new MultiQuery(Combination.FULL_COV, Signal.PHI).score(two))
                .hasMessageContaining("needs 8 references of each class for 2 queries, but there are 5");
        assertThat(new MultiQuery().access(two).queries()).isEqualTo(2);
    }

    @Test
    void queriesPassThroughTheGames() {
        ShadowDesign design = ShadowDesign.balanced(24, 8, 2, new SplittableRandom(1));
        SyntheticWorlds.Law law = (i, member, noise) -> noise;
        WorldSignals second = SyntheticWorlds.signals(design, 2, law, law, law);
        WorldSignals both = SyntheticWorlds.signals(design, 1, law, law, law).withQueries(List.of(second));

        for (Game game : Game.values()) {
            List<Observations> queries = game.observe(both).orElseThrow().queries();
            assertThat(queries).hasSize(2);
            for (int w = 0; w < 8; w++) {
                assertThat(queries.get(1).value(3, w))
                        .isEqualTo(game.observe(second).orElseThrow().value(3, w));
            }
        }
    }

    private static double shareOfPositives(Combination combination, Observations observations) {
        double[] scores =
                new MultiQuery(combination, Signal.PHI).score(observations).values();
        int inBand = 0;
        int positives = 0;
        for (int cell = 0; cell < scores.length; cell++) {
            double posterior = 1 / (1 + Math.exp(-scores[cell]));
            if (posterior >= 0.7 && posterior < 0.8) {
                inBand++;
                positives += observations.labels()[cell] ? 1 : 0;
            }
        }
        return (double) positives / inBand;
    }

    private static double area(Combination combination, Observations observations) {
        return Roc.of(
                        new MultiQuery(combination, Signal.PHI)
                                .score(observations)
                                .values(),
                        observations.labels())
                .auc();
    }

    private static Observations observe(int queries, double correlation, long seed) {
        var shared = new double[EXAMPLES * WORLDS];
        var random = new SplittableRandom(seed);
        for (int cell = 0; cell < shared.length; cell++) {
            shared[cell] = Math.sqrt(correlation) * random.nextGaussian();
        }
        ShadowDesign design = ShadowDesign.balanced(EXAMPLES, WORLDS, 1, new SplittableRandom(seed));
        List<Observations> all = new ArrayList<>();
        for (int q = 0; q < queries; q++) {
            float[] values = new float[shared.length];
            for (int cell = 0; cell < values.length; cell++) {
                double own = Math.sqrt(1 - correlation) * random.nextGaussian();
                values[cell] = (float) (shared[cell] + own + (design.memberMatrix()[cell] ? 1 : 0));
            }
            all.add(new Observations(Game.PRIVACY, Signal.PHI, WORLDS, values, design.memberMatrix()));
        }
        return all.get(0).withQueries(all.subList(1, queries));
    }
}
