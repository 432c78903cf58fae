package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.NoAugmentation;
import lethe.data.Split;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Gpt;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Adam;
import lethe.training.Batches;
import lethe.training.Ensemble;
import lethe.training.Recipe;
import lethe.training.Schedule;
import lethe.training.Trainer;
import lethe.training.Trial;

/** Small trained models and their splits; one engine thread, so that bits can be compared. */
final class Toy {
    static final Recipe RECIPE =
            new Recipe(4, 16, 0.05, 0.9, false, 5e-4, Schedule.constant(), 0, Precision.FP32, new NoAugmentation());

    static final Recipe TEXT_RECIPE = new Recipe(
            4,
            16,
            0.01,
            0,
            false,
            0.01,
            Schedule.constant(),
            0,
            Precision.FP32,
            new NoAugmentation(),
            Optional.of(new Adam()));

    final ReadDataset train;
    final ReadDataset validation;
    final Split split;
    final Model original;
    private final Recipe recipe;

    private Toy(Architecture architecture, int size, int forgotten, long... shape) {
        this(
                architecture,
                RECIPE,
                forgotten,
                Blobs.of(size, Seed.of(1), shape),
                Blobs.of(size / 2, Seed.of(2), shape),
                Blobs.of(size / 2, Seed.of(3), shape));
    }

    private Toy(
            Architecture architecture,
            Recipe recipe,
            int forgotten,
            ReadDataset train,
            ReadDataset test,
            ReadDataset validation) {
        Engine.threads(1);
        this.recipe = recipe;
        this.train = train;
        this.validation = validation;
        split = Split.ofRows(
                        train,
                        test,
                        IntStream.range(0, forgotten).map(i -> 3 * i).toArray())
                .withValidation(validation);
        original = new Trainer(recipe).fit(architecture, train, Seed.of(5));
    }

    /** A language model. */
    static Toy language() {
        return new Toy(
                new Gpt(2, 2, 16, 64),
                TEXT_RECIPE,
                12,
                new Sentences(48, Seed.of(1)),
                new Sentences(24, Seed.of(2)),
                new Sentences(24, Seed.of(3)));
    }

    /** Without batch normalisation, 5×5 inputs of one channel. */
    static Toy perceptron() {
        return new Toy(new Mlp(List.of(16)), 96, 16, 1, 5, 5);
    }

    /** One linear layer. */
    static Toy linear() {
        return new Toy(new Mlp(List.of()), 96, 16, 1, 5, 5);
    }

    /** With batch normalisation. */
    static Toy residual() {
        return new Toy(new ResNet9(2), 48, 12, 1, 16, 16);
    }

    /** Members with batch normalisation, each trained in slices of its own shard. */
    static Toy ensemble() {
        return new Toy(new Ensemble(new ResNet9(2), 2, 2, Ensemble.Aggregate.VOTE), 48, 12, 1, 16, 16);
    }

    @Override
    public String toString() {
        return train.name();
    }

    /** Whether a method works on models like this. */
    boolean suits(UnlearningMethod method) {
        try {
            method.requireSuitable(original.architecture());
            return true;
        } catch (IllegalArgumentException unsuitable) {
            return false;
        }
    }

    Trial trial(long seed) {
        return Trial.seeded(seed).trainedBy(recipe);
    }

    /** What belongs to one parameter of a vector of length P. */
    static Tensor part(Model model, Tensor vector, String name) {
        return Objects.requireNonNull(model.weights().windows(vector).get(name), name);
    }

    /** Fails unless both methods give the same weights and statistics, and other weights than the original's. */
    void assertSameBits(UnlearningMethod one, UnlearningMethod other) {
        try (Model first = one.unlearn(original, split, trial(1));
                Model second = other.unlearn(original, split, trial(1))) {
            assertThat(weights(first)).containsExactly(weights(second));
            assertThat(statistics(first)).containsExactly(statistics(second));
            assertThat(weights(first)).isNotEqualTo(weights(original));
        }
    }

    static float[] weights(Model model) {
        try (Scope scope = Scope.open()) {
            return model.weights().values().toFloats();
        }
    }

    static float[] statistics(Model model) {
        try (Scope scope = Scope.open()) {
            return model.weights().statistics().toFloats();
        }
    }

    static Batches everything(Split split) {
        return Batches.shuffled(split.forget().size(), Seed.of(0), lethe.training.Source.plain(split.forget()));
    }
}
