package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class SignalTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @Test
    void logitScaledConfidenceNeverOverflows() {
        assertThat(Signal.PHI.signal(new double[] {2, 1, 0}, 0)).isCloseTo(0.686738312, within(1e-9));
        assertThat(Signal.PHI.signal(new double[] {1000, 0, 0}, 0)).isCloseTo(1000 - Math.log(2), within(1e-9));
        assertThat(Signal.PHI.signal(new double[] {0, 1000, 0}, 0)).isCloseTo(-1000, within(1e-9));
    }

    /** All but those that are numbers about the tokens of a text or about gradients. */
    private static final EnumSet<Signal> OF_LOGITS =
            EnumSet.complementOf(EnumSet.range(Signal.MIN_K, Signal.GLOBAL_GRADIENT_NORM));

    static Stream<Signal> ofLogits() {
        return OF_LOGITS.stream();
    }

    @ParameterizedTest
    @MethodSource("ofLogits")
    void everySignalAgreesWithTheReference(Signal signal) {
        for (JsonNode pin : ReferenceValues.of("signals")) {
            double[] logits = ReferenceValues.doubles(pin.get("logits"));
            double expected = pin.get("signals").get(signal.name()).asDouble();

            assertThat(signal.signal(logits, pin.get("label").asInt()))
                    .as(signal + " of " + pin.get("logits") + " at " + pin.get("label"))
                    .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void addingAConstantToAllLogitsChangesNothing(long seed) {
        var random = new SplittableRandom(seed);
        double[] logits = random.doubles(6, -8, 8).toArray();
        double shift = random.nextDouble(-50, 50);
        double[] shifted = Arrays.stream(logits).map(z -> z + shift).toArray();

        EnumSet<Signal> taylor = EnumSet.of(Signal.TAYLOR, Signal.TAYLOR_SOFT_MARGIN, Signal.TAYLOR_SOFT_MARGIN_LEGACY);
        for (Signal signal : OF_LOGITS) {
            if (taylor.contains(signal)) {
                continue;
            }
            assertThat(signal.signal(shifted, 2)).as(signal.name()).isCloseTo(signal.signal(logits, 2), within(1e-9));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theLossIsAFunctionOfPhi(long seed) {
        double[] logits = new SplittableRandom(seed).doubles(5, -9, 9).toArray();
        double phi = Signal.PHI.signal(logits, 1);

        assertThat(Signal.NEG_LOSS.signal(logits, 1)).isCloseTo(-Math.log1p(Math.exp(-phi)), within(1e-12));
    }

    @Test
    void aBatchGivesTheSignalOfEachRowAlone() {
        var random = new SplittableRandom(3);
        float[] logits = new float[40];
        for (int k = 0; k < logits.length; k++) {
            logits[k] = (float) random.nextDouble(-5, 5);
        }
        int[] labels = random.ints(10, 0, 4).toArray();

        for (Signal signal : OF_LOGITS) {
            float[] batch = signal.signals(logits, labels);
            assertThat(batch).hasSize(10);
            for (int b = 0; b < 10; b++) {
                float[] row = Arrays.copyOfRange(logits, 4 * b, 4 * b + 4);
                assertThat(batch[b]).isEqualTo(signal.signals(row, new int[] {labels[b]})[0]);
            }
        }
    }

    @Test
    void modifiedEntropyDependsOnTheLabelAndPlainEntropyDoesNot() {
        double[] logits = {Math.log(0.7), Math.log(0.2), Math.log(0.1)};

        assertThat(Signal.NEG_MENTROPY.signal(logits, 0)).isCloseTo(-0.162167245, within(1e-9));
        assertThat(Signal.NEG_MENTROPY.signal(logits, 1)).isCloseTo(-2.140867345, within(1e-9));
        assertThat(Signal.NEG_MENTROPY.signal(logits, 2)).isCloseTo(-2.959736257, within(1e-9));
        assertThat(Signal.NEG_ENTROPY.signal(logits, 2)).isCloseTo(-0.801818553, within(1e-9));
    }

    @Test
    void taylorSeriesByHand() {
        // u = z/2 = (2, ½, −1): P(2) = 1 + 2 + 2 + 4/3 + 2/3 = 7, P(½) = 633/384, P(−1) = 3/8
        double[] z = {4, 1, -2};

        assertThat(Signal.TAYLOR.signal(z, 0)).isCloseTo(7 / (7 + 633.0 / 384 + 0.375), within(1e-12));
        assertThat(Signal.TAYLOR_SOFT_MARGIN.signal(z, 0)).isCloseTo(0.663927568, within(1e-9));
        assertThat(Signal.TAYLOR_SOFT_MARGIN_LEGACY.signal(z, 0)).isCloseTo(0.659732371, within(1e-9));
        assertThat(Signal.SOFT_MARGIN.signal(z, 0)).isCloseTo(0.667874356, within(1e-9));
        assertThat(Signal.TAYLOR_SOFT_MARGIN.signal(new double[] {-6, -9, -12}, 0))
                .isCloseTo(0.072782, within(1e-6));
    }

    @Test
    void theQuarticIsAProbabilityAndTheCubicIsNot() {
        double[] z = {-8, 3, 0};

        assertThat(Signal.TAYLOR_SOFT_MARGIN.signal(z, 0)).isBetween(0.0, 1.0);
        assertThat(Signal.TAYLOR_SOFT_MARGIN_LEGACY.signal(z, 0)).isGreaterThan(1);
    }

    @Test
    void theLegacyModifiedEntropyIgnoresTheLabel() {
        double[] logits = {Math.log(0.7), Math.log(0.2), Math.log(0.1)};

        for (int label = 0; label < 3; label++) {
            assertThat(Signal.NEG_MENTROPY_LEGACY.signal(logits, label)).isCloseTo(-3.466879397, within(1e-9));
        }
    }

    @Test
    void likelihoodsAreThoseOfTheSoftmax() {
        double[] z = {1.5, -0.5, 0.25};
        double p = Signal.CONFIDENCE.signal(z, 0);

        assertThat(Signal.PHI.likelihood(Signal.PHI.signal(z, 0))).isCloseTo(p, within(1e-15));
        assertThat(Signal.NEG_LOSS.likelihood(Signal.NEG_LOSS.signal(z, 0))).isCloseTo(p, within(1e-15));
        assertThat(Signal.CONFIDENCE.likelihood(p)).isEqualTo(p);
        assertThatThrownBy(() -> Signal.MARGIN.likelihood(1))
                .hasMessageContaining("needs a signal that is one, such as phi or taylor-soft-margin, but got margin");
    }

    @Test
    void aLabelOutsideTheClassesIsRefused() {
        assertThatThrownBy(() -> Signal.PHI.signals(new float[6], new int[] {0, 3}))
                .hasMessageContaining("Label 3 of row 1 is outside 0…2");
        assertThatThrownBy(() -> Signal.PHI.signals(new float[5], new int[2]))
                .hasMessageContaining("5 logits do not divide into rows for 2 labels");
    }
}
