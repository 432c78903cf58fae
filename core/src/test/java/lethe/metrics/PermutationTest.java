package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermutationTest {
    @Test
    void everyOrderIsDrawnAsOftenAsAnyOther() {
        var random = new SplittableRandom(1);
        int[] times = new int[6];
        for (int draw = 0; draw < 6000; draw++) {
            int[] order = Permutation.random(3, random);
            assertThat(order).containsExactlyInAnyOrder(0, 1, 2);
            times[2 * order[0] + (order[1] < order[2] ? 0 : 1)]++;
        }
        assertThat(Arrays.stream(times)).allSatisfy(count -> assertThat(count).isBetween(900, 1100));
    }

    @Test
    void halvesAreDisjointAndEqualSeedsHalveAlike() {
        int[][] halves = Permutation.halves(7, 3);

        assertThat(halves[0]).hasSize(3);
        assertThat(IntStream.concat(Arrays.stream(halves[0]), Arrays.stream(halves[1]))
                        .sorted())
                .containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(Permutation.halves(7, 3)).isDeepEqualTo(halves);
        assertThat(Permutation.halves(7, 4)).isNotEqualTo(halves);
    }
}
