package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import lethe.attacks.Game;
import lethe.attacks.WorldSignals;
import lethe.metrics.ExampleAreas;
import org.junit.jupiter.api.Test;

class StratumTest {
    private static final int EXAMPLES = 240;

    private static WorldSignals retrained(int worlds, SyntheticStudy.Gap gap) {
        return new SyntheticStudy(EXAMPLES, worlds, 2, 0, 1, gap)
                .retrain()
                .signals()
                .atTheEnd();
    }

    private static List<Stratum> thirds(WorldSignals signals) {
        return Stratum.of(signals, new boolean[EXAMPLES], 60, 5);
    }

    @Test
    void whereAllAreMemorisedAlikeNoThirdIsMoreVulnerable() {
        WorldSignals signals = retrained(32, example -> 1);

        List<Stratum> thirds = thirds(signals);

        assertThat(thirds).extracting(Stratum::name).isEqualTo(Stratum.THIRDS);
        assertThat(thirds)
                .allMatch(Stratum::selected)
                .extracting(Stratum::examples)
                .containsOnly(80);
        double gap = thirds.get(2).before().value() - thirds.get(0).before().value();
        assertThat(gap).isCloseTo(0, within(0.06));
        // What choosing and measuring in the same worlds would have shown.
        var classic = Game.CLASSIC.observe(signals).orElseThrow();
        int[] once = Resampling.ones(32);
        int[] third = Stratum.thirds(Stratum.memorisation(classic, once));
        double[] vulnerable = Resampling.vulnerability(Resampling.areas(classic).areas());
        assertThat(mean(vulnerable, third, 2) - mean(vulnerable, third, 0)).isGreaterThan(0.3);
    }

    private static double mean(double[] values, int[] group, int wanted) {
        int[] weights = Arrays.stream(group).map(g -> g == wanted ? 1 : 0).toArray();
        return Resampling.mean(values, weights);
    }

    @Test
    void thirdsThatDifferAreToldApartAndRetrainingEndsAtOneHalf() {
        List<Stratum> thirds = thirds(retrained(32, example -> 1.5 * (example % 3)));

        assertThat(thirds.get(0).before().high())
                .isLessThan(thirds.get(1).before().low());
        assertThat(thirds.get(1).before().high())
                .isLessThan(thirds.get(2).before().low());
        assertThat(thirds)
                .allMatch(third -> !third.area().excludes(0.5) && third.area().value() < 0.55);
    }

    @Test
    void knownMislabelsAreMeasuredInAllWorlds() {
        WorldSignals signals = retrained(8, example -> example < 12 ? 3 : 0.5);
        boolean[] wrong = new boolean[EXAMPLES];
        Arrays.fill(wrong, 0, 12, true);

        List<Stratum> strata = Stratum.of(signals, wrong, 60, 5);

        Stratum mislabelled = strata.get(3);
        ExampleAreas after = Resampling.areas(Game.PRIVACY.observe(signals).orElseThrow());
        assertThat(strata).extracting(Stratum::name).endsWith(Stratum.MISLABELLED, Stratum.OTHERS);
        assertThat(mislabelled.selected()).isFalse();
        assertThat(mislabelled.examples()).isEqualTo(12);
        assertThat(mislabelled.area().value())
                .isCloseTo(Arrays.stream(after.areas()).limit(12).average().orElseThrow(), within(1e-12));
        assertThat(mislabelled.before().low())
                .isGreaterThan(strata.get(4).before().high());
    }

    @Test
    void memorisationIsTheGapInPooledDeviations() {
        WorldSignals signals = retrained(8, example -> 1);
        var classic = Game.CLASSIC.observe(signals).orElseThrow();
        double[] in = new double[4];
        double[] out = new double[4];
        int ins = 0;
        int outs = 0;
        for (int w = 0; w < 8; w++) {
            if (classic.isPositive(7, w)) {
                in[ins++] = classic.value(7, w);
            } else {
                out[outs++] = classic.value(7, w);
            }
        }
        double gap = Arrays.stream(in).average().orElseThrow()
                - Arrays.stream(out).average().orElseThrow();
        double within = (squares(in) + squares(out)) / 8;

        assertThat(Stratum.memorisation(classic, Resampling.ones(8))[7])
                .isCloseTo(gap / Math.sqrt(within), within(1e-9));
    }

    private static double squares(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    }

    @Test
    void fewWorldsFormNoThirds() {
        assertThat(thirds(retrained(6, example -> 1))).isEmpty();
    }

    @Test
    void everyExampleMustBeKnownToBeMislabelledOrNot() {
        WorldSignals signals = retrained(8, example -> 1);

        assertThatThrownBy(() -> Stratum.of(signals, new boolean[3], 60, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There are 240 examples, but 3 are known to be mislabelled or not");
    }
}
