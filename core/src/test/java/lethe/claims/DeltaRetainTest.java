package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
        assertThat(finding.notes().get(0)).startsWith("Neighbours are the 5 nearest in birth of originals");
    }

    @Test
    void ofEveryExampleHalfOfItsWorldsAreNear() {
        var design = ShadowDesign.balanced(40, 16, 2, new SplittableRandom(8));

        Neighbours neighbours = Neighbours.of(
                example -> IntStream.range(0, 40)
                        .mapToDouble(other -> Math.abs(example - other))
                        .toArray(),
                design);

        for (int i = 0; i < 40; i++) {
            int near = 0;
            for (int w = 0; w < 16; w++) {
                assertThat(neighbours.isNear(i, w) && !design.isMember(w, i)).isFalse();
                near += neighbours.isNear(i, w) ? 1 : 0;
            }
            assertThat(near).isEqualTo(4);
        }
    }

    /** Half of the audited examples are of a class that is a tenth of the data, as when that class is to be forgotten. */
    @Test
    void whoeverIsExposedByTheForgettingOfTheOwnClassIsFoundThere() {
        int[] labels = IntStream.range(0, 120).map(i -> i < 60 ? 0 : 1 + i % 9).toArray();
        double[] shares = new double[10];
        Arrays.fill(shares, 0.1);
        var study = new SyntheticStudy(120, 64, 2, 0, 5, example -> 0.5).of(labels, shares);

        Finding finding = new DeltaRetain()
                .examine(study.evidence(
                        study.method("exposing", 1, (i, fate, epoch) -> fate != Fate.RETAINED ? 0 : i < 60 ? 1.5 : 0.5),
                        study.method("m", 1, (example, fate, epoch) -> fate == Fate.RETAINED ? 0.5 : 0)));

        // Gaps of 0.5 and 1.5 have areas of 0.638 and 0.856, hence vulnerabilities of 0.276 and 0.711.
        Row row = finding.row("exposing");
        assertThat(row.statistic(DeltaRetain.SAME_CLASS).value().value()).isCloseTo(0.435, within(0.05));
        assertThat(row.statistic(DeltaRetain.OTHER_CLASSES).value().excludes(0)).isFalse();
        assertThat(row.statistic(DeltaRetain.CLASSMATES).value().low()).isGreaterThan(0.3);
        assertThat(finding.row("m").statistic(DeltaRetain.CLASSMATES).value().excludes(0))
                .isFalse();
        assertThat(finding.row("retrain")
                        .statistic(DeltaRetain.CLASSMATES)
                        .value()
                        .value())
                .isZero();
        assertThat(finding.notes().get(1)).contains("its own class was forgotten", "in 50 %");
    }

    /** Few examples of many classes: of some worlds the forget set has the class of an example, of others it has not. */
    @Test
    void smallRandomForgetSetsHaveTheClassOfAnExampleNowAndThen() {
        int[] labels = IntStream.range(0, 40).map(i -> i / 2).toArray();
        double[] shares = new double[20];
        Arrays.fill(shares, 0.05);
        var design = ShadowDesign.balanced(40, 16, 2, new SplittableRandom(8));

        var classmates = Classmates.of(new Evidence.Classes(labels, shares), design);

        // Twice a share of 0.05 among 10 is one example, so that the class is forgotten where the twin is.
        for (int i = 0; i < 40; i++) {
            for (int w = 0; w < 16; w++) {
                boolean stays = design.isMember(w, i);
                int twin = i ^ 1;
                assertThat(classmates.isSame(i, w))
                        .isEqualTo(stays
                                && IntStream.of(design.forgetSet(w, design.retainedSlot(w, i)))
                                        .anyMatch(j -> j == twin));
            }
        }
        assertThat(classmates.areOfBothKinds()).isTrue();
        assertThat(classmates.share()).isBetween(0.15, 0.35);
    }

    @Test
    void withoutStrataByClassANoteSaysWhy() {
        double[] even = {0.5, 0.5};
        int[] mixed = IntStream.range(0, 120).map(i -> i % 2).toArray();
        var study = new SyntheticStudy(120, 16, 2, 0, 5, example -> 0.5);
        var method = study.method("m", 1, (example, fate, epoch) -> 0);

        Finding random = new DeltaRetain().examine(study.of(mixed, even).evidence(method));
        Finding wholeClass =
                new DeltaRetain().examine(study.of(new int[120], 0.1, 0.9).evidence(method));

        assertThat(random.notes().get(1)).contains("Left out", "random forget sets hold all classes");
        assertThat(wholeClass.notes().get(1)).contains("Left out", "audit.pool");
        assertThat(random.row("m").statistics()).extracting(Statistic::name).doesNotContain(DeltaRetain.CLASSMATES);
    }

    @Test
    void withOneForgetSetNobodyStays() {
        var study = new SyntheticStudy(40, 16, 1, 0, 6, example -> 1);

        Finding finding = new DeltaRetain().examine(study.evidence());

        assertThat(finding.verdict()).contains("set audit.forgetSets to 2 or more");
        assertThat(finding.rows()).isEmpty();
    }
}
