package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import lethe.catalog.Catalog;
import lethe.claims.SyntheticStudy.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every claim keeps to. */
class ClaimContractTest {
    static Collection<Claim> claims() {
        return Catalog.of(Claim.class).all().values();
    }

    @Test
    void thereAreSeven() {
        assertThat(Catalog.of(Claim.class).names()).containsExactly("c1", "c2", "c3", "c4", "c5", "c6", "c7");
    }

    @ParameterizedTest
    @MethodSource("claims")
    void floorAndCeilingComeFirstAndEveryRowHasTheSameStatistics(Claim claim) {
        var study = new SyntheticStudy(60, 16, 2, 1, 51, example -> 3).attacked();
        Evidence evidence = study.evidence(study.method("m", 4, (example, fate, epoch) -> switch (fate) {
            case NEVER_SEEN -> 0;
            case RETAINED -> 3;
            case FORGOTTEN -> 3 - epoch * (0.5 + example % 2);
        }));

        Finding finding = claim.examine(evidence);

        assertThat(finding.claim()).isEqualTo(claim.name());
        assertThat(finding.rows().get(0).method()).isEqualTo("retrain");
        assertThat(finding.rows().get(1).method()).isEqualTo("identity");
        assertThat(finding.rows().subList(0, 2)).allMatch(row -> row.answer() == Answer.CONTROL);
        assertThat(finding.rows()).anyMatch(row -> row.answer() != Answer.CONTROL);
        assertThat(finding.rows())
                .allSatisfy(row -> assertThat(row.statistics().stream().map(Statistic::name))
                        .containsExactlyElementsOf(finding.rows().get(0).statistics().stream()
                                .map(Statistic::name)
                                .toList()));
        assertThat(finding.statement()).endsWith(".");
        assertThat(finding.rule())
                .startsWith(claim.name().equals("c2") ? "A method" : "Holds")
                .contains("Floor", "Ceiling");
        assertThat(claim.examine(evidence)).isEqualTo(finding);
    }

    @ParameterizedTest
    @MethodSource("claims")
    void fewWorldsNeverSuffice(Claim claim) {
        var study = new SyntheticStudy(40, 6, 2, 1, 52, example -> 3).attacked();

        Finding finding = claim.examine(
                study.evidence(study.method("m", 3, (example, fate, epoch) -> fate == Fate.NEVER_SEEN ? 0 : 3)));

        assertThat(finding.answer()).isEqualTo(Answer.CANNOT_BE_TOLD);
        assertThat(finding.verdict()).contains("there are 6 worlds");
    }
}
