package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lethe.claims.Finding.Row;
import lethe.claims.SyntheticStudy.Fate;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;
import org.junit.jupiter.api.Test;

class UnlearningRatesTest {
    /** A third each loses its gap of 3 in two, four or eight epochs, and is pushed on from there. */
    private static double linear(int example, Fate fate, int epoch) {
        return switch (fate) {
            case NEVER_SEEN -> 0;
            case RETAINED -> 3;
            case FORGOTTEN -> 3 - 3 * epoch / Math.pow(2, 1 + example % 3);
        };
    }

    @Test
    void differentRatesHaveAPriceAndARankingThatReplicates() {
        var study = new SyntheticStudy(60, 32, 2, 0, 11, example -> 3);

        Finding finding =
                new UnlearningRates().examine(study.evidence(study.method("m", 8, UnlearningRatesTest::linear)));

        assertThat(finding.endpointsBehave()).as(finding.verdict()).isTrue();
        Row row = finding.row("m");
        assertThat(row.answer()).isEqualTo(Answer.HOLDS);
        assertThat(row.statistic(UnlearningRates.PRICE).value().low()).isGreaterThan(0.1);
        assertThat(row.statistic(UnlearningRates.MEMORISED).value().value()).isEqualTo(1);
        assertThat(row.statistic(UnlearningRates.FAST).value().value()).isCloseTo(1, within(0.2));
        assertThat(row.statistic(UnlearningRates.HALF_LIFE).value().value()).isCloseTo(2, within(0.3));
        assertThat(row.statistic(UnlearningRates.SLOW).value().value()).isCloseTo(4.3, within(0.4));
        assertThat(row.statistic(UnlearningRates.STABILITY).value().value()).isGreaterThan(0.8);
        assertThat(finding.row("identity")
                        .statistic(UnlearningRates.PRICE)
                        .value()
                        .value())
                .isZero();
    }

    @Test
    void oneRateForAllHasNoPrice() {
        var study = new SyntheticStudy(60, 32, 2, 0, 12, example -> 3);

        Finding finding = new UnlearningRates()
                .examine(study.evidence(study.method("m", 6, (example, fate, epoch) -> switch (fate) {
                    case NEVER_SEEN -> 0;
                    case RETAINED -> 3;
                    case FORGOTTEN -> 3 - epoch;
                })));

        assertThat(finding.row("m").answer()).isEqualTo(Answer.DOES_NOT_HOLD);
        assertThat(finding.verdict()).isEqualTo("Does not hold for any of 1, in 32 worlds.");
    }

    /** 500 examples that never leak, 32 values a side, 20 epochs: chosen and measured in the same worlds, noise costs .05. */
    @Test
    void noiseAloneHasNoPriceIfTimesAreChosenInOtherWorlds() {
        var random = new SplittableRandom(21);
        int examples = 500;
        int worlds = 64;
        boolean[] positive = new boolean[examples * worlds];
        for (int cell = 0; cell < positive.length; cell++) {
            positive[cell] = (cell + cell / worlds) % 2 == 0;
        }
        List<ExampleAreas> path = new ArrayList<>();
        for (int t = 0; t < 20; t++) {
            double[] values = random.doubles(positive.length).toArray();
            path.add(ExampleAreas.of(values, positive, worlds));
        }
        double[] best = new double[examples];
        double common = 0;
        for (int i = 0; i < examples; i++) {
            best[i] = 1;
        }
        for (ExampleAreas step : path) {
            double[] areas = step.areas();
            for (int i = 0; i < examples; i++) {
                best[i] = Math.min(best[i], Math.abs(areas[i] - 0.5));
                common += Math.abs(areas[i] - 0.5) / examples / path.size();
            }
        }

        Estimate price = UnlearningRates.price(path, new Resampling(worlds, 40, 22))[0];

        assertThat(common).isCloseTo(0.055, within(0.005));
        assertThat(Resampling.mean(best, Resampling.ones(examples))).isCloseTo(0.004, within(0.002));
        assertThat(price.value()).isCloseTo(0, within(0.006));
        assertThat(price.low()).isLessThan(0);
    }

    @Test
    void withoutEpochsThePlanIsToldWhatToAdd() {
        var study = new SyntheticStudy(40, 16, 1, 0, 13, example -> 1);

        Finding finding =
                new UnlearningRates().examine(study.evidence(study.method("m", 1, UnlearningRatesTest::linear)));

        assertThat(finding.verdict()).contains("set audit.trajectory to true");
    }
}
