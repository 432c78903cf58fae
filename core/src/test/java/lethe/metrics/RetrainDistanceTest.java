package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RetrainDistanceTest {
    @Test
    void predictionsAreComparedExampleByExample() {
        JsonNode pin = ReferenceValues.of("retrainDistance");
        double[] p = ReferenceValues.doubles(pin.get("p"));
        double[] q = ReferenceValues.doubles(pin.get("q"));
        double[][] model = {p, q};
        double[][] other = {q, q};

        assertThat(RetrainDistance.jensenShannon(model, other))
                .isCloseTo(pin.get("js").asDouble() / 2, within(1e-12));
        assertThat(RetrainDistance.activation(model, other))
                .isCloseTo(pin.get("euclidean").asDouble() / 2, within(1e-12));
        assertThat(RetrainDistance.zeroRetrainForgetting(new double[][] {p}, new double[][] {q}))
                .isCloseTo(0.968403278, within(1e-9))
                .isCloseTo(pin.get("zeroRetrainForgetting").asDouble(), within(1e-12));
        assertThatThrownBy(() -> RetrainDistance.activation(model, new double[0][]))
                .hasMessageContaining("got 2 and 0");
    }

    @Test
    void percentagesAndTimesFollowTheirFormulas() {
        assertThat(RetrainDistance.symmetricPercentage(1, 3)).isEqualTo(50);
        assertThat(RetrainDistance.symmetricPercentage(0, 0)).isZero();
        assertThat(RetrainDistance.runTimeEfficiency(30, 600)).isEqualTo(20);
    }

    @Test
    void samplesAreComparedByTheLargestDifferenceOfTheirDistributions() {
        JsonNode pin = ReferenceValues.of("retrainDistance").get("ks");

        KolmogorovSmirnov test =
                KolmogorovSmirnov.of(ReferenceValues.doubles(pin.get("a")), ReferenceValues.doubles(pin.get("b")));

        assertThat(test.statistic()).isCloseTo(pin.get("statistic").asDouble(), within(1e-12));
        assertThat(test.pValue()).isCloseTo(pin.get("p").asDouble(), within(1e-9));
        assertThat(KolmogorovSmirnov.of(new double[] {1, 2}, new double[] {2, 1}))
                .isEqualTo(new KolmogorovSmirnov(0, 1));
    }

    @Test
    void rightGuessesOfOneRunBoundThePrivacyLoss() {
        for (JsonNode pin : ReferenceValues.of("oneRun")) {
            double bound = PrivacyLoss.oneRunLowerBound(
                    pin.get("guesses").asLong(), pin.get("correct").asLong(), 0.05);

            assertThat(bound).isCloseTo(pin.get("epsilon").asDouble(), within(1e-9));
        }
        assertThat(PrivacyLoss.oneRunLowerBound(100, 100, 0.05)).isCloseTo(3.492965, within(1e-6));
        assertThat(PrivacyLoss.oneRunLowerBound(10, 0, 0.05)).isZero();
        assertThatThrownBy(() -> PrivacyLoss.oneRunLowerBound(5, 6, 0.05)).hasMessageContaining("6 of 5");
    }
}
