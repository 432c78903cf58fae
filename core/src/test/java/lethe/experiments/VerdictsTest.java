package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.attacks.Access;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;
import lethe.metrics.Estimate;
import lethe.metrics.RocCurve;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final Audit.Findings FLOOR =
            findings(0.5, result(Game.EFFICACY, 0.50, 0.48, 0.52), result(Game.PRIVACY, 0.51, 0.49, 0.53));

    private static AttackResult result(Game game, double auc, double low, double high) {
        return result("u-lira", true, game, auc, low, high);
    }

    private static AttackResult result(
            String attack, boolean perExample, Game game, double auc, double low, double high) {
        return new AttackResult(
                attack,
                perExample,
                game,
                "logit-margin",
                7,
                new Estimate(auc, low, high),
                new Estimate(auc, low, high),
                List.of(),
                new RocCurve(List.of(), List.of(), List.of(), List.of()),
                List.of(),
                100,
                100,
                new Access(Access.Output.CONFIDENCE, game.snapshots(), 1));
    }

    /** Two examples whose signed areas after unlearning have this mean. */
    private static Audit.Findings findings(double after, AttackResult... results) {
        List<ExampleVulnerability> vulnerability = new ArrayList<>();
        vulnerability.add(new ExampleVulnerability(0, 0.8, after - 0.1, 0.8, 1, 4));
        vulnerability.add(new ExampleVulnerability(1, 0.8, after + 0.1, 0.8, 1, 4));
        return new Audit.Findings(Arrays.asList(results), List.of(), vulnerability);
    }

    private static Verdict of(Audit.Findings method) {
        return Verdicts.of("", method, FLOOR, 16);
    }

    @Test
    void narrowIntervalsThatOverlapAreIndistinguishable() {
        Verdict verdict =
                of(findings(0.5, result(Game.EFFICACY, 0.53, 0.51, 0.55), result(Game.PRIVACY, 0.50, 0.48, 0.52)));

        // The efficacy interval begins 0.01 below the end of the floor's, the privacy interval 0.05.
        assertThat(verdict)
                .isEqualTo(new Verdict.Indistinguishable(
                        "In the efficacy (G1) game the per-example attack reaches an area of 0.530 [0.510, 0.550],"
                                + " against 0.500 [0.480, 0.520] after exact retraining."));
        assertThat(verdict.words()).isEqualTo("indistinguishable from retrained at this power");
    }

    @Test
    void anIntervalAboveTheFloorIsDistinguishable() {
        Verdict verdict =
                of(findings(0.6, result(Game.EFFICACY, 0.53, 0.51, 0.55), result(Game.PRIVACY, 0.60, 0.58, 0.62)));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Distinguishable.class, it -> {
            assertThat(it.auc()).isEqualTo(new Estimate(0.60, 0.58, 0.62));
            assertThat(it.floor()).isEqualTo(new Estimate(0.51, 0.49, 0.53));
            assertThat(it.reason()).startsWith("In the privacy (G2) game");
        });
    }

    @Test
    void intervalsThatTouchDoNotDistinguish() {
        assertThat(of(findings(0.5, result(Game.EFFICACY, 0.54, 0.52, 0.56))))
                .isInstanceOf(Verdict.Indistinguishable.class);
    }

    @Test
    void forgottenExamplesThatLookLessLikeMembersThanOthersAreOverUnlearned() {
        AttackResult[] privacy = {result(Game.EFFICACY, 0.53, 0.51, 0.55), result(Game.PRIVACY, 0.60, 0.58, 0.62)};
        AttackResult[] efficacy = {result(Game.EFFICACY, 0.60, 0.58, 0.62), result(Game.PRIVACY, 0.53, 0.51, 0.55)};

        // Two examples 0.1 to either side of the mean: one standard error is 0.1.
        assertThat(of(findings(0.29, privacy))).isInstanceOf(Verdict.OverUnlearned.class);
        assertThat(of(findings(0.29, efficacy))).isInstanceOf(Verdict.OverUnlearned.class);
        assertThat(of(findings(0.31, privacy))).isInstanceOf(Verdict.Distinguishable.class);
    }

    @Test
    void anAreaFarBelowTheFloorIsNoLessDistinguishable() {
        assertThat(of(findings(0.6, result(Game.EFFICACY, 0.30, 0.28, 0.32))))
                .isInstanceOf(Verdict.Distinguishable.class);
    }

    @Test
    void aWideGameDoesNotHideBehindAPreciseOne() {
        assertThat(of(findings(0.5, result(Game.EFFICACY, 0.52, 0.51, 0.53), result(Game.PRIVACY, 0.5, 0.4, 0.6))))
                .isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    void anAreaThatIsNoNumberIsInconclusive() {
        assertThat(of(findings(0.5, result(Game.EFFICACY, Double.NaN, Double.NaN, Double.NaN))))
                .isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    void wideIntervalsAreInconclusive() {
        Verdict verdict = of(findings(0.5, result(Game.EFFICACY, 0.55, 0.48, 0.62)));

        assertThat(verdict).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(verdict.reason()).endsWith(" The intervals reach ±0.070; more worlds would narrow them.");
    }

    @Test
    void aWideIntervalAboveTheFloorStillDistinguishes() {
        assertThat(of(findings(0.8, result(Game.EFFICACY, 0.80, 0.70, 0.90))))
                .isInstanceOf(Verdict.Distinguishable.class);
    }

    @Test
    void fewWorldsAreInconclusiveWhateverTheySay() {
        Audit.Findings clear = findings(0.9, result(Game.EFFICACY, 0.9, 0.88, 0.92));

        assertThat(Verdicts.of("", clear, FLOOR, 6))
                .isEqualTo(new Verdict.Inconclusive("The audit has 6 worlds; it takes at least 8 to estimate what"
                        + " each example looks like in and out of the training set"));
        assertThat(Verdicts.of("", clear, FLOOR, 8)).isInstanceOf(Verdict.Distinguishable.class);
    }

    @Test
    void aMethodThatDivergedIsInconclusive() {
        assertThat(Verdicts.of("diverged in 3 of 16 runs: loss is NaN", findings(0.5), FLOOR, 16))
                .isEqualTo(new Verdict.Inconclusive("The method diverged in 3 of 16 runs: loss is NaN"));
    }

    @Test
    void populationAttacksDecideNothing() {
        AttackResult clear = result("loss-threshold", false, Game.PRIVACY, 0.9, 0.88, 0.92);

        assertThat(of(findings(0.9, clear)))
                .isEqualTo(new Verdict.Inconclusive("The plan names no per-example attack"));
    }

    @Test
    void gamesOtherThanEfficacyAndPrivacyDecideNothing() {
        Verdict verdict = of(findings(
                0.5,
                result(Game.EFFICACY, 0.50, 0.48, 0.52),
                result(Game.CLASSIC, 0.9, 0.88, 0.92),
                result(Game.RETAINED, 0.9, 0.88, 0.92)));

        assertThat(verdict).isInstanceOf(Verdict.Indistinguishable.class);
    }

    @Test
    void theFloorIsIndistinguishableFromItself() {
        assertThat(of(FLOOR)).isInstanceOf(Verdict.Indistinguishable.class);
    }
}
