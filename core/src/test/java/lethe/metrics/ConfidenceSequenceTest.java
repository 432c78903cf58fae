package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfidenceSequenceTest {
    private static final Supplier<ConfidenceSequence> BETTING = () -> new BettingSequence(0.05);
    private static final Supplier<ConfidenceSequence> SYMMETRIC = () -> new SymmetricSequence(0.05);

    static Stream<Arguments> runs() {
        ToDoubleFunction<SplittableRandom> narrow = random -> 0.1 + 0.03 * random.nextGaussian();
        ToDoubleFunction<SplittableRandom> wide = random -> Math.max(-1, Math.min(1, 0.2 * random.nextGaussian()));
        ToDoubleFunction<SplittableRandom> coin = random -> random.nextBoolean() ? 0.5 : -0.5;
        ToDoubleFunction<SplittableRandom> rare = random -> random.nextDouble() < 0.05 ? 0.95 : -0.05;
        return Stream.of(
                Arguments.of("narrow", BETTING, narrow, 0.1),
                Arguments.of("wide", BETTING, wide, 0),
                Arguments.of("rare", BETTING, rare, 0),
                Arguments.of("narrow", SYMMETRIC, narrow, 0.1),
                Arguments.of("wide", SYMMETRIC, wide, 0),
                Arguments.of("coin", SYMMETRIC, coin, 0));
    }

    /**
     * 200 runs of 80 values, looked at after every one. With a miss probability of 0.05, 10 are expected at most; 20 or
     * more have a probability below 0.003.
     */
    @ParameterizedTest(name = "{0} values")
    @MethodSource("runs")
    void theTruthIsRarelyEverMissed(
            String name, Supplier<ConfidenceSequence> start, ToDoubleFunction<SplittableRandom> draw, double truth) {
        int missed = 0;
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed * 7919L + 1);
            ConfidenceSequence sequence = start.get();
            boolean ever = false;
            for (int t = 0; t < 80 && !ever; t++) {
                sequence.add(draw.applyAsDouble(random));
                ever = sequence.interval().excludes(truth);
            }
            missed += ever ? 1 : 0;
        }

        assertThat(missed).isLessThan(20);
    }

    /** Student's interval, looked at as often, misses many times as often as it says. */
    @Test
    void anOrdinaryIntervalDoesNotSurviveManyLooks() {
        int missed = 0;
        for (int seed = 0; seed < 60; seed++) {
            var random = new SplittableRandom(seed * 7919L + 1);
            double[] values = new double[60];
            boolean ever = false;
            for (int t = 0; t < 60; t++) {
                values[t] = random.nextGaussian();
                ever |= t > 1 && Intervals.ofMean(Arrays.copyOf(values, t + 1)).excludes(0);
            }
            missed += ever ? 1 : 0;
        }

        assertThat(missed).isGreaterThan(12);
    }

    @Test
    void symmetryBuysWorlds() {
        var random = new SplittableRandom(4);
        ConfidenceSequence betting = BETTING.get();
        ConfidenceSequence symmetric = SYMMETRIC.get();
        for (int t = 0; t < 64; t++) {
            double value = 0.1 + 0.03 * random.nextGaussian();
            betting.add(value);
            symmetric.add(value);
        }

        assertThat(width(symmetric)).isLessThan(0.035);
        assertThat(width(betting)).isBetween(0.1, 0.2);
        assertThat(symmetric.interval().excludes(0)).isTrue();
        assertThat(betting.interval().excludes(0)).isTrue();
    }

    /** After one value x = ½ (value 0) capital is 1 + min(λ, c/m)(½ − m), far from 40: nothing is excluded but extremes. */
    @Test
    void littleIsKnownAtFirst() {
        for (ConfidenceSequence sequence : new ConfidenceSequence[] {BETTING.get(), SYMMETRIC.get()}) {
            assertThat(sequence.interval()).isEqualTo(new Estimate(0, -1, 1));

            sequence.add(0.2);

            assertThat(sequence.size()).isEqualTo(1);
            assertThat(sequence.interval().value()).isCloseTo(0.2, within(1e-12));
            assertThat(sequence.interval().low()).isLessThan(-0.9);
            assertThat(sequence.interval().high()).isGreaterThan(0.9);
        }
    }

    @Test
    void theIntervalsSolveTheirEquations() {
        double[] values = {0.2, 0.1, 0.15, 0.12, 0.22, 0.18, 0.11, 0.2, 0.16, 0.13, 0.14, 0.19};
        ConfidenceSequence betting = BETTING.get();
        ConfidenceSequence symmetric = SYMMETRIC.get();
        for (double value : values) {
            betting.add(value);
            symmetric.add(value);
        }
        double low = symmetric.interval().low();
        double rho2 = 1 / 0.0144;
        double s = 0;
        double v = 0;
        for (double value : values) {
            s += value - low;
            v += (value - low) * (value - low);
        }
        double capital = 2
                / Math.sqrt(1 + rho2 * v)
                * Math.exp(rho2 * s * s / (2 * (1 + rho2 * v)))
                * SpecialFunctions.normalCdf(Math.sqrt(rho2 / (1 + rho2 * v)) * s);
        double m = (betting.interval().low() + 1) / 2;
        double bets = 1;
        double sum = 0;
        double squares = 0;
        for (int t = 1; t <= values.length; t++) {
            double x = (values[t - 1] + 1) / 2;
            double lambda = Math.sqrt(2 * Math.log(40) / ((0.25 + squares) / t * t * Math.log(t + 1.0)));
            bets *= 1 + Math.min(lambda, 0.75 / m) * (x - m);
            sum += x;
            double mean = (0.5 + sum) / (t + 1);
            squares += (x - mean) * (x - mean);
        }

        assertThat(capital).isCloseTo(40, within(1e-6));
        assertThat(bets).isCloseTo(40, within(1e-6));
        assertThat(low).isGreaterThan(0);
    }

    @Test
    void valuesOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> BETTING.get().add(1.01)).hasMessageContaining("[-1, 1], but is 1.01");
        assertThatThrownBy(() -> SYMMETRIC.get().add(Double.NaN)).hasMessageContaining("NaN");
    }

    private static double width(ConfidenceSequence sequence) {
        return sequence.interval().high() - sequence.interval().low();
    }
}
