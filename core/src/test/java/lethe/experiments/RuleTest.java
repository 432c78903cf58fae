package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTest {
    /** forget, retain, held out, auc, confidence forget, confidence held out, distance */
    private static final Behaviour ORIGINAL = new Behaviour(1, 1, 0.8, 0.9, 0.99, 0.7, 0.29);

    private static final Behaviour RETRAINED = new Behaviour(0.8, 1, 0.79, 0.5, 0.7, 0.71, 0.02);

    private static double loss(Rule rule, Behaviour unlearned) {
        return rule.loss(List.of(unlearned), List.of(RETRAINED), List.of(ORIGINAL), 0.02);
    }

    @Test
    void theOracleWantsTheRetrainedModel() {
        assertThat(loss(Rule.ORACLE, RETRAINED)).isZero();
        assertThat(loss(Rule.ORACLE, ORIGINAL)).isCloseTo((0.2 + 0 + 0.01 + 0.4) / 4, within(1e-12));
    }

    @Test
    void gapsInOppositeDirectionsDoNotCancelOverWorlds() {
        Behaviour above = new Behaviour(0.9, 1, 0.79, 0.5, 0.7, 0.71, 0.02);
        Behaviour below = new Behaviour(0.7, 1, 0.79, 0.5, 0.7, 0.71, 0.02);

        double loss = Rule.ORACLE.loss(
                List.of(above, below), List.of(RETRAINED, RETRAINED), List.of(ORIGINAL, ORIGINAL), 0.02);

        assertThat(loss).isCloseTo(0.1 / 4, within(1e-12));
    }

    @Test
    void withoutAnOracleTooMuchConfidenceCountsTwiceAndTooLittleOnce() {
        Behaviour tooLittle = new Behaviour(0.7, 1, 0.79, 0.4, 0.5, 0.7, 0.2);

        assertThat(loss(Rule.FREE, ORIGINAL)).isCloseTo(0.29 + 0.29, within(1e-12));
        assertThat(loss(Rule.FREE, tooLittle)).isCloseTo(0.2, within(1e-12));
        assertThat(loss(Rule.FREE, RETRAINED)).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void whatLosesTooMuchAccuracyComesAfterDoingNothing() {
        Behaviour ruined = new Behaviour(0.1, 0.1, 0.1, 0.5, 0.1, 0.1, 0.0);
        Behaviour harmed = new Behaviour(0.7, 0.7, 0.7, 0.5, 0.1, 0.1, 0.0);

        assertThat(loss(Rule.FREE, harmed)).isCloseTo(2 + 0.1 - 0.02, within(1e-12));
        assertThat(loss(Rule.FREE, ruined)).isGreaterThan(loss(Rule.FREE, harmed));
        assertThat(loss(Rule.FREE, harmed)).isGreaterThan(loss(Rule.FREE, ORIGINAL));
    }

    @Test
    void aBehaviourIsReadFromLogits() {
        // Two classes: φ = z_y − z_other, confidence 1 / (1 + exp(−φ)).
        var forget = new Behaviour.Group(new float[] {2, 0, 0, 1}, new int[] {0, 0}); // φ = 2, −1
        var retain = new Behaviour.Group(new float[] {0, 1}, new int[] {1});
        var heldOut = new Behaviour.Group(new float[] {0, 0, 3, 0}, new int[] {0, 1}); // φ = 0, −3

        Behaviour behaviour = Behaviour.of(forget, retain, heldOut);

        double[] f = {1 / (1 + Math.exp(-2)), 1 / (1 + Math.exp(1))};
        double[] h = {0.5, 1 / (1 + Math.exp(3))};
        assertThat(behaviour.forget()).isEqualTo(0.5);
        assertThat(behaviour.retain()).isEqualTo(1);
        assertThat(behaviour.heldOut()).isEqualTo(0.5); // the lowest class wins a tie
        assertThat(behaviour.auc()).isEqualTo(0.75); // 2 > 0, 2 > −3, −1 > −3, but −1 < 0
        assertThat(behaviour.forgetConfidence()).isCloseTo((f[0] + f[1]) / 2, within(1e-6));
        assertThat(behaviour.heldOutConfidence()).isCloseTo((h[0] + h[1]) / 2, within(1e-6));
        assertThat(behaviour.distance()).isCloseTo((f[0] - h[0] + f[1] - h[1]) / 2, within(1e-6));
    }
}
