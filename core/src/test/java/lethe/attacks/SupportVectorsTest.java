package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class SupportVectorsTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @Test
    void twoExamplesByHand() {
        // α is the same for both, and α (1 − e^(−γ)) = 1 at the margin; the middle is undecided
        double kernel = Math.exp(-0.5);
        SupportVectors pair = SupportVectors.fit(new double[] {1}, new double[] {0}, 10, 0.5);

        assertThat(pair.weights()[0]).isCloseTo(1 / (1 - kernel), within(1e-9));
        assertThat(pair.decide(1)).isCloseTo(1, within(1e-9));
        assertThat(pair.decide(0)).isCloseTo(-1, within(1e-9));
        assertThat(pair.decide(0.5)).isCloseTo(0, within(1e-9));
        assertThat(SupportVectors.fit(new double[] {1}, new double[] {0}, 2, 0.5)
                        .weights())
                .containsExactly(2, -2); // bounded by C
    }

    @Test
    void decisionsAreThoseOfTheReference() {
        for (JsonNode pin : ReferenceValues.of("supportVectors")) {
            SupportVectors classifier = SupportVectors.fit(
                    ReferenceValues.doubles(pin.get("positives")),
                    ReferenceValues.doubles(pin.get("negatives")),
                    pin.get("c").asDouble(),
                    pin.get("gamma").asDouble());
            for (int k = 0; k < pin.get("at").size(); k++) {
                // the reference is solved to 10⁻⁸ and ours to 10⁻⁴, which is of the slope and not of the decision
                assertThat(classifier.decide(pin.get("at").get(k).asDouble()))
                        .isCloseTo(pin.get("decisions").get(k).asDouble(), within(2e-3));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theConditionsOfOptimalityHold(long seed) {
        var random = new SplittableRandom(seed);
        double[] positives = random.doubles(30, -1, 3).toArray();
        double[] negatives = random.doubles(40, -3, 1).toArray();
        double c = random.nextDouble(0.2, 5);

        SupportVectors classifier = SupportVectors.fit(positives, negatives, c, random.nextDouble(0.1, 3));

        double[] weights = classifier.weights();
        assertThat(Arrays.stream(weights).sum()).isCloseTo(0, within(1e-9));
        for (int t = 0; t < 70; t++) {
            double y = t < 30 ? 1 : -1;
            double alpha = y * weights[t];
            double margin = y * classifier.decide(t < 30 ? positives[t] : negatives[t - 30]);
            assertThat(alpha).isBetween(0.0, c);
            if (alpha == 0) {
                assertThat(margin).isGreaterThan(1 - 2e-3);
            } else if (alpha == c) {
                assertThat(margin).isLessThan(1 + 2e-3);
            } else {
                assertThat(margin).isCloseTo(1, within(2e-3));
            }
        }
    }

    @Test
    void theTableAgreesWithTheSum() {
        var random = new SplittableRandom(5);
        SupportVectors classifier = SupportVectors.fit(
                random.doubles(50, -1, 3).toArray(), random.doubles(50, -3, 1).toArray(), 3, 1);
        SupportVectors.Table table = classifier.table();

        for (int k = 0; k < 200; k++) {
            double x = random.nextDouble(-20, 20);
            assertThat(table.decide(x)).isCloseTo(classifier.decide(x), within(1e-5));
        }
    }
}
