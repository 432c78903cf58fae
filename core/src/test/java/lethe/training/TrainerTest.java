package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import lethe.data.Blobs;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;
import lethe.engine.AdamW;
import lethe.engine.Engine;
import lethe.engine.Optimizer;
import lethe.engine.Precision;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet9;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits are compared, so everything runs on one engine thread. */
class TrainerTest {
    /** Two epochs of four steps, batch normalisation and momentum included. */
    private static final Recipe RECIPE =
            new Recipe(2, 8, 0.05, 0.9, true, 5e-4, new Triangle(), 0.1, Precision.FP32, TrainerTest::jitter);

    private static final Architecture NETWORK = new ResNet9(2);
    private static final Dataset DATA = new Blobs(32, 4, 3, 16, 5);

    @TempDir
    private Path folder;

    private static Tensor jitter(Tensor inputs, Seed seed) {
        return inputs.add(seed.normal(0.1, inputs.shape()));
    }

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theSameSeedGivesTheSameBits(Precision precision) {
        Recipe recipe = new Recipe(2, 8, 0.05, 0.9, true, 5e-4, new Triangle(), 0.1, precision, TrainerTest::jitter);

        assertThat(bits(new Trainer(recipe).fit(NETWORK, DATA, Seed.of(1))))
                .isEqualTo(bits(new Trainer(recipe).fit(NETWORK, DATA, Seed.of(1))));
    }

    @Test
    void anotherSeedGivesOtherWeights() {
        assertThat(bits(new Trainer(RECIPE).fit(NETWORK, DATA, Seed.of(1))))
                .isNotEqualTo(bits(new Trainer(RECIPE).fit(NETWORK, DATA, Seed.of(2))));
    }

    @Test
    void aLastBatchOfTwoIsToldFromOthersWhereBatchesAreNormalised() {
        try (Model normalised = NETWORK.create(DATA.shape(), 4, Seed.of(1));
                Model plain = new Mlp(List.of(4)).create(DATA.shape(), 4, Seed.of(1))) {
            assertThat(Descent.normalisesFew(normalised, passes(10))).isTrue(); // 10, 10, 10, 2
            assertThat(Descent.normalisesFew(normalised, passes(8))).isFalse();
            assertThat(Descent.normalisesFew(normalised, passes(2))).isFalse(); // all alike
            assertThat(Descent.normalisesFew(normalised, passes(31))).isFalse(); // 32: one left over joins the others
            assertThat(Descent.normalisesFew(plain, passes(10))).isFalse();
        }
    }

    private static List<Pass> passes(int batch) {
        Batches batches = Batches.shuffled(batch, Seed.of(1), Source.plain(DATA));
        return List.of(new Pass(batches, ignored -> {
            throw new AssertionError("No loss is asked for");
        }));
    }

    @Test
    void separableClassesAreLearned() {
        Recipe recipe = new Recipe(15, 8, 0.1, 0.9, false, 0, new Triangle(), 0, Precision.FP32, new NoAugmentation());

        try (Model model = new Trainer(recipe).fit(NETWORK, DATA, Seed.of(1))) {
            assertThat(Evaluation.accuracy(model, DATA)).isEqualTo(1);
            assertThat(model.isTraining()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 7, 8})
    void aTrainingStoppedAfterAnyStepGoesOnWithTheSameBits(int steps) {
        var checkpoints = new Checkpoints(folder, Duration.ofDays(1));

        assertThatThrownBy(() -> new Trainer(RECIPE)
                        .fit(
                                NETWORK,
                                DATA,
                                Trial.seeded(1).resumable(checkpoints).stoppable(afterCalls(steps))))
                .isInstanceOf(StoppedException.class);
        AtomicInteger taken = new AtomicInteger();
        Trial rest = Trial.seeded(1)
                .resumable(new Checkpoints(folder, Duration.ofDays(1)))
                .stoppable(() -> taken.incrementAndGet() < 0);
        Model resumed = new Trainer(RECIPE).fit(NETWORK, DATA, rest);

        assertThat(bits(resumed)).isEqualTo(bits(new Trainer(RECIPE).fit(NETWORK, DATA, Seed.of(1))));
        assertThat(taken).hasValue(8 - steps);
    }

    @Test
    void everyStageOfAnExecutionGoesOnWhereItWas() {
        List<float[]> undisturbed = twoStages(Trial.seeded(1));

        // Stage 0 has four steps and is stored at the third and at its end; the others reach 2, 5 and 8 of the eight of
        // stage 1.
        int stops = 0;
        List<float[]> resumed = List.of();
        while (resumed.isEmpty()) {
            try {
                resumed = twoStages(Trial.seeded(1)
                        .resumable(new Checkpoints(folder, Duration.ofDays(1)))
                        .stoppable(afterCalls(3)));
            } catch (StoppedException e) {
                stops++;
            }
        }

        assertThat(stops).isEqualTo(4);
        assertThat(resumed).usingRecursiveComparison().isEqualTo(undisturbed);
    }

    @Test
    void checkpointsAreWrittenWhenDueAndClearedOnRequest() {
        var checkpoints = new Checkpoints(folder.resolve("state"), Duration.ZERO);

        new Trainer(RECIPE)
                .fit(NETWORK, DATA, Trial.seeded(1).resumable(checkpoints))
                .close();

        Path file = folder.resolve("state/stage-0.safetensors");
        assertThat(Safetensors.metadata(file)).containsEntry("step", "8");
        checkpoints.clear();
        assertThat(file).doesNotExist();
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void aCheckpointOfAnotherNetworkIsRefused() {
        new Trainer(RECIPE)
                .fit(NETWORK, DATA, Trial.seeded(1).resumable(new Checkpoints(folder, Duration.ZERO)))
                .close();

        assertThatThrownBy(() -> new Trainer(RECIPE)
                        .fit(new Mlp(), DATA, Trial.seeded(1).resumable(new Checkpoints(folder, Duration.ZERO))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to another execution");
    }

    @Test
    void aStopWithoutACheckpointEndsToo() {
        assertThatThrownBy(() ->
                        new Trainer(RECIPE).fit(NETWORK, DATA, Trial.seeded(1).stoppable(() -> true)))
                .isInstanceOf(StoppedException.class)
                .hasMessageContaining("run the same command again");
    }

    @Test
    void aLossThatIsNotFiniteEndsTheTraining() {
        Recipe recipe =
                new Recipe(50, 8, 1e20, 0.9, true, 0, Schedule.constant(), 0, Precision.FP32, new NoAugmentation());

        assertThatThrownBy(() -> new Trainer(recipe).fit(new Mlp(), DATA, Seed.of(1)))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("lower the learning rate");
    }

    @Test
    void stoppingAfterAnEpochIsAskedInEvaluationMode() {
        try (Model model = NETWORK.create(DATA.shape(), 4, Seed.of(1));
                Sgd optimizer = new Sgd(model.weights(), 0, false, 0)) {
            AtomicInteger asked = new AtomicInteger();

            new Descent(model, optimizer, 0.01, Schedule.constant(), Trial.seeded(1))
                    .run(5, epoch -> List.of(pass(model, epoch)), epoch -> {
                        assertThat(model.isTraining()).isFalse();
                        asked.incrementAndGet();
                        return epoch == 2;
                    });

            assertThat(asked).hasValue(3);
        }
    }

    /** Four steps of one optimizer, then eight of another. */
    private static List<float[]> twoStages(Trial trial) {
        try (Model model = NETWORK.create(DATA.shape(), 4, Seed.of(1));
                Optimizer first = new Sgd(model.weights(), 0.9, false, 0);
                Optimizer second = new AdamW(model.weights(), 1e-2)) {
            new Descent(model, first, 0.05, Schedule.constant(), trial).run(1, epoch -> List.of(pass(model, epoch)));
            new Descent(model, second, 1e-3, Schedule.constant(), trial)
                    .run(1, epoch -> List.of(pass(model, 10), pass(model, 11)));
            return List.of(
                    model.weights().values().toFloats(),
                    model.weights().statistics().toFloats());
        }
    }

    private static Pass pass(Model model, int epoch) {
        return new Pass(
                Batches.shuffled(8, Seed.of(epoch), Source.plain(DATA)),
                batch -> model.logits(batch.inputs()).crossEntropy(batch.labels()));
    }

    /** Asks to stop at the {@code calls}-th question. */
    private static BooleanSupplier afterCalls(int calls) {
        AtomicInteger asked = new AtomicInteger();
        return () -> asked.incrementAndGet() >= calls;
    }

    private static int[] bits(Model model) {
        try (model;
                Scope scope = Scope.open()) {
            float[] values = model.weights().values().toFloats();
            float[] statistics = model.weights().statistics().toFloats();
            return IntStream.range(0, values.length + statistics.length)
                    .map(i -> Float.floatToRawIntBits(i < values.length ? values[i] : statistics[i - values.length]))
                    .toArray();
        }
    }
}
