package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.data.Blobs;
import lethe.engine.Scope;
import lethe.engine.Seed;
import org.junit.jupiter.api.Test;

class ApproximateEmbeddingTest {
    private static final int WIDTH = 32;
    private static final ApproximateEmbedding APPROXIMATE = new ApproximateEmbedding();

    /** Points about centres, as many about each, near enough that most pairs of one have a cosine above 0.9. */
    private static Vectors clusters(int centres, int each) {
        RandomGenerator random = Seed.of(5).random();
        float[] values = new float[centres * each * WIDTH];
        for (int c = 0; c < centres; c++) {
            double[] centre = random.doubles(WIDTH, -1, 1).toArray();
            for (int i = 0; i < each; i++) {
                for (int d = 0; d < WIDTH; d++) {
                    values[((i * centres) + c) * WIDTH + d] = (float) (centre[d] + 0.15 * random.nextGaussian());
                }
            }
        }
        return new Vectors(values, WIDTH).centred().normalised();
    }

    private static Set<List<Integer>> pairs(List<Match> matches) {
        return matches.stream()
                .map(match -> List.of(match.row(), match.target()))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void nearlyAllPairsAreFoundAndScoredAsByComparingAll() {
        Vectors unit = clusters(200, 20);
        int[] asked = IntStream.range(0, 1000).toArray();

        List<Match> near = APPROXIMATE.pairs(unit, asked, 0.9, score -> "");
        List<Match> all;
        try (Scope scope = Scope.open()) {
            all = Vectors.pairs(List.of(unit), asked, 0.9, score -> "");
        }

        Set<List<Integer>> wanted = pairs(all);
        Set<List<Integer>> found = pairs(near);
        assertThat(wanted).hasSizeGreaterThan(5000);
        long again = found.stream().filter(wanted::contains).count();
        assertThat(again / (double) wanted.size()).isGreaterThanOrEqualTo(0.95);
        assertThat(found.size() - again).isLessThanOrEqualTo(2); // at the threshold both round differently
        Match one = near.get(0);
        assertThat(all.stream()
                        .filter(match -> match.row() == one.row() && match.target() == one.target())
                        .findFirst()
                        .orElseThrow()
                        .score())
                .isEqualTo(one.score(), within(1e-5));
    }

    @Test
    void theSameDataGivesTheSameResult() {
        Vectors unit = clusters(50, 12);
        int[] asked = IntStream.range(0, 150).toArray();

        assertThat(APPROXIMATE.pairs(unit, asked, 0.5, score -> ""))
                .isEqualTo(APPROXIMATE.pairs(unit, asked, 0.5, score -> ""));
    }

    @Test
    void noMoreNeighboursAreFoundThanAskedFor() {
        Vectors unit = clusters(1, 40);

        List<Match> found = new ApproximateEmbedding(0.5, 3)
                .pairs(unit, IntStream.range(0, 20).toArray(), -1, score -> "");

        assertThat(found).hasSize(20 * 3);
        assertThat(APPROXIMATE.pairs(unit, new int[0], 0.5, score -> "")).isEmpty();
    }

    @Test
    void inputsAreComparedWithoutAModel() {
        var train = new Blobs(60, 4, 1, 8, 1);
        int[] asked = {0, 1, 2, 3, 4, 5, 6, 7};
        try (Scope scope = Scope.open()) {
            assertThat(pairs(APPROXIMATE.matches(train, asked, Optional.empty(), 0.3)))
                    .isEqualTo(pairs(new EmbeddingSimilarity().matches(train, asked, Optional.empty(), 0.3)));
        }
    }
}
