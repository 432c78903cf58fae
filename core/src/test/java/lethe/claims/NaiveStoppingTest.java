package lethe.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.WorldSignals;
import lethe.claims.Finding.Row;
import lethe.claims.SyntheticStudy.Fate;
import lethe.metrics.SpecialFunctions;
import org.junit.jupiter.api.Test;

class NaiveStoppingTest {
    private static final double[] RATES = {0.5, 1, 2};

    /** Unlearning that takes half a gap of 2 from a third of the examples each epoch, a quarter or all from others. */
    private static double linear(int example, Fate fate, int epoch) {
        return switch (fate) {
            case NEVER_SEEN -> 0;
            case RETAINED -> 2;
            case FORGOTTEN -> 2 - 0.5 * RATES[example % 3] * epoch;
        };
    }

    @Test
    void oneStopForAllLeavesBothTails() {
        var study = new SyntheticStudy(120, 32, 2, 0, 31, example -> 2);

        Finding finding = new NaiveStopping().examine(study.evidence(study.method("m", 8, NaiveStoppingTest::linear)));

        assertThat(finding.endpointsBehave()).as(finding.verdict()).isTrue();
        Row stopped = finding.row("m, R1 stopped at equal losses");
        Row own = finding.row("m, R3 each at its own epoch");
        assertThat(stopped.answer()).isEqualTo(Answer.HOLDS);
        assertThat(stopped.statistic(NaiveStopping.STOP).value().value()).isBetween(3.0, 5.5);
        assertThat(stopped.statistic(NaiveStopping.ABOVE_FLOOR).value().low()).isGreaterThan(0.1);
        assertThat(own.statistic(NaiveStopping.ABOVE_FLOOR).value().value()).isLessThan(0.1);
        // Each epoch takes a second and a hundredth of accuracy; R3 needs all eight.
        double stop = stopped.statistic(NaiveStopping.STOP).value().value();
        assertThat(stopped.statistic(NaiveStopping.SECONDS).value().value()).isCloseTo(stop, within(1e-9));
        assertThat(stopped.statistic(NaiveStopping.ACCURACY).value().value())
                .isCloseTo(0.9 - 0.01 * stop, within(1e-9));
        double average = own.statistic(NaiveStopping.STOP).value().value();
        assertThat(average).isBetween(3.0, 6.5);
        assertThat(own.statistic(NaiveStopping.ACCURACY).value().value()).isCloseTo(0.9 - 0.01 * average, within(1e-9));
        assertThat(own.statistic(NaiveStopping.SECONDS).value().value()).isEqualTo(2);
        assertThat(finding.rows().get(2).method()).isEqualTo("m");
        assertThat(finding.rows().get(2).answer()).isEqualTo(Answer.CONTROL);
    }

    @Test
    void aRuleThatIsAMethodIsComparedWithTheMethodItStops() {
        var study = new SyntheticStudy(120, 64, 2, 0, 32, example -> 2);
        var plain = study.method("ascent", 1, (example, fate, epoch) -> switch (fate) {
            case NEVER_SEEN -> 0;
            case RETAINED -> 2;
            case FORGOTTEN -> -1;
        });
        Map<String, Object> perfect = Map.of("rule", "r2a", "method", Map.of("name", "ascent"));
        Map<String, Object> harmful = Map.of("rule", "r4", "method", "ascent");
        var exact = study.subject(
                "stopping", "stopping", perfect, 1, (example, fate, epoch) -> fate == Fate.RETAINED ? 2 : 0);
        var exposing = study.subject(
                "stopping-2", "stopping", harmful, 1, (example, fate, epoch) -> fate == Fate.RETAINED ? 4 : 0);
        var orphan =
                study.subject("stopping-3", "stopping", Map.of("rule", "r5", "method", "scrub"), 1, (e, f, t) -> 0);

        Finding finding = new NaiveStopping().examine(study.evidence(plain, exact, exposing, orphan));

        Row good = finding.row("stopping (ascent, r2a)");
        assertThat(good.answer()).isNotEqualTo(Answer.HOLDS);
        assertThat(good.statistic(NaiveStopping.FALLS).value().value()).isGreaterThan(20);
        Row bad = finding.row("stopping-2 (ascent, r4)");
        assertThat(bad.answer()).isEqualTo(Answer.HOLDS);
        assertThat(bad.statistic(NaiveStopping.DAMAGE).value().low()).isGreaterThan(0.05);
        assertThat(finding.notes()).anyMatch(note -> note.startsWith("stopping-3 is left out"));
    }

    @Test
    void aRunStopsAtTheFirstEpochWithEqualLosses() {
        var study = new SyntheticStudy(80, 8, 2, 0, 33, example -> 3);
        var path = study.method(
                        "m",
                        4,
                        (example, fate, epoch) ->
                                fate == Fate.FORGOTTEN ? (epoch < 3 ? 3 : -3) : fate == Fate.RETAINED ? 3 : 0)
                .signals()
                .trajectory();

        int[][] stops = NaiveStopping.stops(
                path.stream().map(it -> Game.PRIVACY.observe(it).orElseThrow()).toList());

        assertThat(stops).isDeepEqualTo(new int[][] {{3, 3}, {3, 3}, {3, 3}, {3, 3}, {3, 3}, {3, 3}, {3, 3}, {3, 3}});
    }

    @Test
    void withoutEpochsOrRulesThePlanIsToldWhatToAdd() {
        var study = new SyntheticStudy(40, 16, 1, 0, 34, example -> 1);

        Finding finding = new NaiveStopping().examine(study.evidence(study.method("m", 1, NaiveStoppingTest::linear)));

        assertThat(finding.verdict()).contains("audit.trajectory", "'stopping'");
    }

    @Test
    void aSpikeWhereThereShouldBeABellShowsInTheSpread() {
        var study = new SyntheticStudy(60, 64, 1, 0, 35, example -> 2);
        WorldSignals signals = study.retrain().signals().atTheEnd();
        Observations efficacy = Game.EFFICACY.observe(signals).orElseThrow();

        double halved = NaiveStopping.spread(
                efficacy,
                (example, world) -> (efficacy.isPositive(example, world) ? 0.5 : 1) * efficacy.value(example, world));

        assertThat(NaiveStopping.spread(efficacy, efficacy::value)).isCloseTo(1, within(0.05));
        assertThat(halved).isCloseTo(0.5, within(0.03));
    }

    @Test
    void noiseAloneHasTheMagnitudeOfAHalfNormal() {
        assertThat(NaiveStopping.noise(64) / 2).isCloseTo(0.058, within(5e-4));
        assertThat(NaiveStopping.noise(16) / 2).isCloseTo(0.121, within(3e-3));
    }

    // ---------------------------------------------------------------- toy

    /** Gaps of 2 that fall at rates ½, 1, 2 until their mean is 0. */
    @Test
    void theToyOfOneStopHasItsKnownNumbers() {
        double time = 2 * 3 / Arrays.stream(RATES).sum();

        assertThat(time).isCloseTo(1.714286, within(1e-6));
        double[] areas =
                Arrays.stream(RATES).map(rate -> magnitude(2 - rate * time)).toArray();
        assertThat(areas[0]).isCloseTo(0.790490, within(1e-6));
        assertThat(areas[1]).isCloseTo(0.580054, within(1e-6));
        assertThat(areas[2]).isCloseTo(0.843789, within(1e-6));
        assertThat(Arrays.stream(areas).average().orElseThrow()).isCloseTo(0.738111, within(1e-6));
    }

    /** Everyone is frozen at a gap of 0, but drifts on with the mean rate of those that are not. */
    @Test
    void theToyOfFreezingHasItsKnownNumbers() {
        Frozen half = freeze(0.5);
        Frozen whole = freeze(1);

        assertThat(half.times()).containsExactly(new double[] {2.588018, 1.393548, 0.774194}, within(1e-6));
        assertThat(half.gaps()).containsExactly(new double[] {0, -0.099539, -0.254378}, within(1e-6));
        assertThat(magnitude(half.gaps()[1])).isCloseTo(0.528056, within(1e-6));
        assertThat(magnitude(half.gaps()[2])).isCloseTo(0.571374, within(1e-6));
        assertThat(magnitude(whole.gaps()[1])).isCloseTo(0.537064, within(1e-6));
        assertThat(magnitude(whole.gaps()[2])).isCloseTo(0.595573, within(1e-6));
    }

    private record Frozen(double[] times, double[] gaps) {}

    /** Goes from one freeze to the next. */
    private static Frozen freeze(double coupling) {
        double[] gaps = {2, 2, 2};
        double[] times = new double[3];
        boolean[] active = {true, true, true};
        double now = 0;
        for (int event = 0; event < 3; event++) {
            double drift = 0;
            for (int k = 0; k < 3; k++) {
                drift += coupling * (active[k] ? RATES[k] : 0) / 3;
            }
            int next = -1;
            double wait = Double.POSITIVE_INFINITY;
            for (int k = 0; k < 3; k++) {
                if (active[k] && gaps[k] / (RATES[k] + drift) < wait) {
                    wait = gaps[k] / (RATES[k] + drift);
                    next = k;
                }
            }
            for (int k = 0; k < 3; k++) {
                gaps[k] -= wait * (drift + (active[k] ? RATES[k] : 0));
            }
            now += wait;
            gaps[next] = 0;
            active[next] = false;
            times[next] = now;
        }
        return new Frozen(times, gaps);
    }

    private static double magnitude(double gap) {
        return SpecialFunctions.normalCdf(Math.abs(gap) / Math.sqrt(2));
    }
}
