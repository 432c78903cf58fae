package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lethe.metrics.Roc;
import org.junit.jupiter.api.Test;

class LabelOnlyTest {
    @Test
    void theDensityByHand() {
        // one query after 3 right and 1 wrong: (3 + ½)/(4 + 1) right, the rest wrong
        assertThat(Math.exp(LabelOnly.logBetaBinomial(1, 1, 3, 1))).isCloseTo(0.7, within(1e-12));
        assertThat(Math.exp(LabelOnly.logBetaBinomial(0, 1, 3, 1))).isCloseTo(0.3, within(1e-12));
        // two queries, none right: (1.5/5) · (2.5/6)
        assertThat(Math.exp(LabelOnly.logBetaBinomial(0, 2, 3, 1))).isCloseTo(0.125, within(1e-12));
    }

    @Test
    void overAllCountsTheDensityAddsUpToOne() {
        double sum = 0;
        double[] coefficients = {1, 4, 6, 4, 1};
        for (int c = 0; c <= 4; c++) {
            sum += coefficients[c] * Math.exp(LabelOnly.logBetaBinomial(c, 4, 7, 2));
        }

        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    /** Right with rates .9 and .6, one answer separates by ½ + (.9 − .6)/2 = .65. */
    @Test
    void knownRatesSeparateAsOneAnswerCan() {
        double atRight = LabelOnly.logBetaBinomial(1, 1, 9e6, 1e6) - LabelOnly.logBetaBinomial(1, 1, 6e6, 4e6);
        double atWrong = LabelOnly.logBetaBinomial(0, 1, 9e6, 1e6) - LabelOnly.logBetaBinomial(0, 1, 6e6, 4e6);
        double area = 0.9 * 0.4 + 0.5 * (0.9 * 0.6 + 0.1 * 0.4);

        assertThat(atRight).isCloseTo(Math.log(0.9 / 0.6), within(1e-5));
        assertThat(atWrong).isCloseTo(Math.log(0.1 / 0.4), within(1e-5));
        assertThat(area).isCloseTo(0.65, within(1e-12));
    }

    @Test
    void estimatedRatesReachNearlyAsMuchAndMoreQueriesMore() {
        Observations one = answers(1, 1);
        Observations four = answers(4, 1);

        // 10,000 pairs a class: standard error 0.004
        assertThat(area(one)).isCloseTo(0.65, within(0.015));
        assertThat(area(four)).isGreaterThan(0.75);
        assertThat(new LabelOnly().access(four)).isEqualTo(new Access(Access.Output.LABEL_ONLY, Snapshots.AFTER, 4));
    }

    /** Of every example that no reference distinguishes, the answer is even. */
    @Test
    void equalReferencesDecideNothing() {
        Observations right = SyntheticWorlds.observe(20, 8, 1, (i, member, noise) -> 1);

        assertThat(new LabelOnly().score(right).values()).containsOnly(0);
    }

    private static double area(Observations observations) {
        return Roc.of(new LabelOnly().score(observations).values(), observations.labels())
                .auc();
    }

    private static Observations answers(int queries, long seed) {
        var random = new SplittableRandom(seed);
        List<Observations> all = new ArrayList<>();
        for (int q = 0; q < queries; q++) {
            all.add(SyntheticWorlds.observe(
                    100, 200, 3, (i, member, noise) -> random.nextDouble() < (member ? 0.9 : 0.6) ? 1 : 0));
        }
        return all.get(0).withQueries(all.subList(1, queries));
    }
}
