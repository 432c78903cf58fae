package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import lethe.data.Blobs;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.models.ResNet9;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits are compared, so everything runs on one engine thread. */
@SuppressWarnings("NullAway.Init")
class EnsembleTest {
    private static final Dataset DATA = new Blobs(48, 4, 3, 16, 5);
    private static final Ensemble ENSEMBLE = new Ensemble(new ResNet9(2), 2, 2, Ensemble.Aggregate.VOTE);
    private static final Recipe RECIPE =
            new Recipe(3, 8, 0.05, 0.9, true, 5e-4, new Triangle(), 0, Precision.FP32, new NoAugmentation());

    @TempDir
    private Path folder;

    private Scope scope;

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void theMeanIsThatOfTheSoftmax() {
        // softmax (1/4, 3/4) and (1/2, 1/2)
        List<Tensor> logits = List.of(row(0, (float) Math.log(3)), row(0, 0));

        assertThat(Ensemble.mean(logits).softmax().toFloats())
                .containsExactly(new float[] {3 / 8f, 5 / 8f}, within(1e-6f));
    }

    @Test
    void everyMemberHasAVoteAndTheMeanDividesOneMore() {
        // Votes (2, 1), of which the last is a tie and goes to the lower class; means (1/4 + 3/4 + 1/2) / 3 each.
        List<Tensor> logits = List.of(row(0, (float) Math.log(3)), row((float) Math.log(3), 0), row(0, 0));

        assertThat(Ensemble.vote(logits).softmax().toFloats())
                .containsExactly(new float[] {2.5f / 4, 1.5f / 4}, within(1e-6f));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theMajorityWinsHoweverSureTheOthersAre(long seed) {
        // Two members prefer class 1 a little, the third is as sure of another as its seed makes it.
        List<Tensor> logits =
                List.of(row(0, 0.1f, 0), row(0, 0.1f, 0), Seed.of(seed).normal(50, 1, 3));

        Tensor joint = Ensemble.vote(logits);

        assertThat(joint.argmax().toLongs()).containsExactly(1);
        assertThat(joint.isFinite()).isTrue();
        assertThat(joint.softmax().sum().item()).isEqualTo(1, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(Ensemble.Aggregate.class)
    void gradientsReachTheInputs(Ensemble.Aggregate aggregate) {
        try (Model model = new Ensemble(new Mlp(List.of()), 3, 1, aggregate).create(new long[] {2}, 3, Seed.of(1))) {
            Tensor inputs = Tensor.of(0.2f, 0.9f).reshape(1, 2).asVariable();

            float[] gradient = model.logits(inputs)
                    .crossEntropySum(Tensor.of(0L))
                    .gradientOf(inputs)
                    .toFloats();

            assertThat(gradient).doesNotContain(0f).hasSize(2);
        }
    }

    @Test
    void slicesShareTheEpochsOfTheRecipe() {
        // Four slices of 5 epochs pass over 1/4 + 2/4 + 3/4 + 4/4 of the shard: 12.5 passes for 12.
        assertThat(new Ensemble().epochsPerSlice(RECIPE.lasting(12))).isEqualTo(5);
        assertThat(new Ensemble(new Mlp(), 5, 1, Ensemble.Aggregate.MEAN).epochsPerSlice(RECIPE.lasting(12)))
                .isEqualTo(12);
        assertThat(new Ensemble(new Mlp(), 5, 9, Ensemble.Aggregate.MEAN).epochsPerSlice(RECIPE.lasting(1)))
                .isEqualTo(1);
    }

    @Test
    void everyExampleLiesInOneShardAndStaysThereWhenOthersGo() {
        Dataset many = new Blobs(600, 4, 1, 1, 5);
        int[] odd = IntStream.range(0, 300).map(i -> 2 * i + 1).toArray();

        List<Shard> all = Shard.of(new Ensemble(), RECIPE, many, Seed.of(1));
        List<Shard> half = Shard.of(new Ensemble(), RECIPE, many.select(odd), Seed.of(1));

        assertThat(all.stream()
                        .flatMapToInt(shard -> IntStream.of(shard.rowsThrough(3)))
                        .sorted())
                .containsExactly(IntStream.range(0, 600).boxed().toArray(Integer[]::new));
        for (int s = 0; s < 5; s++) {
            // 120 in a shard, standard deviation 10; five of them.
            assertThat(all.get(s).rowsThrough(3)).hasSizeBetween(70, 170);
            for (int slice = 0; slice < 4; slice++) {
                assertThat(IntStream.of(half.get(s).rowsThrough(slice))
                                .map(i -> odd[i])
                                .toArray())
                        .containsExactly(IntStream.of(all.get(s).rowsThrough(slice))
                                .filter(row -> row % 2 == 1)
                                .toArray());
            }
        }
    }

    @Test
    void shardsThatGetNothingAreRefused() {
        assertThatThrownBy(() -> new Trainer(RECIPE)
                        .fit(
                                new Ensemble(new Mlp(), 9, 1, Ensemble.Aggregate.VOTE),
                                DATA.select(new int[] {0, 1}),
                                Seed.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of the 2 examples")
                .hasMessageContaining("fewer shards");
    }

    @Test
    void anEnsembleOfEnsemblesIsRefused() {
        assertThatThrownBy(() -> new Ensemble(new Ensemble(), 2, 1, Ensemble.Aggregate.VOTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("member");
    }

    @Test
    void anotherSeedGivesOtherMembers() {
        Model first = fit(Trial.seeded(1));
        Model other = fit(Trial.seeded(2));

        assertThat(first.weights().equalTo(other.weights())).isFalse();
    }

    @Test
    void aFileHoldsAllThatUnlearningNeeds() {
        Model model = fit(Trial.seeded(1));
        ModelFile.write(model, folder.resolve("model.safetensors"));

        Model read = ModelFile.read(folder.resolve("model.safetensors"));
        Model refitted = ENSEMBLE.refit(read, RECIPE, DATA, Trial.seeded(9).telling(new NothingTrained()));

        assertThat(refitted.weights().equalTo(model.weights())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9, 14, 19})
    void aStoppedTrainingGoesOnWithTheBitsOfAnUndisturbedOne(int steps) {
        Trial resumable = Trial.seeded(1).resumable(new Checkpoints(folder, Duration.ofDays(1)));
        AtomicInteger taken = new AtomicInteger();

        assertThatThrownBy(() -> fit(resumable.stoppable(() -> taken.incrementAndGet() >= steps)))
                .isInstanceOf(StoppedException.class);
        Model resumed = fit(Trial.seeded(1).resumable(new Checkpoints(folder, Duration.ofDays(1))));

        assertThat(resumed.weights().equalTo(fit(Trial.seeded(1)).weights())).isTrue();
    }

    private static Model fit(Trial trial) {
        return new Trainer(RECIPE).fit(ENSEMBLE, DATA, trial);
    }

    private static Tensor row(float... logits) {
        return Tensor.of(logits).reshape(1, logits.length);
    }

    /** Fails if anything is trained. */
    private static final class NothingTrained implements Progress {
        @Override
        public Progress begin(String task, long units) {
            assertThat(task).isEqualTo("slice");
            return this;
        }

        @Override
        public void advance(long units) {
            throw new AssertionError("trained " + units);
        }

        @Override
        public void skip(long units) {}

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }
}
