package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.claims.Finding.Row;
import lethe.claims.SyntheticStudy.Fate;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import org.junit.jupiter.api.Test;

/**
 * 200 runs in which nothing is to be found: how often each reported interval leaves out the truth, and how often a claim is
 * said to hold. At a level of 5 % that is 10 times; 20 or more have a probability of 0.002.
 */
class ClaimCalibrationTest {
    private static final int RUNS = 200;
    private static final int EXAMPLES = 32;
    private static final int WORLDS = 16;
    private static final int TOO_OFTEN = 20;

    /** What retraining leaves, by models of another draw. */
    private static double retrainedAgain(int example, Fate fate, int epoch) {
        return fate == Fate.RETAINED ? 1 : 0;
    }

    /** What the original had, by models of another draw. */
    private static double unchanged(int example, Fate fate, int epoch) {
        return fate == Fate.NEVER_SEEN ? 0 : 1;
    }

    private static SyntheticStudy study(int seed) {
        // Half of the examples are of a class that was asked for.
        int[] labels =
                IntStream.range(0, EXAMPLES).map(i -> i % 2 * (1 + i / 2 % 9)).toArray();
        double[] shares = new double[10];
        Arrays.fill(shares, 0.1);
        return new SyntheticStudy(EXAMPLES, WORLDS, 2, 1, 7_000 + seed, example -> 1).of(labels, shares);
    }

    /** With as few replicates as an interval bears. */
    private static Evidence evidence(SyntheticStudy study, Evidence.Subject method) {
        Evidence all = study.evidence(method);
        return new Evidence(
                all.floor(),
                all.ceiling(),
                all.methods(),
                all.leftOut(),
                40,
                all.seed(),
                all.likeness(),
                all.classes());
    }

    /** Measured: at most 5 of 200 for each, the worst hundredth above the noise 5, and no claim held. */
    @Test
    void noIntervalOfAChangeLeavesOutZeroTooOftenWhereNothingChanges() {
        Map<String, Integer> missed = new LinkedHashMap<>();
        int held = 0;
        int beyondNoise = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            SyntheticStudy study = study(seed);
            Evidence retrainedTwice = evidence(study, study.method("m", 3, ClaimCalibrationTest::retrainedAgain));
            Evidence same = evidence(study, study.method("m", 1, ClaimCalibrationTest::unchanged));
            Row retain = count(missed, new DeltaRetain(), retrainedTwice);
            Row forget = count(missed, new DeltaForget(), same);
            count(missed, new NaiveStopping(), retrainedTwice);
            held += retain.answer() == Answer.HOLDS ? 1 : 0;
            held += forget.answer() == Answer.HOLDS ? 1 : 0;
            Estimate noise = retain.statistic(DeltaRetain.NOISE).value();
            beyondNoise += retain.statistic(DeltaRetain.WORST).value().value() > noise.high() ? 1 : 0;
        }

        assertThat(missed).hasSizeGreaterThan(10).containsKey("c5, " + DeltaRetain.CLASSMATES);
        assertThat(missed).allSatisfy((statistic, count) -> assertThat(count).isLessThan(TOO_OFTEN));
        assertThat(held).isLessThan(TOO_OFTEN);
        assertThat(beyondNoise).isLessThan(TOO_OFTEN);
    }

    /** How often each difference of the method leaves out 0. */
    private static Row count(Map<String, Integer> missed, Claim claim, Evidence evidence) {
        Finding finding = claim.examine(evidence);
        Row row = finding.row("m");
        for (Statistic statistic : row.statistics()) {
            boolean band = statistic.name().equals(DeltaRetain.NOISE);
            if (statistic.form() == Statistic.Form.DIFFERENCE
                    && !band
                    && Double.isFinite(statistic.value().low())) {
                missed.merge(
                        claim.name() + ", " + statistic.name(),
                        statistic.value().excludes(0) ? 1 : 0,
                        Integer::sum);
            }
        }
        return row;
    }

    /** Magnitudes are not 0 under noise; each interval must hold the mean over all runs. */
    @Test
    void intervalsOfStrataHoldTheMeanOfAllRuns() {
        Map<String, List<Estimate>> drawn = new LinkedHashMap<>();
        for (int seed = 0; seed < RUNS; seed++) {
            var signals = study(seed).retrain().signals().atTheEnd();
            boolean[] wrong = new boolean[EXAMPLES];
            for (int i = 0; i < EXAMPLES; i += 2) {
                wrong[i] = true;
            }
            for (Stratum stratum : Stratum.of(signals, wrong, 40, seed)) {
                add(drawn, stratum.name() + ", before", stratum.before());
                add(drawn, stratum.name() + ", after", stratum.after());
                add(drawn, stratum.name() + ", area", stratum.area());
            }
        }

        Map<String, Long> missed = drawn.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> missed(entry.getValue())));
        assertThat(missed)
                .hasSize(15)
                .allSatisfy((name, count) -> assertThat(count).isLessThan(TOO_OFTEN));
    }

    private static void add(Map<String, List<Estimate>> drawn, String name, Estimate estimate) {
        drawn.computeIfAbsent(name, key -> new ArrayList<>()).add(estimate);
    }

    private static long missed(List<Estimate> estimates) {
        double mean =
                Intervals.mean(estimates.stream().mapToDouble(Estimate::value).toArray());
        return estimates.stream().filter(estimate -> estimate.excludes(mean)).count();
    }

    @Test
    void noPriceIsFoundWhereEveryEpochIsLikeRetraining() {
        int held = 0;
        int belowZero = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            SyntheticStudy study = study(seed);
            Row row = new UnlearningRates()
                    .examine(evidence(study, study.method("m", 3, ClaimCalibrationTest::retrainedAgain)))
                    .row("m");
            held += row.answer() == Answer.HOLDS ? 1 : 0;
            belowZero += row.statistic(UnlearningRates.PRICE).value().high() < 0 ? 1 : 0;
        }

        assertThat(held).isLessThan(TOO_OFTEN);
        assertThat(belowZero).isLessThan(TOO_OFTEN);
    }
}
