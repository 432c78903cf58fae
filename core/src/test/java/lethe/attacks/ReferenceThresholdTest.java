package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import lethe.metrics.Roc;
import org.junit.jupiter.api.Test;

class ReferenceThresholdTest {
    @Test
    void examplesThatAreEasyOrHardNoLongerHideTheMembers() {
        // Difficulty spreads over 0…32, membership moves by 1: one threshold on the signal hardly sees it.
        Observations observations =
                SyntheticWorlds.observe(1000, 64, 3, (i, member, noise) -> i % 9 * 4 + noise + (member ? 1 : 0));

        assertThat(auc(new LossThreshold(), observations)).isLessThan(0.55);
        // Φ(1/√2) of two normal distributions one standard deviation apart; 31 references cost about 0.01
        assertThat(auc(new ReferenceThreshold(), observations)).isCloseTo(0.760250, within(0.016));
    }

    @Test
    void theScoreIsTheDifferenceToTheMeanOfTheNegatives() {
        Observations observations = SyntheticWorlds.observe(12, 16, 5, (i, member, noise) -> noise + (member ? 1 : 0));
        Scores scores = new ReferenceThreshold().score(observations);

        double sum = 0;
        double[] negatives = observations.negatives(7, 3);
        for (double negative : negatives) {
            sum += negative;
        }

        assertThat(scores.values()[7 * observations.worlds() + 3])
                .isCloseTo(observations.value(7, 3) - sum / negatives.length, within(1e-9));
    }

    private static double auc(Attack attack, Observations observations) {
        double[] scores = attack.score(observations).values();
        return Roc.of(scores, observations.labels()).auc();
    }
}
