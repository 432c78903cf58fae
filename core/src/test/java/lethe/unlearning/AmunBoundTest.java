package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.training.Trainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AmunBoundTest {
    private Scope scope = Scope.open();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    /** Logistic regression is convex, and its smoothness and its Lipschitz constant are known. */
    @ParameterizedTest
    @MethodSource("seeds")
    void oneStepOnLogisticRegressionEndsWithinTheBound(long seed) {
        var random = Seed.of(seed).random();
        int classes = random.nextInt(2, 5);
        int size = random.nextInt(8, 24);
        Blobs train = new Blobs(size, classes, 0.05 + 0.3 * random.nextDouble(), Seed.of(seed), 1, 2, 2);
        int[] forgotten = Seed.of(seed).derive("forget").permutation(size);
        Split split = Split.ofRows(train, train, Arrays.copyOf(forgotten, random.nextInt(1, 4)));
        Trainer trainer = new Trainer(Toy.RECIPE);
        try (Model original = trainer.fit(new Mlp(List.of()), train, Seed.of(seed));
                Model retrained = trainer.fit(new Mlp(List.of()), split.retain(), Seed.of(seed + 1000));
                Model unlearned = original.copy();
                AdversarialSet set = new NearestAdversaries().search(original, split.forget())) {
            double smoothness = step(unlearned, train, set);

            AmunBound.Comparison bound = AmunBound.compare(original, unlearned, retrained, split, set);

            assertThat(bound.parameters().unlearnedToRetrained())
                    .isLessThanOrEqualTo(bound.largestDistance(smoothness) * (1 + 1e-5));
            assertThat(bound.tight()).isLessThanOrEqualTo(bound.lipschitzForm() + 1e-4);
            double lipschitz = 4 * Math.sqrt(2) * frobenius(original);
            AmunBound.of(original, split.forget(), set)
                    .examples()
                    .forEach(example -> assertThat(example.lipschitz())
                            .isLessThanOrEqualTo(lipschitz * (1 + 1e-4))
                            .isGreaterThanOrEqualTo(example.secant()));
        }
    }

    /**
     * One step of gradient descent of size 1/β on the summed loss over D ∪ D_A. In its logits the cross-entropy is ½-smooth,
     * the logits are linear in (4x − 2, 1), so β = ½ Σ ‖(4x − 2, 1)‖².
     */
    private static double step(Model model, Dataset train, AdversarialSet set) {
        model.weights().clearGradient();
        double smoothness = 0;
        for (Dataset data : List.of(train, set.asDataset())) {
            if (data.size() > 0) {
                Batch batch = data.batch(IntStream.range(0, data.size()).toArray());
                model.logits(batch.inputs()).crossEntropySum(batch.labels()).backward();
                for (float x : batch.inputs().toFloats()) {
                    smoothness += Math.pow(4 * x - 2, 2) / 2;
                }
                smoothness += data.size() / 2.0;
            }
        }
        try (NoGrad guard = NoGrad.enter()) {
            model.weights().values().addInPlace(model.weights().gradient(), -1 / smoothness);
        }
        return smoothness;
    }

    /** ‖W‖_F ≥ ‖W‖₂. */
    private static double frobenius(Model model) {
        Tensor kernel = model.named().values().stream()
                .filter(tensor -> tensor.shape().length == 2)
                .findFirst()
                .orElseThrow();
        return kernel.detach().square().sum().sqrt().item();
    }

    @Test
    void theTermsAreThoseOfTheFormula() {
        var terms = new AmunBound.Terms(5, 0.25, 2, 0.5);

        assertThat(terms.constant()).isEqualTo(5 + 0.25 - 2 - 0.5);
        assertThat(terms.tight()).isEqualTo(0.5 + 2 - 0.25);
        // L·δ ≥ ℓ_o(x', y) = 5 makes L·δ − C at least the tight form.
        assertThat(5 - terms.constant()).isEqualTo(terms.tight());
    }

    @Test
    void theSecantIsTheRiseOverTheDistance() {
        var bound = new AmunBound(
                List.of(
                        example(0.5, 0, 0.1, 2.1, 3),
                        example(0.25, 1, 0.1, 2.1, 9),
                        example(0, 0, 1, 1, 7),
                        example(1, 3, 0, 1, 1)),
                2);

        assertThat(bound.examples()).extracting(AmunBound.Example::secant).containsExactly(4.0, 8.0, 0.0, 1.0);
        assertThat(bound.examples()).extracting(AmunBound.Example::reach).containsExactly(2.0, 2.25, 0.0, 1.0);
        assertThat(bound.byRound()).containsExactlyInAnyOrderEntriesOf(java.util.Map.of(0, 2, 1, 1, 3, 1));
        assertThat(bound.shareAtZero()).isEqualTo(0.25);
        // Sorted 0, ¼, ½, 1: the median lies between the inner two, the 95th percentile at position 2.85.
        assertThat(bound.distances().mean()).isEqualTo(0.4375);
        assertThat(bound.distances().median()).isEqualTo(0.375);
        assertThat(bound.distances().p95()).isEqualTo(0.5 + 0.85 * 0.5, within(1e-12));
        assertThat(bound.distances().max()).isEqualTo(1);
        assertThat(bound.radii().max()).isEqualTo(0.32);
    }

    private static AmunBound.Example example(
            double distance, int rounds, double loss, double adversarialLoss, double steepest) {
        return new AmunBound.Example(
                new ExampleId("x"), distance, 0.04 * Math.pow(2, rounds), rounds, loss, adversarialLoss, steepest);
    }

    @Test
    void distancesToOneselfAreZeroAndStatisticsAreApart() {
        Toy toy = Toy.residual();
        try (AdversarialSet set = new NearestAdversaries().search(toy.original, toy.split.forget());
                Model moved = toy.original.copy()) {
            try (NoGrad guard = NoGrad.enter()) {
                moved.weights().values().narrow(0, 3, 1).copyInPlace(Tensor.of(Toy.weights(toy.original)[3] + 2));
            }

            AmunBound.Comparison bound = AmunBound.compare(toy.original, moved, toy.original, toy.split, set);

            assertThat(bound.parameters().unlearnedToOriginal()).isEqualTo(2, within(1e-5));
            assertThat(bound.parameters().unlearnedToRetrained()).isEqualTo(2, within(1e-5));
            assertThat(bound.parameters().originalToRetrained()).isZero();
            assertThat(bound.statistics()).isEqualTo(new AmunBound.Distances(0, 0, 0));
        }
    }
}
