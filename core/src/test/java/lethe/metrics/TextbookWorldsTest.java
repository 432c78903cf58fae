package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Worlds whose numbers follow from a formula, played with deterministic samples instead of a formula. */
class TextbookWorldsTest {
    private static final int N = 400;

    /** Both snapshots together are far more than each alone, but only if their correlation is used. */
    @Test
    void twoSnapshotsOfOneModelTellMoreThanEachAlone() {
        for (JsonNode pin : ReferenceValues.of("twoSnapshots")) {
            double before = pin.get("before").asDouble();
            double after = pin.get("after").asDouble();
            double rho = pin.get("rho").asDouble();
            // Σ⁻¹δ up to a factor
            double[] best = {before - rho * after, after - rho * before};

            assertThat(area(best, before, after, rho)).isCloseTo(pin.get("auc").asDouble(), within(5e-4));
            assertThat(area(new double[] {before, after}, before, after, rho))
                    .isCloseTo(pin.get("aucDiagonal").asDouble(), within(5e-4));
            assertThat(area(new double[] {1, 0}, before, after, rho))
                    .isCloseTo(pin.get("aucBefore").asDouble(), within(5e-4));
            assertThat(area(new double[] {0, 1}, before, after, rho))
                    .isCloseTo(pin.get("aucAfter").asDouble(), within(5e-4));
            assertThat(area(new double[] {1, -1}, before, after, rho))
                    .isCloseTo(pin.get("aucDifference").asDouble(), within(5e-4));
        }
        JsonNode first = ReferenceValues.of("twoSnapshots").get(0);
        assertThat(first.get("auc").asDouble()).isCloseTo(0.998441, within(1e-6));
        assertThat(first.get("aucDiagonal").asDouble()).isCloseTo(0.904796, within(1e-6));
        assertThat(first.get("aucAfter").asDouble()).isCloseTo(0.556231, within(1e-6));
    }

    /** One time for all leaves slow examples under- and fast ones over-unlearned. */
    @Test
    void aCommonStoppingTimeSuitsNobody() {
        JsonNode pin = ReferenceValues.of("stopping");
        double[] rates = ReferenceValues.doubles(pin.get("rates"));

        double time = 2 / Intervals.mean(rates);

        assertThat(time)
                .isCloseTo(1.714286, within(1e-6))
                .isCloseTo(pin.get("commonTime").asDouble(), within(1e-12));
        double[] magnitudes = Arrays.stream(rates)
                .map(rate -> shifted(Math.abs(2 - rate * time)))
                .toArray();
        assertThat(magnitudes)
                .containsExactly(ReferenceValues.doubles(pin.get("commonMagnitudes")), within(5e-4))
                .containsExactly(new double[] {0.790490, 0.580054, 0.843789}, within(5e-4));
    }

    /** Small steps of time: an example that reached its target is no longer trained, but moved by those that are. */
    @Test
    void frozenExamplesDriftOn() {
        for (JsonNode pin : ReferenceValues.of("stopping").get("frozen")) {
            double kappa = pin.get("kappa").asDouble();
            double[] rates = {0.5, 1, 2};
            double[] gaps = {2, 2, 2};
            double[] frozen = new double[3];
            double step = 1e-5;
            for (double t = 0; frozen[0] == 0; t += step) {
                double pull = 0;
                for (int i = 0; i < 3; i++) {
                    pull += frozen[i] == 0 ? rates[i] / 3 : 0;
                }
                for (int i = 0; i < 3; i++) {
                    gaps[i] -= step * ((frozen[i] == 0 ? rates[i] : 0) + kappa * pull);
                    frozen[i] = frozen[i] == 0 && gaps[i] <= 0 ? t + step : frozen[i];
                }
            }
            Arrays.sort(frozen);

            assertThat(frozen).containsExactly(ReferenceValues.doubles(pin.get("times")), within(1e-4));
            assertThat(gaps).containsExactly(ReferenceValues.doubles(pin.get("gaps")), within(1e-4));
        }
        JsonNode half = ReferenceValues.of("stopping").get("frozen").get(0);
        assertThat(ReferenceValues.doubles(half.get("times")))
                .containsExactly(new double[] {0.774194, 1.393548, 2.588018}, within(1e-6));
        assertThat(ReferenceValues.doubles(half.get("magnitudes")))
                .containsExactly(new double[] {0.5, 0.528056, 0.571374}, within(1e-6));
    }

    /** The area of a linear score of two correlated normal signals: it is normal itself, so that a grid of it will do. */
    private static double area(double[] weights, double before, double after, double rho) {
        double deviation =
                Math.sqrt(weights[0] * weights[0] + 2 * rho * weights[0] * weights[1] + weights[1] * weights[1]);
        return shifted((weights[0] * before + weights[1] * after) / deviation);
    }

    private static double shifted(double gap) {
        double[] negatives = new double[N];
        double[] positives = new double[N];
        for (int k = 0; k < N; k++) {
            negatives[k] = SpecialFunctions.normalQuantile((k + 0.5) / N);
            positives[k] = negatives[k] + gap;
        }
        return Roc.auc(positives, negatives);
    }
}
