package lethe.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import lethe.ReferenceValues;
import lethe.metrics.Roc;
import lethe.metrics.SpecialFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class LikelihoodRatioTest {
    private static final JsonNode PINS = ReferenceValues.of("likelihoodRatio");
    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final References abc = References.of(
            ReferenceValues.doubles(PINS.get("positives")), ReferenceValues.doubles(PINS.get("negatives")));

    @Test
    void theConstantOfStudentsDensityKeepsItsDigitsAtAnyDegrees() {
        double normal = -0.5 * Math.log(2 * Math.PI);
        double below = VariancePrior.logConstant(Math.nextDown(1000));

        assertThat(VariancePrior.logConstant(1)).isCloseTo(-Math.log(Math.PI), within(1e-14)); // Cauchy
        assertThat(VariancePrior.logConstant(1000)).isCloseTo(below, within(3e-11)); // which is the error of the lower
        assertThat(VariancePrior.logConstant(1e6)).isCloseTo(normal - 0.25e-6, within(1e-15));
        assertThat(VariancePrior.logConstant(NEVER)).isEqualTo(normal);
    }

    @Test
    void theFasterLogarithmKeepsItsDigits() {
        assertThat(VariancePrior.log1p(0)).isZero();
        assertThat(VariancePrior.log1p(NEVER)).isEqualTo(NEVER);
        for (double x : new double[] {1e-300, 3e-17, 2e-16, 1e-9, 0.01, 0.7, 3, 1e9, 4e17}) {
            assertThat(VariancePrior.log1p(x) / Math.log1p(x)).isCloseTo(1, within(1e-15));
        }
        var random = new SplittableRandom(5);
        for (int k = 0; k < 10_000; k++) {
            double x = Math.exp(5 * random.nextGaussian());
            assertThat(VariancePrior.log1p(x) / Math.log1p(x)).isCloseTo(1, within(1e-15));
        }
    }

    @Test
    void oneDecisionByHandUnderEachDensity() {
        // positives 1, 2, 3 and negatives 3, 5, 7: means 2 and 5, variances 1 and 4, pooled 2.5; the value is 2.5
        double unbiased = -0.5 * Math.log(1) - 0.125 + 0.5 * Math.log(4) + 6.25 / 8;

        assertThat(unbiased).isCloseTo(pin("gaussUnbiased"), within(1e-12));
        assertThat(ratio(Density.GAUSS_PER_EXAMPLE, prior(2, 1, NEVER), prior(2, 4, NEVER), false))
                .isCloseTo(pin("gaussUnbiased"), within(1e-12));
        assertThat(ratio(Density.GAUSS_POOLED, prior(4, 2.5, NEVER), prior(4, 2.5, NEVER), true))
                .isCloseTo(pin("gaussPooled"), within(1e-12));
        assertThat(ratio(Density.STUDENT_SHRUNK, prior(4, 2.5, 0), prior(4, 2.5, 0), true))
                .isCloseTo(pin("studentShared"), within(1e-12));
        VariancePrior six = VariancePrior.of(4, 2.5, 6, 1);
        assertThat(ratio(Density.STUDENT_SHRUNK, six, six, true)).isCloseTo(pin("studentShrunk"), within(1e-12));
    }

    @Test
    void kernelsStayInLogarithms() {
        double[] positives = {1, 2, 3};
        double[] negatives = {3, 5, 7};

        assertThat(Density.logKernelMean(2.5, positives, 1) - Density.logKernelMean(2.5, negatives, 1))
                .isCloseTo(pin("kde1"), within(1e-12));
        assertThat(Density.logKernelMean(2.5, positives, 0.5) - Density.logKernelMean(2.5, negatives, 0.5))
                .isCloseTo(pin("kde05"), within(1e-12));
        // both densities underflow at 1000, their ratio is decided by the nearest centres: (997² − 993²)/2 apart
        assertThat(Density.logKernelMean(1000, positives, 1) - Density.logKernelMean(1000, negatives, 1))
                .isCloseTo((993.0 * 993 - 997.0 * 997) / 2, within(1e-6));
    }

    @Test
    void ranksByHand() {
        double[] values = {1, 2, 3, 5};

        // two of four below: (2 + ½)/5 is the middle
        assertThat(Density.logTail(2.5, values, 1)).isCloseTo(0, within(1e-12));
        // an equal one counts half: 2 · (1 + ½ + ½)/5
        assertThat(Density.logTail(2, values, 1)).isCloseTo(Math.log(0.8), within(1e-12));
        // 6 lies 1 above all, half a deviation of 2: 2 · ½/5 · exp(−½)
        assertThat(Density.logTail(6, values, 4)).isCloseTo(Math.log(0.2) - 0.5, within(1e-12));
        assertThat(Density.logTail(0, values, 4)).isCloseTo(Math.log(0.2) - 0.5, within(1e-12));
    }

    @Test
    void ranksReachMostOfWhatDensitiesDo() {
        Observations observations = SyntheticWorlds.observe(
                400, 66, 41, (i, member, noise) -> 3 * SyntheticWorlds.trait(i, 1) + noise + (member ? 2 : 0));
        double best = SpecialFunctions.normalCdf(Math.sqrt(2));

        assertThat(auc(new LikelihoodRatio(Density.EMPIRICAL_RANK, false, Signal.PHI), observations))
                .isBetween(best - 0.03, best + 0.01);
        assertThat(auc(new OfflineLikelihoodRatio(Density.EMPIRICAL_RANK, false, Signal.PHI), observations))
                .isBetween(best - 0.03, best + 0.01);
    }

    @Test
    void ruliIsTheRatioOfKernelDensities() {
        Observations observations = budget("heteroscedastic", 16);

        assertThat(new Ruli().score(observations).values())
                .isEqualTo(new LikelihoodRatio(Density.KDE, false, Signal.PHI)
                        .score(observations)
                        .values());
    }

    @Test
    void knownNormalDensitiesGiveTheTextbookRatio() {
        for (JsonNode pin : PINS.get("plugged")) {
            References r = References.of(
                    new double[] {pin.get("muA").asDouble(), pin.get("muA").asDouble()},
                    new double[] {pin.get("muB").asDouble(), pin.get("muB").asDouble()});
            double a = Math.pow(pin.get("sdA").asDouble(), 2);
            double b = Math.pow(pin.get("sdB").asDouble(), 2);

            double ratio = Density.GAUSS_POOLED.logRatio(
                    pin.get("o").asDouble(), r, prior(1, a, NEVER), prior(1, b, NEVER), false);

            assertThat(ratio).isCloseTo(pin.get("llr").asDouble(), within(1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource(Density.class)
    void movingFromWorldToWorldEqualsFittingAfresh(Density density) {
        Observations observations = SyntheticWorlds.observe(
                30, 10, 7, (i, member, noise) -> 1000 + i + Math.exp(i % 5) * noise + (member ? 1 : 0));
        var row = new References.Row(observations);
        VariancePrior prior = prior(3, 2, 5);
        for (int i = 0; i < 30; i++) {
            row.enter(i);
            for (int w = 0; w < 10; w++) {
                row.target(w);
                References fresh = References.of(observations.positives(i, w), observations.negatives(i, w));

                double slow = density.logRatio(observations.value(i, w), fresh, prior, prior, false);

                assertThat(row.squaresPositive).isCloseTo(fresh.squaresPositive, within(1e-6 * fresh.squaresPositive));
                assertThat(density.logRatio(row.value(), row, prior, prior, false))
                        .isCloseTo(slow, within(1e-6 * Math.max(1, Math.abs(slow))));
            }
        }
    }

    @Test
    void thePriorRecoversTheSpreadOfVariances() {
        // v ~ s₀² F-like: χ² with 10 degrees over inverse χ² with ν₀ = 6, s₀² = 2
        var random = new SplittableRandom(3);
        double[] logs = new double[20_000];
        for (int i = 0; i < logs.length; i++) {
            double variance = 2 * 6 / chiSquare(random, 6);
            logs[i] = Math.log(variance * chiSquare(random, 10) / 10);
        }
        double mean = Arrays.stream(logs).average().orElseThrow();
        double spread = Arrays.stream(logs).map(l -> (l - mean) * (l - mean)).sum() / (logs.length - 1);

        VariancePrior prior = VariancePrior.fit(10, 1, mean, spread);

        assertThat(prior.priorDegrees()).isCloseTo(6, within(0.4)); // 20,000 draws determine ν₀ to about 0.12
        assertThat(prior.priorVariance()).isCloseTo(2, within(0.06));
        assertThat(VariancePrior.fit(10, 1, 0, 0.1).priorDegrees()).isInfinite();
    }

    @ParameterizedTest
    @CsvSource({"4", "16", "64"})
    void theDefaultIsNeverFarFromTheBestDensity(int shadows) {
        for (String world : new String[] {"homoscedastic", "heteroscedastic"}) {
            Observations observations = budget(world, shadows);
            double perExample = auc(new LikelihoodRatio(Density.GAUSS_PER_EXAMPLE, false, Signal.PHI), observations);
            double pooled = auc(new LikelihoodRatio(Density.GAUSS_POOLED, true, Signal.PHI), observations);
            double separate = auc(new LikelihoodRatio(), observations);
            double shared = auc(new LikelihoodRatio(Density.STUDENT_SHRUNK, true, Signal.PHI), observations);

            // 20,000 pairs a class: the standard error is 0.002, the reference's too
            assertThat(perExample).isCloseTo(reference(world, shadows, "gaussUnbiased"), within(0.012));
            assertThat(pooled).isCloseTo(reference(world, shadows, "gaussPooled"), within(0.012));
            assertThat(separate).isCloseTo(reference(world, shadows, "studentSeparate"), within(0.012));
            assertThat(shared).isCloseTo(reference(world, shadows, "studentShared"), within(0.012));
            assertThat(shared).isGreaterThan(Math.max(perExample, pooled) - 0.01);
        }
    }

    @Test
    void kernelsReachTheirReference() {
        Observations observations = budget("heteroscedastic", 16);

        assertThat(auc(new LikelihoodRatio(Density.KDE, false, Signal.PHI), observations))
                .isCloseTo(reference("heteroscedastic", 16, "kdeSilverman"), within(0.012));
    }

    @Test
    void aChangeOfSpreadIsSeenOnlyBySeparateVariances() {
        Observations observations =
                SyntheticWorlds.observe(2000, 66, 11, (i, member, noise) -> member ? noise : 2 * noise);

        assertThat(auc(new LikelihoodRatio(), observations)).isCloseTo(0.69, within(0.01));
        assertThat(auc(new LikelihoodRatio(Density.STUDENT_SHRUNK, true, Signal.PHI), observations))
                .isLessThan(0.53);
    }

    @Test
    void withoutSignalThePooledAreaIsOneHalfAndScoringTheFittedValuesWouldPretendOtherwise() {
        Observations observations = SyntheticWorlds.observe(600, 66, 13, (i, member, noise) -> noise);
        double[] fitted = new double[600 * 66];
        for (int i = 0; i < 600; i++) {
            double[][] all = {values(observations, i, false), values(observations, i, true)};
            References r = References.of(all[1], all[0]);
            for (int w = 0; w < 66; w++) {
                fitted[i * 66 + w] = Density.GAUSS_PER_EXAMPLE.logRatio(
                        observations.value(i, w), r, prior(32, 1, NEVER), prior(32, 1, NEVER), false);
            }
        }
        double inSample = Roc.of(fitted, observations.labels()).auc();

        double standardError = Math.sqrt(1.0 / 6 / (600 * 33)); // of the area of 19,800 pairs a class
        assertThat(auc(new LikelihoodRatio(Density.GAUSS_PER_EXAMPLE, false, Signal.PHI), observations))
                .isCloseTo(0.5, within(3 * standardError));
        assertThat(inSample).isGreaterThan(0.55);
    }

    @Test
    void posteriorsAreCalibratedWhenTheParametersAreKnown() {
        var random = new SplittableRandom(17);
        int inBand = 0;
        int positives = 0;
        References known = References.of(new double[] {1, 1}, new double[] {0, 0});
        for (int k = 0; k < 100_000; k++) {
            boolean positive = k % 2 == 0;
            double s = random.nextGaussian() + (positive ? 1 : 0);
            double llr = Density.GAUSS_POOLED.logRatio(s, known, prior(1, 1, NEVER), prior(1, 1, NEVER), false);
            double p = 1 / (1 + Math.exp(-llr));
            if (p >= 0.7 && p < 0.8) {
                inBand++;
                positives += positive ? 1 : 0;
            }
        }

        assertThat((double) positives / inBand).isBetween(0.70, 0.80);
    }

    @Test
    void theAreaOfTheExactRatioIsTheBestOne() {
        // members N(+1, 1) in one half of the pool and N(−1, 1) in the other
        Observations observations =
                SyntheticWorlds.observe(2000, 50, 19, (i, member, noise) -> noise + (member ? i % 2 == 0 ? 1 : -1 : 0));
        double[] exact = new double[2000 * 50];
        for (int cell = 0; cell < exact.length; cell++) {
            double s = observations.value(cell / 50, cell % 50);
            exact[cell] = (cell / 50 % 2 == 0 ? s : -s) - 0.5;
        }
        double best = Roc.of(exact, observations.labels()).auc();

        // 50,000 pairs a class: standard error 0.0015
        assertThat(best).isCloseTo(SpecialFunctions.normalCdf(Math.sqrt(0.5)), within(0.0045));
        assertThat(auc(new LikelihoodRatio(), observations))
                .isLessThan(best + 0.003)
                .isGreaterThan(best - 0.02);
        assertThat(auc(new LossThreshold(), observations)).isCloseTo(0.5, within(0.006));
    }

    @Test
    void aSignalThatNeverVariesWithinAnExampleIsStillScored() {
        Observations observations = SyntheticWorlds.observe(20, 8, 23, (i, member, noise) -> member ? 1 : 0);

        for (Density density : Density.values()) {
            double[] scores = new LikelihoodRatio(density, false, Signal.PHI)
                    .score(observations)
                    .values();
            assertThat(Roc.of(scores, observations.labels()).auc())
                    .as(density.name())
                    .isEqualTo(1);
        }
    }

    @Test
    void fourWorldsAreTooFewForAVariance() {
        Observations observations = SyntheticWorlds.observe(8, 4, 1, (i, member, noise) -> noise);

        assertThatThrownBy(() -> new LikelihoodRatio().score(observations))
                .hasMessageContaining("at least 6 worlds, but there are 4");
    }

    private static Observations budget(String world, int shadows) {
        int worlds = 2 * (shadows + 1);
        int examples = 20_000 / worlds * 2;
        return SyntheticWorlds.observe(examples, worlds, shadows, (i, member, noise) -> {
            double deviation = world.equals("heteroscedastic") ? Math.exp(0.6 * SyntheticWorlds.trait(i, 2)) : 1;
            return 2 * SyntheticWorlds.trait(i, 1) + deviation * (noise + (member ? 1.5 : 0));
        });
    }

    private static double reference(String world, int shadows, String estimator) {
        for (JsonNode cell : ReferenceValues.of("shadowBudget")) {
            if (cell.get("world").asString().equals(world)
                    && cell.get("k").asInt() == shadows
                    && cell.get("estimator").asString().equals(estimator)) {
                return cell.get("auc").asDouble();
            }
        }
        throw new IllegalArgumentException(world + " " + shadows + " " + estimator);
    }

    private static double auc(Attack attack, Observations observations) {
        return Roc.of(attack.score(observations).values(), observations.labels())
                .auc();
    }

    private static double[] values(Observations observations, int example, boolean positive) {
        double[] found = new double[observations.worlds() / 2];
        int count = 0;
        for (int w = 0; w < observations.worlds(); w++) {
            if (observations.isPositive(example, w) == positive) {
                found[count++] = observations.value(example, w);
            }
        }
        return found;
    }

    private double ratio(Density density, VariancePrior positive, VariancePrior negative, boolean shared) {
        return density.logRatio(PINS.get("value").asDouble(), abc, positive, negative, shared);
    }

    private static VariancePrior prior(double degrees, double pooled, double priorDegrees) {
        return VariancePrior.of(degrees, pooled, priorDegrees, pooled);
    }

    private static double pin(String name) {
        return PINS.get("llr").get(name).asDouble();
    }

    private static double chiSquare(SplittableRandom random, int degrees) {
        double sum = 0;
        for (int k = 0; k < degrees; k++) {
            double z = random.nextGaussian();
            sum += z * z;
        }
        return sum;
    }
}
