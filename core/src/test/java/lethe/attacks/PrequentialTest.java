package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import lethe.metrics.BettingSequence;
import lethe.metrics.Intervals;
import lethe.metrics.SymmetricSequence;
import org.junit.jupiter.api.Test;

class PrequentialTest {
    private static final int FIRST = 8;

    @Test
    void earlierValuesDoNotDependOnLaterWorlds() {
        Observations method = observe(60, 16, 1, 1.5, 1);
        Observations retrained = observe(60, 16, 1, 0, 2);

        double[] early = advantages(method, retrained, 11);
        double[] all = advantages(method, retrained, 16);

        assertThat(early).hasSize(3);
        assertThat(all).hasSize(8).startsWith(early);
    }

    @Test
    void aMethodThatLeaksIsFoundBeforeTheLastWorld() {
        double[] advantages = advantages(observe(200, 32, 3, 1.5, 4), observe(200, 32, 3, 0, 5), 32);

        Prequential.Standing standing = Prequential.decide(advantages, FIRST, 0.05, new SymmetricSequence(0.05));

        // with all references the area would be Φ(1.5/√2) = 0.86
        assertThat(Intervals.mean(advantages)).isBetween(0.2, 0.36);
        assertThat(standing.decision()).isEqualTo(Prequential.Decision.LEAKS);
        assertThat(standing.worlds()).isBetween(FIRST + 5, 24);
        assertThat(standing.advantage().low()).isGreaterThan(0.05);
        assertThat(Prequential.decide(advantages, FIRST, 0.05, new BettingSequence(0.05))
                        .decision())
                .isEqualTo(Prequential.Decision.LEAKS);
    }

    /** Values of the method beyond what a likelihood ratio can be fooled by: negated scores of a leaking method. */
    @Test
    void overshootingAndStayingWithinTheMarginAreDecidedToo() {
        double[] leaking = advantages(observe(200, 32, 6, 1.5, 7), observe(200, 32, 6, 0, 8), 32);
        double[] negated = Arrays.stream(leaking).map(d -> -d).toArray();
        double[] exact = advantages(observe(200, 32, 9, 0, 10), observe(200, 32, 9, 0, 11), 32);

        assertThat(Prequential.decide(negated, FIRST, 0.05, new SymmetricSequence(0.05))
                        .decision())
                .isEqualTo(Prequential.Decision.OVERSHOOTS);
        assertThat(Prequential.decide(exact, FIRST, 0.05, new SymmetricSequence(0.05))
                        .decision())
                .isEqualTo(Prequential.Decision.WITHIN_MARGIN);
        assertThat(Prequential.decide(exact, FIRST, 1e-4, new SymmetricSequence(0.05))
                        .isDecided())
                .isFalse();
    }

    /**
     * 200 audits of exact retraining against exact retraining, decided without a margin after any of 16 worlds. At a miss
     * probability of 0.05, 10 wrong decisions are expected at most; 20 or more have a probability below 0.002.
     */
    @Test
    void exactRetrainingIsRarelyAccusedHoweverOftenOneLooks() {
        int accused = 0;
        double sum = 0;
        for (int seed = 0; seed < 200; seed++) {
            Observations method = observe(40, 24, seed, 0, 1_000 + 2 * seed);
            Observations retrained = observe(40, 24, seed, 0, 1_001 + 2 * seed);
            double[] advantages = advantages(method, retrained, 24);
            sum += Intervals.mean(advantages) / 200;
            accused += Prequential.decide(advantages, FIRST, 0, new SymmetricSequence(0.05))
                            .isDecided()
                    ? 1
                    : 0;
        }

        assertThat(accused).isLessThan(20);
        // deviation 0.09·√2/√(200·16) = 0.0023
        assertThat(sum).isBetween(-0.007, 0.007);
    }

    @Test
    void impossibleNumbersOfWorldsAreRefused() {
        Observations method = observe(20, 8, 1, 0, 1);

        assertThatThrownBy(() -> Prequential.advantages(method, method, new LikelihoodRatio(), 4, 9))
                .hasMessageContaining("arrived <= 8, but got 4 and 9");
        assertThatThrownBy(() -> Prequential.advantages(method, observe(20, 12, 1, 0, 1), new LikelihoodRatio(), 4, 8))
                .hasMessageContaining("20 examples in 8 worlds, retraining 20 in 12");
    }

    private static double[] advantages(Observations method, Observations retrained, int arrived) {
        return Prequential.advantages(method, retrained, new LikelihoodRatio(), FIRST, arrived);
    }

    /** Normal values around a mean of each example's own, members {@code gap} higher; a world moves all its examples. */
    private static Observations observe(int examples, int worlds, long design, double gap, long noise) {
        ShadowDesign drawn = ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(design * 31 + 7));
        var random = new SplittableRandom(noise * 104_729 + 1);
        float[] values = new float[examples * worlds];
        for (int w = 0; w < worlds; w++) {
            double shift = 0.5 * random.nextGaussian();
            for (int i = 0; i < examples; i++) {
                values[i * worlds + w] = (float) (2 * SyntheticWorlds.trait(i, 1)
                        + shift
                        + random.nextGaussian()
                        + (drawn.isMember(w, i) ? gap : 0));
            }
        }
        return new Observations(Game.PRIVACY, Signal.PHI, worlds, values, drawn.memberMatrix());
    }
}
