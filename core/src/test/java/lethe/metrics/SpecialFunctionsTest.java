package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SpecialFunctionsTest {
    private static final JsonNode PINS = ReferenceValues.of("specialFunctions");

    @Test
    void normalQuantilesReachTheFarTail() {
        check("normalQuantile", SpecialFunctions::normalQuantile, 1e-13);
    }

    @Test
    void normalProbabilitiesKeepTheirDigitsInTheLowerTail() {
        check("normalCdf", SpecialFunctions::normalCdf, 1e-12);

        assertThat(1 - SpecialFunctions.normalCdf(8)).isCloseTo(6.106e-16, within(2e-16)); // what naive code returns
    }

    @Test
    void gammaFunctionsAgreeWithTheReference() {
        check("digamma", SpecialFunctions::digamma, 1e-12);
        check("trigamma", SpecialFunctions::trigamma, 1e-12);
        check("logGamma", SpecialFunctions::logGamma, 1e-12);
    }

    @Test
    void trigammaIsInvertedOverManyOrdersOfMagnitude() {
        for (double x : new double[] {1e-4, 0.1, 1, 3.5, 100, 1e6}) {
            assertThat(SpecialFunctions.trigammaInverse(SpecialFunctions.trigamma(x)) / x)
                    .isCloseTo(1, within(1e-8));
        }
    }

    @Test
    void studentAndBetaQuantilesAgreeWithTheReference() {
        check("studentQuantile", df -> SpecialFunctions.studentQuantile(0.975, df), 1e-10);
        for (JsonNode pin : PINS.get("betaQuantile")) {
            double quantile = SpecialFunctions.betaQuantile(
                    pin.get(0).asDouble(), pin.get(1).asDouble(), pin.get(2).asDouble());
            assertThat(quantile / pin.get(3).asDouble()).isCloseTo(1, within(1e-10));
        }
    }

    @Test
    void aProbabilityOutsideTheUnitIntervalIsRefused() {
        assertThatThrownBy(() -> SpecialFunctions.normalQuantile(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strictly between 0 and 1, but got 1.0");
    }

    private static void check(String name, DoubleUnaryOperator function, double relative) {
        for (JsonNode pin : PINS.get(name)) {
            double expected = pin.get(1).asDouble();
            assertThat(function.applyAsDouble(pin.get(0).asDouble()))
                    .as(name + " at " + pin.get(0))
                    .isCloseTo(expected, within(relative * Math.max(Math.abs(expected), Double.MIN_NORMAL)));
        }
    }
}
