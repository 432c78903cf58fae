package lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedTest {
    @Test
    void derivedSeedsArePinned() {
        // Changing any of these changes the meaning of every seed in every plan.
        assertThat(Seed.of(7).derive("shuffle").value()).isEqualTo(434573571517683390L);
        assertThat(Seed.of(7).derive("shuffle", 3, 4).value()).isEqualTo(-7594197109910015895L);
        assertThat(Seed.of(7).permutation(8)).containsExactly(2, 7, 4, 3, 5, 6, 1, 0);
        try (Scope scope = Scope.open()) {
            assertThat(Seed.of(7).normal(2, 3).toFloats()).containsExactly(-0.2935902f, 1.5722826f, 1.8936433f);
        }
    }

    @Test
    void purposesAndPositionsGiveDifferentSeeds() {
        Set<Long> seen = new HashSet<>();
        for (long value = 0; value < 20; value++) {
            for (String purpose : new String[] {"", "a", "b", "ab", "ba", "shuffle"}) {
                seen.add(Seed.of(value).derive(purpose).value());
                for (long i = 0; i < 10; i++) {
                    seen.add(Seed.of(value).derive(purpose, i).value());
                    for (long j = 0; j < 10; j++) {
                        seen.add(Seed.of(value).derive(purpose, i, j).value());
                    }
                }
            }
        }

        assertThat(seen).hasSize(20 * 6 * (1 + 10 + 100));
    }

    @Test
    void neighbouringStreamsAreUncorrelated() {
        int count = 10_000;
        double[] a = Seed.of(1).derive("step", 1).random().doubles(count).toArray();
        double[] b = Seed.of(1).derive("step", 2).random().doubles(count).toArray();

        double covariance = 0;
        for (int i = 0; i < count; i++) {
            covariance += (a[i] - 0.5) * (b[i] - 0.5) / count;
        }

        // The correlation of independent streams has deviation 1/√n = 0.01; five of them.
        assertThat(covariance * 12).isBetween(-0.05, 0.05);
    }

    @Test
    void permutationsHoldEveryIndexOnceAndPlaceItAnywhere() {
        int[] counts = new int[5];
        for (int seed = 0; seed < 5000; seed++) {
            int[] order = Seed.of(seed).permutation(5);
            assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(new int[] {0, 1, 2, 3, 4});
            counts[order[0]]++;
        }

        // 1000 each, with deviation √(5000·0.2·0.8) = 28; five of them.
        assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 1000) < 142);
    }

    @Test
    void tensorsFollowTheirDistributions() {
        try (Scope scope = Scope.open()) {
            double[] normal = doubles(Seed.of(3).normal(2, 40_000));
            double[] uniform = doubles(Seed.of(3).uniform(-1, 3, 40_000));

            // Deviations of the means: 2/√n = 0.01 and (4/√12)/√n = 0.006; five of them.
            assertThat(Arrays.stream(normal).average().orElseThrow()).isBetween(-0.05, 0.05);
            assertThat(Arrays.stream(normal).map(x -> x * x).average().orElseThrow())
                    .isBetween(3.85, 4.15);
            assertThat(Arrays.stream(uniform).average().orElseThrow()).isBetween(0.97, 1.03);
            assertThat(Arrays.stream(uniform)).allMatch(x -> x >= -1 && x < 3);
        }
    }

    private static double[] doubles(Tensor tensor) {
        float[] values = tensor.toFloats();
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
