package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import lethe.data.Augmentation;
import lethe.data.Batch;
import lethe.data.Blobs;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchesTest {
    /** Random noise, so that a batch made from another stream is noticed. */
    private static final Augmentation NOISE = (inputs, seed) -> inputs.add(seed.normal(1, inputs.shape()));

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyExampleIsVisitedExactlyOnce(long seed) {
        var random = new SplittableRandom(seed);
        Source[] sources = sources(random);
        int size = random.nextInt(1, 12);
        Batches batches = Batches.shuffled(size, Seed.of(seed), sources);

        List<Integer> visited = new ArrayList<>();
        for (int i = 0; i < batches.count(); i++) {
            try (Scope scope = Scope.open()) {
                Batch batch = batches.batch(i);
                assertThat(batch.size()).isEqualTo(batches.size(i));
                assertThat(batch.inputs().size(0)).isEqualTo(batch.size());
                assertThat(batch.labels().elements()).isEqualTo(batch.size());
                Arrays.stream(batch.rows()).forEach(visited::add);
            }
        }

        int all = Arrays.stream(sources).mapToInt(source -> source.data().size()).sum();
        assertThat(visited).containsExactlyInAnyOrderElementsOf(IntStream.range(0, all).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noBatchHoldsASingleExampleUnlessItMust(long seed) {
        var random = new SplittableRandom(seed);
        int size = random.nextInt(2, 12);
        Batches batches = Batches.shuffled(size, Seed.of(seed), sources(random));

        for (int i = 0; i < batches.count(); i++) {
            assertThat(batches.size(i)).isBetween(batches.count() == 1 ? 1 : 2, size + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBatchDoesNotDependOnThoseAskedForBefore(long seed) {
        var random = new SplittableRandom(seed);
        Source[] sources = sources(random);
        int size = random.nextInt(2, 12);
        Batches all = Batches.shuffled(size, Seed.of(seed), sources);
        int last = all.count() - 1;

        try (Scope scope = Scope.open()) {
            IntStream.range(0, last).forEach(all::batch);
            Batch visited = all.batch(last);
            Batch asked = Batches.shuffled(size, Seed.of(seed), sources).batch(last);

            assertThat(asked.rows()).isEqualTo(visited.rows());
            assertThat(asked.inputs().toFloats()).isEqualTo(visited.inputs().toFloats());
            assertThat(asked.labels().toLongs()).isEqualTo(visited.labels().toLongs());
        }
    }

    @Test
    void aSingleLeftOverExampleJoinsTheBatchBefore() {
        Batches batches = Batches.shuffled(4, Seed.of(0), Source.plain(new Blobs(9, 3, 1, 2, 0)));

        assertThat(IntStream.range(0, batches.count()).map(batches::size)).containsExactly(4, 5);
    }

    @Test
    void fewLeftOverExamplesFormASmallerBatch() {
        Batches batches = Batches.shuffled(4, Seed.of(0), Source.plain(new Blobs(10, 3, 1, 2, 0)));

        assertThat(IntStream.range(0, batches.count()).map(batches::size)).containsExactly(4, 4, 2);
    }

    @Test
    void everySourceKeepsItsOwnAugmentationAndLabels() {
        var first = new Blobs(5, 5, 1, 2, 1);
        var second = new Blobs(7, 5, 1, 2, 2);
        Batches batches = Batches.shuffled(
                100,
                Seed.of(3),
                Source.plain(first),
                new Source(second, (inputs, seed) -> inputs.add(10)));

        try (Scope scope = Scope.open()) {
            Batch batch = batches.batch(0);
            for (int i = 0; i < batch.size(); i++) {
                int row = batch.rows()[i];
                Tensor expected = row < 5
                        ? first.inputs(new int[] {row})
                        : second.inputs(new int[] {row - 5}).add(10);
                assertThat(batch.inputs().narrow(0, i, 1).toFloats()).isEqualTo(expected.toFloats());
                assertThat(batch.labels().toInts()[i]).isEqualTo(row < 5 ? first.label(row) : second.label(row - 5));
            }
        }
    }

    @Test
    void anotherSeedShufflesAnotherWay() {
        Source source = Source.plain(new Blobs(50, 5, 1, 2, 1));

        try (Scope scope = Scope.open()) {
            assertThat(Batches.shuffled(50, Seed.of(1), source).batch(0).rows())
                    .isNotEqualTo(Batches.shuffled(50, Seed.of(2), source).batch(0).rows());
        }
    }

    private static Source[] sources(SplittableRandom random) {
        return IntStream.range(0, random.nextInt(1, 4))
                .mapToObj(i -> new Source(new Blobs(random.nextInt(1, 30), 3, 1, 2, i), NOISE))
                .toArray(Source[]::new);
    }
}
