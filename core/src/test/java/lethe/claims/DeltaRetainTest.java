package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import lethe.attacks.ShadowDesign;
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

    /** A method after which those stand out that stay without their twin. */
    @Test
    void whoeverIsExposedByTheForgettingOfANeighbourIsFoundThere() {
        var exposing = new SyntheticStudy.Left() {
            @Override
            public double of(int example, Fate fate, int epoch) {
                return fate == Fate.RETAINED ? 0.5 : 0;
            }

            @Override
            public double of(int example, Fate fate, Fate twin, int epoch) {
                return fate == Fate.RETAINED && twin == Fate.FORGOTTEN ? 4 : of(example, fate, epoch);
            }
        };

        Finding finding = new DeltaRetain()
                .examine(STUDY.evidence(
                        STUDY.method("exposing", 1, exposing),
                        STUDY.method("m", 1, (example, fate, epoch) -> fate == Fate.RETAINED ? 0.5 : 0)));

        // The twin is forgotten in a quarter of the worlds in which an example stays, half of those where neighbours
        // are.
        Row row = finding.row("exposing");
        assertThat(row.statistic(DeltaRetain.NEAR).value().low()).isGreaterThan(0.1);
        assertThat(row.statistic(DeltaRetain.FAR).value().excludes(0)).isFalse();
        assertThat(row.statistic(DeltaRetain.NEARNESS).value().low()).isGreaterThan(0.1);
        assertThat(finding.row("m").statistic(DeltaRetain.NEARNESS).value().excludes(0))
                .isFalse();
        assertThat(finding.row("retrain").statistic(DeltaRetain.NEAR).value().value())
                .isZero();
        assertThat(finding.notes().get(0)).startsWith("Neighbours are the 5 nearest");
    }

    @Test
    void ofEveryExampleHalfOfItsWorldsAreNear() {
        var design = ShadowDesign.balanced(40, 16, 2, new SplittableRandom(8));
        double[][] line = new double[40][1];
        for (int i = 0; i < 40; i++) {
            line[i][0] = i;
        }

        Neighbours neighbours = Neighbours.of(line, design);

        for (int i = 0; i < 40; i++) {
            int near = 0;
            for (int w = 0; w < 16; w++) {
                assertThat(neighbours.isNear(i, w) && !design.isMember(w, i)).isFalse();
                near += neighbours.isNear(i, w) ? 1 : 0;
            }
            assertThat(near).isEqualTo(4);
        }
    }

    @Test
    void withOneForgetSetNobodyStays() {
        var study = new SyntheticStudy(40, 16, 1, 0, 6, example -> 1);

        Finding finding = new DeltaRetain().examine(study.evidence());

        assertThat(finding.verdict()).contains("set audit.forgetSets to 2 or more");
        assertThat(finding.rows()).isEmpty();
    }
}
