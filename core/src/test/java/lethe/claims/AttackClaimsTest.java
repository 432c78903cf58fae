package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lethe.claims.Finding.Row;
import lethe.claims.SyntheticStudy.Fate;
import org.junit.jupiter.api.Test;

/** The claims that rest on attacks, C1 and C2, and on how much areas vary, C3. */
class AttackClaimsTest {
    /** Half of the forgotten examples keep a gap, the others are pushed as far below. */
    private static double signFlip(int example, Fate fate, int epoch) {
        return switch (fate) {
            case NEVER_SEEN -> 0;
            case RETAINED -> 2;
            case FORGOTTEN -> example % 2 == 0 ? 2 : -2;
        };
    }

    private static double retrained(int example, Fate fate, int epoch) {
        return fate == Fate.RETAINED ? 2 : 0;
    }

    @Test
    void anAttackOnEachExampleSeesThroughDifferentMeans() {
        var study = new SyntheticStudy(200, 32, 1, 3, 41, example -> 2).attacked();
        var weak = study.method("weak", 1, (example, fate, epoch) -> fate == Fate.NEVER_SEEN ? 0 : 2);
        var exact = study.method("exact", 1, AttackClaimsTest::retrained);

        Finding finding = new PerExampleVsPopulation().examine(study.evidence(weak, exact));

        assertThat(finding.endpointsBehave()).as(finding.verdict()).isTrue();
        assertThat(finding.row("weak").answer()).isEqualTo(Answer.HOLDS);
        assertThat(finding.row("exact").answer()).isNotEqualTo(Answer.HOLDS);
        assertThat(finding.row("retrain").statistics())
                .hasSameSizeAs(finding.row("weak").statistics());
    }

    @Test
    void signsThatFlipLookSafeToAThresholdOnly() {
        var study = new SyntheticStudy(200, 64, 1, 0, 42, example -> 2).attacked();
        var flipped = study.method("flipped", 1, AttackClaimsTest::signFlip);
        var exact = study.method("exact", 1, AttackClaimsTest::retrained);
        var weak = study.method("weak", 1, (example, fate, epoch) -> fate == Fate.NEVER_SEEN ? 0 : 2);

        Finding finding = new FalseSenseOfPrivacy().examine(study.evidence(flipped, exact, weak));

        // 200 examples do not show a mean over signs to within 0.02, so the answer may stay open; it is never "no".
        assertThat(finding.row("flipped").answer()).isNotEqualTo(Answer.DOES_NOT_HOLD);
        assertThat(finding.row("flipped").statistics().get(0).value().value()).isBetween(-0.05, 0.05);
        assertThat(finding.row("flipped").statistics().get(1).value().low()).isGreaterThan(0.85);
        assertThat(finding.row("exact").answer()).isEqualTo(Answer.DOES_NOT_HOLD);
        assertThat(finding.row("weak").answer()).isEqualTo(Answer.DOES_NOT_HOLD);
        assertThat(finding.notes().get(0)).startsWith("Privacy game (G2), methods: safe by population");
    }

    @Test
    void safetyMustBeShownAndItsOppositeToo() {
        var both = new FalseSenseOfPrivacy.Judged(List.of(), true, true, true);
        var perhaps = new FalseSenseOfPrivacy.Judged(List.of(), false, true, true);
        var neither = new FalseSenseOfPrivacy.Judged(List.of(), false, false, true);
        var safe = new FalseSenseOfPrivacy.Judged(List.of(), true, true, false);

        assertThat(FalseSenseOfPrivacy.answer(safe, both)).isEqualTo(Answer.HOLDS);
        assertThat(FalseSenseOfPrivacy.answer(perhaps, safe)).isEqualTo(Answer.CANNOT_BE_TOLD);
        assertThat(FalseSenseOfPrivacy.answer(neither, safe)).isEqualTo(Answer.DOES_NOT_HOLD);
    }

    @Test
    void withoutAttacksThePlanIsToldWhatToAdd() {
        var study = new SyntheticStudy(40, 16, 1, 0, 43, example -> 2);

        assertThat(new PerExampleVsPopulation().examine(study.evidence()).verdict())
                .contains("name one of both in audit.attacks");
        assertThat(new FalseSenseOfPrivacy().examine(study.evidence()).verdict())
                .contains("name one in audit.attacks");
    }

    @Test
    void halfOfTheExamplesLeakingIsAVariance() {
        var study = new SyntheticStudy(400, 64, 1, 0, 44, example -> 2 * (example % 2));
        var half = study.method("half", 1, (example, fate, epoch) -> fate == Fate.FORGOTTEN ? 2 * (example % 2) : 0);
        var even = study.method("even", 1, (example, fate, epoch) -> fate == Fate.FORGOTTEN ? 1 : 0);

        Finding finding = new VulnerabilityVariance().examine(study.evidence(half, even));

        assertThat(finding.endpointsBehave()).as(finding.verdict()).isTrue();
        Row row = finding.row("half");
        assertThat(row.answer()).isEqualTo(Answer.HOLDS);
        assertThat(row.statistic(VulnerabilityVariance.VARIANCE).value().value())
                .isBetween(0.040, 0.049); // truth .044384
        assertThat(finding.row("even").answer()).isEqualTo(Answer.DOES_NOT_HOLD);
        assertThat(finding.row("even")
                        .statistic(VulnerabilityVariance.LEAKAGE)
                        .value()
                        .value())
                .isLessThan(0.02);
    }
}
