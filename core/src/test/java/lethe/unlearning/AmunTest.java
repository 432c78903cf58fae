package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import lethe.catalog.Settings;
import lethe.data.Augmentation;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.training.Checkpoints;
import lethe.training.Evaluation;
import lethe.training.Recipe;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.Ablation.Attacked;
import lethe.unlearning.Ablation.Images;
import lethe.unlearning.Ablation.Labels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The options of AMUN; what it does without them is in {@link MethodsTest}. */
@SuppressWarnings("NullAway.Init")
class AmunTest {
    private static final NearestAdversaries SEARCH = new NearestAdversaries();

    private static Toy toy;
    private Scope scope;

    @BeforeAll
    static void train() {
        toy = Toy.perceptron();
    }

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    // ---------------------------------------------------------------- mask and augmentation

    @Test
    void weightsOutsideTheMaskKeepTheirBitsInSpiteOfDecayAndMomentum() {
        Amun method = amun(false, 0.4, new Ablation());
        float[] mask = SalUn.mask(toy.original, toy.split.forget(), 0.4).toFloats();
        float[] before = Toy.weights(toy.original);

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            float[] after = Toy.weights(unlearned);
            int moved = 0;
            for (int i = 0; i < mask.length; i++) {
                if (mask[i] == 0) {
                    assertThat(after[i]).isEqualTo(before[i]);
                } else if (after[i] != before[i]) {
                    moved++;
                }
            }
            assertThat(moved).isGreaterThan(mask.length / 4);
        }
    }

    @Test
    void onlyTheAdversariesAreLeftAsTheyAreAndOnlyUnlessAsked() {
        try (AdversarialSet set = SEARCH.search(toy.original, toy.split.forget())) {
            assertThat(amun(false, 1, new Ablation()).sources(toy.split, set, augmented(), 0))
                    .extracting(Source::augmentation)
                    .extracting(augmentation -> augmentation instanceof NoAugmentation)
                    .containsExactly(false, false, true);
            assertThat(amun(true, 1, new Ablation()).sources(toy.split, set, augmented(), 0))
                    .extracting(Source::augmentation)
                    .extracting(augmentation -> augmentation instanceof NoAugmentation)
                    .containsExactly(false, false, false);
        }
    }

    private static Trial augmented() {
        Augmentation flip = (inputs, seed) -> inputs;
        return Trial.seeded(1)
                .trainedBy(new Recipe(4, 16, 0.05, 0.9, false, 5e-4, Schedule.constant(), 0, Precision.FP32, flip));
    }

    @Test
    void anOptionIsASetting() {
        UnlearningMethod read = Settings.parse(
                        "method: {name: amun, saliency: 0.5, ablation: {images: forget, labels: true-label}}",
                        "test",
                        Written.class)
                .method();

        assertThat(((Amun) read).saliency()).isEqualTo(0.5);
        assertThat(((Amun) read).ablation())
                .isEqualTo(new Ablation(Images.FORGET, Labels.TRUE_LABEL, Attacked.ORIGINAL));
    }

    private record Written(UnlearningMethod method) {}

    // ---------------------------------------------------------------- ablations

    @Test
    void noiseIsAsFarAsTheAdversaryUnlessItIsCutOff() {
        Dataset forget = toy.split.forget();
        try (AdversarialSet set = SEARCH.search(toy.original, forget)) {
            Dataset noise = standIn(Images.NOISE, Labels.ADVERSARIAL, set, 0);
            float[] noised = noise.inputs(all(noise)).toFloats();
            float[] clean = forget.inputs(set.rowsFound()).toFloats();
            int elements = noised.length / noise.size();
            int uncut = 0;
            for (int i = 0; i < noise.size(); i++) {
                double distance = set.distance(set.rowsFound()[i]);
                double squares = 0;
                boolean cut = false;
                for (int j = i * elements; j < (i + 1) * elements; j++) {
                    assertThat(noised[j]).isBetween(0f, 1f);
                    squares += Math.pow(noised[j] - clean[j], 2);
                    cut |= noised[j] == 0 || noised[j] == 1;
                }
                assertThat(Math.sqrt(squares)).isLessThanOrEqualTo(distance * (1 + 1e-5) + 1e-6);
                if (!cut) {
                    uncut++;
                    assertThat(Math.sqrt(squares)).isEqualTo(distance, within(1e-5));
                }
                assertThat(noise.label(i)).isEqualTo(set.label(set.rowsFound()[i]));
            }
            assertThat(uncut).isGreaterThan(0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Images.class,
            names = {"ADVERSARIAL", "FORGET"})
    void randomLabelsAreNeitherTrueNorAdversarialAndEveryOtherIsDrawn(Images images) {
        Dataset forget = toy.split.forget();
        try (AdversarialSet set = SEARCH.search(toy.original, forget)) {
            Set<Integer> drawn = new HashSet<>();
            for (int epoch = 0; epoch < 60; epoch++) {
                Dataset learned = standIn(images, Labels.RANDOM, set, epoch);
                for (int i = 0; i < learned.size(); i++) {
                    int row = set.rowsFound()[i];
                    assertThat(learned.label(i)).isNotIn(forget.label(row), set.label(row));
                    assertThat(learned.label(i)).isBetween(0, 3);
                }
                drawn.add(learned.label(0));
            }
            // Four classes but the true and the adversarial one.
            assertThat(drawn).hasSize(2);
        }
    }

    @Test
    void forgetImagesTakeTheLabelsAsked() {
        Dataset forget = toy.split.forget();
        try (AdversarialSet set = SEARCH.search(toy.original, forget)) {
            Dataset adversarial = standIn(Images.FORGET, Labels.ADVERSARIAL, set, 0);
            Dataset truly = standIn(Images.FORGET, Labels.TRUE_LABEL, set, 0);

            assertThat(adversarial.inputs(all(adversarial)).toFloats())
                    .containsExactly(forget.inputs(set.rowsFound()).toFloats());
            for (int i = 0; i < truly.size(); i++) {
                int row = set.rowsFound()[i];
                assertThat(adversarial.label(i)).isEqualTo(set.label(row)).isNotEqualTo(forget.label(row));
                assertThat(truly.label(i)).isEqualTo(forget.label(row));
            }
        }
    }

    @Test
    void noiseAndLabelsChangeWithTheEpochAndTheSeedAlone() {
        try (AdversarialSet set = SEARCH.search(toy.original, toy.split.forget())) {
            Dataset first = standIn(Images.NOISE, Labels.RANDOM, set, 0);
            Dataset again = standIn(Images.NOISE, Labels.RANDOM, set, 0);
            Dataset later = standIn(Images.NOISE, Labels.RANDOM, set, 1);

            assertThat(again.inputs(all(again)).toFloats())
                    .containsExactly(first.inputs(all(first)).toFloats());
            assertThat(later.inputs(all(later)).toFloats())
                    .isNotEqualTo(first.inputs(all(first)).toFloats());
            assertThat(labels(again)).containsExactly(labels(first));
            assertThat(labels(later)).isNotEqualTo(labels(first));
            assertThat(first.digest(0)).isEqualTo(again.digest(0)).isNotEqualTo(later.digest(0));
        }
    }

    @Test
    void withTwoClassesNoThirdLabelIsLeft() {
        Blobs two = new Blobs(20, 2, 0.1, Seed.of(3), 1, 5, 5);
        try (Model model = new Trainer(Toy.RECIPE).fit(new Mlp(), two, Seed.of(1));
                AdversarialSet set = SEARCH.search(model, two)) {
            var ablation = new Ablation(Images.ADVERSARIAL, Labels.RANDOM, Attacked.ORIGINAL);

            assertThatThrownBy(() -> ablation.standIn(set, two, toy.trial(1), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("three classes");
        }
    }

    @Test
    void anotherModelIsTrainedLikeTheOriginalAndItsAdversariesAreLearned(@TempDir Path folder) {
        Amun method = amun(false, 1, new Ablation(Images.ADVERSARIAL, Labels.ADVERSARIAL, Attacked.ANOTHER));
        Trial trial = toy.trial(1).resumable(new Checkpoints(folder, Duration.ofHours(1)));

        try (Model unlearned = method.unlearn(toy.original, toy.split, trial);
                Model other = new Trainer(Toy.RECIPE)
                        .fit(
                                toy.original.architecture(),
                                toy.train,
                                toy.trial(1).part("another"));
                AdversarialSet set = SEARCH.search(other, toy.split.forget());
                Model expected = amun(false, 1, new Ablation()).unlearn(toy.original, toy.split, set, toy.trial(1));
                // The files of the first make the second skip training and search.
                Model resumed = method.unlearn(
                        toy.original,
                        toy.split,
                        toy.trial(1).resumable(new Checkpoints(folder, Duration.ofHours(1))))) {
            assertThat(Files.exists(folder.resolve("another.safetensors"))).isTrue();
            assertThat(Evaluation.accuracy(other, toy.train)).isGreaterThan(0.5);
            assertThat(Toy.weights(other)).isNotEqualTo(Toy.weights(toy.original));
            assertThat(Toy.weights(unlearned)).containsExactly(Toy.weights(expected));
            assertThat(Toy.weights(resumed)).containsExactly(Toy.weights(expected));
        }
    }

    @Test
    void aMethodThatTrainsAnotherModelReadsTheRetainSet() {
        var another = new Ablation(Images.ADVERSARIAL, Labels.ADVERSARIAL, Attacked.ANOTHER);
        var alone = new Amun(false, true, 1, 0.01, 16, 0.9, 0, Schedule.constant(), SEARCH, false, 1, another);

        assertThat(alone.traits().readsRetain()).isTrue();
        assertThat(alone.cost(0.1, 7)).isEqualTo(1 * (0.1 + 0.1) + 7, within(1e-12));
    }

    // ---------------------------------------------------------------- the shared search

    @Test
    void methodsThatShareSearchOnce(@TempDir Path folder) {
        Dataset forget = toy.split.forget();
        Trial first = toy.trial(1).sharing(folder);
        Trial second = toy.trial(2).sharing(folder);
        try (AdversarialSet searched = SEARCH.search(toy.original, forget, first);
                AdversarialSet found = SEARCH.search(toy.original, forget, second.part("some", 3))) {
            assertThat(first.reused()).isZero();
            assertThat(second.reused()).isEqualTo(searched.searched()).isPositive();
            assertSame(found, searched);
            assertThat(folder.toFile().list()).hasSize(1);
        }
    }

    @Test
    void whatDependsOnAnotherModelSearchOrSelectionIsNotShared(@TempDir Path folder) {
        Dataset forget = toy.split.forget().select(new int[] {0, 1, 2, 3});
        Trial trial = toy.trial(1).sharing(folder);
        try (Model fresh = toy.original.fresh(Seed.of(9))) {
            SEARCH.search(toy.original, forget, trial).close();
            SEARCH.search(fresh, forget, trial).close();
            SEARCH.search(toy.original, forget.select(new int[] {0, 1}), trial).close();
            new NearestAdversaries(0.02, 50, 0.1, true, 0, 256)
                    .search(toy.original, forget, trial)
                    .close();
        }

        assertThat(trial.reused()).isZero();
        assertThat(folder.toFile().list()).hasSize(4);
    }

    @Test
    void aDamagedOrForeignFileIsNeverUsed(@TempDir Path folder) throws IOException {
        Dataset forget = toy.split.forget();
        try (AdversarialSet expected =
                        SEARCH.search(toy.original, forget, toy.trial(1).sharing(folder));
                Model fresh = toy.original.fresh(Seed.of(9));
                AdversarialSet foreign = SEARCH.search(fresh, forget)) {
            Path file;
            try (var files = Files.list(folder)) {
                file = files.findFirst().orElseThrow();
            }
            byte[] sound = Files.readAllBytes(file);
            byte[] flipped = sound.clone();
            flipped[flipped.length - 700] ^= 1;
            for (byte[] damaged : new byte[][] {flipped, Arrays.copyOf(sound, sound.length / 2), {}}) {
                Files.write(file, damaged);
                assertSearchedAgain(forget, folder, expected);
            }
            foreign.write(file);
            assertSearchedAgain(forget, folder, expected);
        }
    }

    private static void assertSearchedAgain(Dataset forget, Path folder, AdversarialSet expected) {
        Trial trial = toy.trial(1).sharing(folder);
        try (AdversarialSet found = SEARCH.search(toy.original, forget, trial)) {
            assertThat(trial.reused()).isZero();
            assertSame(found, expected);
        }
        SEARCH.search(toy.original, forget, trial).close();
        assertThat(trial.reused()).isPositive();
    }

    private static void assertSame(AdversarialSet one, AdversarialSet other) {
        assertThat(one.key()).isEqualTo(other.key());
        assertThat(one.asDataset().inputs(all(one.asDataset())).toFloats())
                .containsExactly(
                        other.asDataset().inputs(all(other.asDataset())).toFloats());
        for (int row = 0; row < one.size(); row++) {
            assertThat(one.label(row)).isEqualTo(other.label(row));
            assertThat(one.distance(row)).isEqualTo(other.distance(row));
        }
    }

    // ---------------------------------------------------------------- measuring

    private static Dataset standIn(Images images, Labels labels, AdversarialSet set, int epoch) {
        return new Ablation(images, labels, Attacked.ORIGINAL).standIn(set, toy.split.forget(), toy.trial(1), epoch);
    }

    private static Amun amun(boolean augmentAdversaries, double saliency, Ablation ablation) {
        return new Amun(
                true,
                true,
                3,
                0.01,
                16,
                0.9,
                0.05,
                Schedule.constant(),
                SEARCH,
                augmentAdversaries,
                saliency,
                ablation);
    }

    private static int[] labels(Dataset data) {
        return Arrays.stream(all(data)).map(data::label).toArray();
    }

    private static int[] all(Dataset data) {
        return IntStream.range(0, data.size()).toArray();
    }
}
