package lethe.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lethe.catalog.Catalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
    private static final List<Axis> AXES =
            List.of(new Axis.Interval(1e-5, 1, true, false), new Axis.Interval(1, 20, false, true), new Axis.Choice(3));

    static Stream<Sampler> samplers() {
        return Catalog.of(Sampler.class).all().values().stream();
    }

    /** A bowl around (0.01, 5) that is lower by a half for the second alternative. */
    private static double loss(List<Double> point) {
        double rate = Math.log10(point.get(0)) + 2;
        double epochs = (point.get(1) - 5) / 10;
        return rate * rate + epochs * epochs + (point.get(2) == 1 ? 0 : 0.5);
    }

    private static List<Tried> search(Sampler sampler, List<Tried> begun, int trials, long seed) {
        List<Tried> history = new ArrayList<>(begun);
        for (int trial = history.size(); trial < trials; trial++) {
            List<Double> point = sampler.propose(AXES, history, new SplittableRandom(1_000 * seed + trial));
            history.add(new Tried(point, loss(point)));
        }
        return history;
    }

    private static double best(Sampler sampler, long seed) {
        return search(sampler, List.of(), 30, seed).stream()
                .mapToDouble(Tried::loss)
                .min()
                .orElseThrow();
    }

    /** If the two were equally good, at least 64 wins of 100 would have a probability of 0.4 %; the seeds are fixed. */
    @Test
    void theParzenEstimatorFindsBetterPointsThanChance() {
        int wins = 0;
        for (int seed = 0; seed < 100; seed++) {
            wins += best(new TreeParzen(), seed) < best(new RandomSearch(), 1_000 + seed) ? 1 : 0;
        }

        assertThat(wins).isGreaterThanOrEqualTo(64);
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void aSearchThatIsResumedGoesOnAsIfUndisturbed(Sampler sampler) {
        List<Tried> undisturbed = search(sampler, List.of(), 15, 1);

        assertThat(search(sampler, undisturbed.subList(0, 11), 15, 1)).isEqualTo(undisturbed);
        assertThat(search(sampler, List.of(), 15, 2)).isNotEqualTo(undisturbed);
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void proposalsLieOnTheAxes(Sampler sampler) {
        assertThat(search(sampler, List.of(), 40, 3)).allSatisfy(tried -> {
            assertThat(tried.point().get(0)).isBetween(1e-5, 1.0);
            assertThat(tried.point().get(1))
                    .isBetween(1.0, 20.0)
                    .isEqualTo(Math.rint(tried.point().get(1)));
            assertThat(tried.point().get(2)).isIn(0.0, 1.0, 2.0);
        });
    }

    @Test
    void theEstimatorBeginsAsRandomSearchDoes() {
        assertThat(search(new TreeParzen(), List.of(), 8, 4)).isEqualTo(search(new RandomSearch(), List.of(), 8, 4));
        assertThat(search(new TreeParzen(), List.of(), 9, 4).get(8))
                .isNotEqualTo(search(new RandomSearch(), List.of(), 9, 4).get(8));
    }

    @Test
    void whatFailedIsAvoided() {
        List<Axis> axes = List.of(new Axis.Choice(2));
        List<Tried> history = new ArrayList<>();
        for (int trial = 0; trial < 20; trial++) {
            double side = trial % 2;
            history.add(new Tried(List.of(side), side == 0 ? Double.POSITIVE_INFINITY : trial));
        }

        assertThat(new TreeParzen().propose(axes, history, new SplittableRandom(5)))
                .containsExactly(1.0);
        assertThatThrownBy(() -> new Tried(List.of(0.0), Double.NaN)).hasMessageContaining("loss must be a number");
    }
}
