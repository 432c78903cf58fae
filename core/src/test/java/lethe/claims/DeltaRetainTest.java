package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;

import lethe.claims.Finding.Row;
import lethe.claims.SyntheticStudy.Fate;
import org.junit.jupiter.api.Test;

class DeltaRetainTest {
    private static final SyntheticStudy STUDY = new SyntheticStudy(120, 64, 2, 0, 5, example -> 0.5);

    @Test
    void examplesThatAreExposedAreFoundBeyondRetraining() {
        Finding finding = new DeltaRetain()
                .examine(STUDY.evidence(STUDY.method(
                        "m", 1, (example, fate, epoch) -> fate != Fate.RETAINED ? 0 : example < 40 ? 3 : 0.5)));

        assertThat(finding.endpointsBehave()).as(finding.verdict()).isTrue();
        Row row = finding.row("m");
        assertThat(row.answer()).isEqualTo(Answer.HOLDS);
        assertThat(row.statistic(DeltaRetain.RISES).value().value()).isBetween(37.0, 43.0);
        assertThat(row.statistic(DeltaRetain.WORST).value().value())
                .isGreaterThan(row.statistic(DeltaRetain.NOISE).value().high());
        assertThat(row.statistic(DeltaRetain.TPR + "1 %").value().low()).isGreaterThan(0);
    }

    @Test
    void whatRetrainingDoesTooIsNoExposure() {
        Finding finding = new DeltaRetain()
                .examine(STUDY.evidence(
                        STUDY.method("m", 1, (example, fate, epoch) -> fate == Fate.RETAINED ? 0.5 : 0)));

        Row row = finding.row("m");
        assertThat(row.statistic(DeltaRetain.RISES).value().value()).isZero();
        assertThat(row.answer()).isNotEqualTo(Answer.HOLDS);
        assertThat(row.statistic(DeltaRetain.WORST).value().value())
                .isLessThan(row.statistic(DeltaRetain.NOISE).value().high());
        assertThat(finding.row("retrain").statistic(DeltaRetain.MEAN).value().value())
                .isZero();
    }

    @Test
    void withOneForgetSetNobodyStays() {
        var study = new SyntheticStudy(40, 16, 1, 0, 6, example -> 1);

        Finding finding = new DeltaRetain().examine(study.evidence());

        assertThat(finding.verdict()).contains("set audit.forgetSets to 2 or more");
        assertThat(finding.rows()).isEmpty();
    }
}
