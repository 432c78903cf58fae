package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import lethe.data.NoAugmentation;
import lethe.data.Split;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet9;
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

    final Blobs train;
    final Blobs validation;
    final Split split;
    final Model original;

    private Toy(Architecture architecture, int size, int forgotten, long... shape) {
        Engine.threads(1);
        train = Blobs.of(size, Seed.of(1), shape);
        validation = Blobs.of(size / 2, Seed.of(3), shape);
        split = Split.ofRows(
                        train,
                        Blobs.of(size / 2, Seed.of(2), shape),
                        IntStream.range(0, forgotten).map(i -> 3 * i).toArray())
                .withValidation(validation);
        original = new Trainer(RECIPE).fit(architecture, train, Seed.of(5));
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
        return Trial.seeded(seed).trainedBy(RECIPE);
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
