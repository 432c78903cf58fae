package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Ensemble;
import lethe.training.Snapshots;
import lethe.training.Trainer;
import lethe.training.Trial;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits are compared, so everything runs on one engine thread. */
@SuppressWarnings("NullAway.Init")
class SisaTest {
    private static final Ensemble ENSEMBLE = new Ensemble(new Mlp(List.of(6)), 3, 3, Ensemble.Aggregate.VOTE);
    private static final Seed SEED = Seed.of(5);

    private final Blobs train = Blobs.of(90, Seed.of(1), 1, 4, 4);

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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theResultIsTheEnsembleThatNeverSawWhatItForgot(long seed) throws IOException {
        Split split = forgetting(Arrays.copyOf(Seed.of(seed).permutation(90), (int) seed));
        Model original = fit(train, Trial.of(SEED).keeping(new Snapshots(folder)));
        Model scratch = fit(split.retain(), Trial.of(SEED));

        Model fromTheBeginning = unlearn(original, split);
        Model fromSlices = unlearn(original, split, new Snapshots(folder).readOnly());

        assertSame(fromTheBeginning, scratch);
        assertSame(fromSlices, scratch);
        assertThat(scratch.weights().equalTo(original.weights())).isFalse();
        assertThat(files(folder)).hasSize(9);
    }

    @Test
    void membersWithBatchNormalisationAreForgottenExactlyToo() {
        Toy toy = Toy.ensemble();
        Split one = Split.ofRows(toy.train, toy.split.test(), new int[] {7});

        Model unlearned = new Sisa().unlearn(toy.original, one, toy.trial(3));

        assertSame(unlearned, new Trainer(Toy.RECIPE).fit(toy.original.architecture(), one.retain(), SEED));
    }

    @Test
    void noForgottenExampleIsRead() {
        Split split = forgetting(3, 14, 15);
        Model original = fit(train, Trial.of(SEED).keeping(new Snapshots(folder)));

        for (Snapshots snapshots : List.of(new Snapshots(folder.resolve("none")), new Snapshots(folder))) {
            train.rowsRead().clear();
            unlearn(original, split, snapshots);

            assertThat(train.rowsRead()).isNotEmpty().doesNotContain(3, 14, 15);
        }
    }

    @Test
    void aMemberThatNeverSawTheExampleKeepsItsBits() {
        Model original = fit(train, Trial.of(SEED));

        Model unlearned = unlearn(original, forgetting(40));

        assertThat(IntStream.range(0, 3)
                        .filter(shard -> Arrays.equals(member(unlearned, shard), member(original, shard))))
                .hasSize(2);
    }

    @Test
    void onlySlicesFromTheFirstForgottenExampleOnAreTrained() {
        Model original = fit(train, Trial.of(SEED).keeping(new Snapshots(folder)));

        List<Integer> trained = IntStream.range(0, 90)
                .mapToObj(row -> {
                    SliceCounter counter = new SliceCounter();
                    new Sisa()
                            .unlearn(
                                    original,
                                    forgetting(row),
                                    trial().keeping(new Snapshots(folder).readOnly())
                                            .telling(counter))
                            .close();
                    return counter.trained();
                })
                .toList();

        // Of 90 examples a third lies in each slice; from the first on 3 are trained, from the second 2, from the third
        // 1.
        for (int slices = 1; slices <= 3; slices++) {
            int count = slices;
            assertThat(trained.stream().filter(it -> it == count)).hasSizeBetween(15, 45);
        }
    }

    @Test
    void deletionsOneAfterAnotherAreOneDeletionOfAll() throws IOException {
        int[] first = {40, 7, 71};
        Split second = Split.ofRows(forgetting(first).retain(), train, new int[] {3, 30});
        Model scratch = fit(second.retain(), Trial.of(SEED));

        for (boolean kept : new boolean[] {true, false}) {
            Snapshots snapshots = new Snapshots(folder.resolve("kept"));
            Model original = fit(train, kept ? Trial.of(SEED).keeping(snapshots) : Trial.of(SEED));
            Trial trial = kept ? trial().keeping(snapshots) : trial();

            Model once = new Sisa().unlearn(original, forgetting(first), trial);
            Model twice = new Sisa().unlearn(once, second, trial);

            assertSame(twice, scratch);
        }
        fit(second.retain(), Trial.of(SEED).keeping(new Snapshots(folder.resolve("scratch"))));
        // Nothing that learned from a forgotten example survives.
        assertThat(files(folder.resolve("kept"))).isEqualTo(files(folder.resolve("scratch")));
    }

    @Test
    void aMemberThatWasChangedIsTrainedAnew() {
        Split split = forgetting(40);
        Model tampered = fit(train, Trial.of(SEED));
        try (NoGrad guard = NoGrad.enter()) {
            tampered.weights().values().addInPlace(Tensor.of(1e-3f));
        }

        assertSame(unlearn(tampered, split), fit(split.retain(), Trial.of(SEED)));
    }

    @Test
    void theOrderOfTheDataDoesNotMatter() {
        int[] shuffled = Seed.of(3).permutation(90);

        assertSame(fit(train.select(shuffled), Trial.of(SEED)), fit(train, Trial.of(SEED)));
    }

    @Test
    void aDamagedSnapshotIsAnErrorThatSaysWhatToDo() throws IOException {
        Split split = forgetting(IntStream.range(0, 6).toArray());
        Model original = fit(train, Trial.of(SEED).keeping(new Snapshots(folder)));
        for (String name : files(folder)) {
            byte[] bytes = Files.readAllBytes(folder.resolve(name));
            bytes[bytes.length - 1] ^= 1;
            Files.write(folder.resolve(name), bytes);
        }

        assertThatThrownBy(() -> unlearn(original, split, new Snapshots(folder)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("delete it");

        for (String name : files(folder)) {
            Files.delete(folder.resolve(name));
        }
        assertSame(unlearn(original, split, new Snapshots(folder)), fit(split.retain(), Trial.of(SEED)));
    }

    @Test
    void otherModelsAreRefusedBeforeAnythingIsTrained() {
        assertThatThrownBy(() -> new Sisa().requireSuitable(new ResNet9(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ResNet9[width=2]")
                .hasMessageContaining("{name: ensemble, member: …}");
    }

    private Split forgetting(int... rows) {
        return Split.ofRows(train, train, rows);
    }

    private static Trial trial() {
        return Trial.seeded(99).trainedBy(Toy.RECIPE);
    }

    private static Model fit(Dataset data, Trial trial) {
        return new Trainer(Toy.RECIPE).fit(ENSEMBLE, data, trial);
    }

    private static Model unlearn(Model original, Split split) {
        return new Sisa().unlearn(original, split, trial());
    }

    private static Model unlearn(Model original, Split split, Snapshots snapshots) {
        return new Sisa().unlearn(original, split, trial().keeping(snapshots));
    }

    private static void assertSame(Model actual, Model expected) {
        assertThat(actual.weights().equalTo(expected.weights())).isTrue();
    }

    /** The weights of one member, a third of all. */
    private static float[] member(Model model, int shard) {
        float[] all = Toy.weights(model);
        int size = all.length / 3;
        return Arrays.copyOfRange(all, shard * size, (shard + 1) * size);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
