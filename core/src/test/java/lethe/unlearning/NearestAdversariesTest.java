package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.DatasetView;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.unlearning.AdversarialSet.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class NearestAdversariesTest {
    private static Toy toy;
    private static Toy linear;
    private Scope scope;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
        linear = Toy.linear();
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
    void everyAdversaryIsMisclassifiedAsItsLabelSaysAndLiesInTheCube() {
        try (AdversarialSet set = new NearestAdversaries().search(toy.original, toy.train)) {
            Dataset adversaries = set.asDataset();
            int[] predicted = Evaluation.predictions(toy.original, adversaries);
            float[] pixels = adversaries.inputs(all(adversaries)).toFloats();

            assertThat(set.count(Outcome.SUCCEEDED)).isGreaterThan(10);
            assertThat(adversaries.size()).isEqualTo(set.found());
            for (int row = 0; row < adversaries.size(); row++) {
                assertThat(adversaries.label(row)).isEqualTo(predicted[row]);
            }
            for (int row = 0; row < set.size(); row++) {
                assertThat(set.label(row) == toy.train.label(row)).isEqualTo(set.outcome(row) == Outcome.FAILED);
            }
            for (float pixel : pixels) {
                assertThat(pixel).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void theRadiusIsADoublingOfTheFirstAndBoundsTheDistance() {
        try (AdversarialSet set = new NearestAdversaries().search(toy.original, toy.train)) {
            float[] found = set.asDataset().inputs(all(set.asDataset())).toFloats();
            float[] clean = toy.train.inputs(all(toy.train)).toFloats();
            int elements = found.length / set.size();

            assertThat(set.count(Outcome.FAILED)).isZero();
            for (int row = 0; row < set.size(); row++) {
                double sum = 0;
                for (int i = row * elements; i < (row + 1) * elements; i++) {
                    sum += Math.pow(found[i] - clean[i], 2);
                }
                assertThat(set.radius(row)).isEqualTo(0.04 * Math.pow(2, set.rounds(row)));
                assertThat(set.distance(row)).isEqualTo(Math.sqrt(sum), within(1e-5));
                assertThat(set.distance(row)).isLessThanOrEqualTo(set.radius(row) * (1 + 1e-5));
                assertThat(set.steps(row)).isBetween(50 * set.rounds(row), 50 * (set.rounds(row) + 1));
            }
        }
    }

    @Test
    void anExampleThatIsWrongFromTheStartIsItsOwnAdversary() {
        int[] wrongLabels = IntStream.range(0, toy.train.size())
                .map(row -> (toy.train.label(row) + 1) % 4)
                .toArray();
        int[] predicted = Evaluation.predictions(toy.original, toy.train);

        try (AdversarialSet set =
                new NearestAdversaries().search(toy.original, new Relabelled(toy.train, wrongLabels))) {
            for (int row = 0; row < set.size(); row++) {
                if (predicted[row] != wrongLabels[row]) {
                    assertThat(set.outcome(row)).isEqualTo(Outcome.INITIALLY_WRONG);
                    assertThat(set.distance(row)).isZero();
                    assertThat(set.radius(row)).isEqualTo(0.04);
                    assertThat(set.steps(row)).isZero();
                    assertThat(set.label(row)).isEqualTo(predicted[row]);
                }
            }
            assertThat(set.count(Outcome.INITIALLY_WRONG)).isGreaterThan(20);
        }
    }

    @Test
    void onALinearModelOfTwoClassesTheDistanceIsTheMarginOverTheNormOfTheWeights() {
        // f(x) = W n(x) + b with n(x) = 4x − 2: the boundary is at distance (z_y − z_k) / (4 ‖w_y − w_k‖).
        Blobs two = new Blobs(40, 2, 0.1, Seed.of(3), 1, 5, 5);
        try (Model model =
                new lethe.training.Trainer(Toy.RECIPE).fit(new lethe.models.Mlp(List.of()), two, Seed.of(1))) {
            float[] weights = model.named().values().stream()
                    .filter(tensor -> tensor.elements() == 50)
                    .findFirst()
                    .orElseThrow()
                    .toFloats();
            double norm = Math.sqrt(IntStream.range(0, 25)
                    .mapToDouble(i -> Math.pow(weights[i] - weights[25 + i], 2))
                    .sum());
            float[] logits = Evaluation.logits(model, two);

            try (AdversarialSet set = new NearestAdversaries().search(model, two)) {
                int straight = 0;
                for (int row = 0; row < set.size(); row++) {
                    double margin = Math.abs(logits[2 * row] - logits[2 * row + 1]);
                    double closed = margin / (4 * norm);
                    float[] x = set.asDataset().inputs(new int[] {row}).toFloats();
                    boolean clamped = IntStream.range(0, 25).anyMatch(i -> x[i] == 0 || x[i] == 1);
                    assertThat(set.distance(row)).isGreaterThanOrEqualTo(closed * (1 - 1e-4));
                    if (!clamped && set.outcome(row) == Outcome.SUCCEEDED) {
                        straight++;
                        assertThat(set.distance(row)).isLessThan(closed + 0.1 * set.radius(row) + 1e-5);
                    }
                }
                assertThat(straight).isGreaterThan(20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 24})
    void theBatchDoesNotMatter(int batch) {
        Dataset some = linear.train.select(IntStream.range(0, 24).toArray());
        var search = new NearestAdversaries(0.04, 50, 0.1, true, 0, batch);

        try (AdversarialSet expected = new NearestAdversaries().search(linear.original, some);
                AdversarialSet found = search.search(linear.original, some)) {
            for (int row = 0; row < some.size(); row++) {
                assertThat(found.outcome(row)).isEqualTo(expected.outcome(row));
                assertThat(found.label(row)).isEqualTo(expected.label(row));
                assertThat(found.rounds(row)).isEqualTo(expected.rounds(row));
                assertThat(found.distance(row)).isEqualTo(expected.distance(row), within(1e-4));
            }
        }
    }

    @Test
    void fewerRoundsWouldNotHaveBeenEnough() {
        try (AdversarialSet set = new NearestAdversaries().search(linear.original, linear.train)) {
            for (int row = 0; row < set.size(); row++) {
                if (set.rounds(row) > 0) {
                    assertThat(set.distance(row)).isGreaterThan(set.radius(row) / 2);
                }
            }
        }
    }

    /** Algorithm 1 in the arithmetic of a linear model, f(x) = W (4x − 2) + b, ended after some rounds. */
    private static boolean succeeds(double[][] w, double[] b, float[] x, int label, int rounds) {
        double[] image = new double[x.length];
        Arrays.setAll(image, j -> x[j]);
        double radius = 0.04;
        for (int step = 0; ; step++) {
            double[] z = b.clone();
            for (int k = 0; k < z.length; k++) {
                for (int j = 0; j < x.length; j++) {
                    z[k] += w[k][j] * (4 * image[j] - 2);
                }
            }
            if (IntStream.range(0, z.length).anyMatch(k -> k != label && z[k] > z[label])) {
                return true;
            }
            if (step == 50 * (rounds + 1)) {
                return false;
            }
            int round = step / 50;
            radius = 0.04 * Math.pow(2, round);
            double top = Arrays.stream(z).max().orElseThrow();
            double total = Arrays.stream(z).map(v -> Math.exp(v - top)).sum();
            double[] g = new double[x.length];
            for (int k = 0; k < z.length; k++) {
                double slope = Math.exp(z[k] - top) / total - (k == label ? 1 : 0);
                for (int j = 0; j < x.length; j++) {
                    g[j] += 4 * slope * w[k][j];
                }
            }
            double[] delta = new double[x.length];
            double length = norm(g);
            double rate = radius / 10;
            Arrays.setAll(delta, j -> image[j] + rate * g[j] / length - x[j]);
            double shrink = Math.min(1, radius / norm(delta));
            Arrays.setAll(image, j -> Math.min(1, Math.max(0, x[j] + shrink * delta[j])));
        }
    }

    private static double norm(double[] v) {
        return Math.sqrt(Arrays.stream(v).map(e -> e * e).sum());
    }

    @Test
    void theRoundIsTheFirstInWhichTheAlgorithmAsWrittenSucceeds() {
        Map<Integer, float[]> bySize = new HashMap<>();
        linear.original.named().values().forEach(t -> bySize.put((int) t.elements(), t.toFloats()));
        float[] kernel = Objects.requireNonNull(bySize.get(100));
        float[] bias = Objects.requireNonNull(bySize.get(4));
        double[][] w = new double[4][25];
        double[] b = new double[4];
        for (int k = 0; k < 4; k++) {
            b[k] = bias[k];
            for (int j = 0; j < 25; j++) {
                w[k][j] = kernel[25 * k + j];
            }
        }
        int later = 0;
        try (AdversarialSet set = new NearestAdversaries().search(linear.original, linear.train)) {
            for (int row = 0; row < set.size(); row++) {
                float[] x = linear.train.inputs(new int[] {row}).toFloats();
                int label = linear.train.label(row);
                assertThat(succeeds(w, b, x, label, set.rounds(row))).isTrue();
                if (set.rounds(row) > 0) {
                    later++;
                    assertThat(succeeds(w, b, x, label, set.rounds(row) - 1)).isFalse();
                }
            }
        }
        assertThat(later).isGreaterThan(20);
    }

    @Test
    void roundingToEightBitsBreaksAdversaries() {
        try (AdversarialSet set = new NearestAdversaries().search(linear.original, linear.train)) {
            Dataset adversaries = set.asDataset();
            Tensor exact = adversaries.inputs(all(adversaries));
            float[] bytes = exact.toFloats();
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = Math.round(bytes[i] * 255) / 255f;
            }
            int[] labels = IntStream.range(0, adversaries.size())
                    .map(adversaries::label)
                    .toArray();
            int[] rounded = linear.original
                    .logits(Tensor.of(bytes).reshape(exact.shape()))
                    .argmax()
                    .toInts();

            assertThat(linear.original.logits(exact).argmax().toInts()).containsExactly(labels);
            assertThat(rounded).isNotEqualTo(labels);
        }
    }

    @Test
    void aColdStartFindsAdversariesToo() {
        var cold = new NearestAdversaries(0.04, 50, 0.1, false, 0, 16);

        try (AdversarialSet set = cold.search(linear.original, linear.train)) {
            assertThat(set.count(Outcome.FAILED)).isZero();
        }
    }

    @Test
    void aDemandedMarginIsKept() {
        var demanding = new NearestAdversaries(0.04, 50, 0.1, true, 0.05, 16);
        try (AdversarialSet set = demanding.search(linear.original, linear.train)) {
            float[] logits = Evaluation.logits(linear.original, set.asDataset());
            for (int row = 0; row < set.size(); row++) {
                if (set.outcome(row) == Outcome.SUCCEEDED) {
                    float margin = logits[4 * row + set.label(row)] - logits[4 * row + linear.train.label(row)];
                    assertThat(margin).isGreaterThanOrEqualTo(0.0499f);
                }
            }
        }
    }

    @Test
    void aModelThatNeverErrsEndsInFailureNotInAnEndlessLoop() {
        try (Model constant = linear.original.copy()) {
            // A bias of one class that no input can outweigh.
            try (NoGrad guard = NoGrad.enter()) {
                constant.weights().values().zeroInPlace();
                constant.named().values().stream()
                        .filter(tensor -> tensor.elements() == 4)
                        .forEach(bias -> bias.detach().narrow(0, 2, 1).copyInPlace(Tensor.of(100f)));
            }
            try (AdversarialSet set = new NearestAdversaries(0.04, 5, 0.1, true, 0, 8).search(constant, linear.train)) {
                assertThat(set.count(Outcome.FAILED)).isEqualTo(24);
                assertThat(set.count(Outcome.INITIALLY_WRONG)).isEqualTo(72);
                assertThat(set.asDataset().size()).isEqualTo(72);
                assertThat(set.radius(2)).isGreaterThan(5);
            }
        }
    }

    @Test
    void theDirectionIsThatOfTheCrossEntropy() {
        Tensor z = Tensor.of(1, 2, -1, 0.5f).reshape(1, 4).asVariable();
        Tensor labels = Tensor.of(2L);
        float[] expected = z.crossEntropySum(labels).gradientOf(z).toFloats();

        float[] found = NearestAdversaries.climb(
                        z, labels, Tensor.of(0, 0, -1e9f, 0).reshape(1, 4))
                .gradientOf(z)
                .toFloats();

        // CE' = σ(m) · climb', with m = log(e¹ + e² + e^½) − (−1).
        double m = Math.log(Math.E + Math.exp(2) + Math.exp(0.5)) + 1;
        for (int k = 0; k < 4; k++) {
            assertThat(found[k] / (1 + Math.exp(-m))).isEqualTo(expected[k], within(1e-6));
        }
    }

    @Test
    void theDirectionSurvivesSaturation() {
        Tensor z = Tensor.of(0f, 60f, 10f).reshape(1, 3).asVariable();

        float[] found = NearestAdversaries.climb(
                        z, Tensor.of(1L), Tensor.of(0, -1e9f, 0).reshape(1, 3))
                .gradientOf(z)
                .toFloats();

        assertThat(found[1]).isEqualTo(-1f);
        assertThat(found[2]).isEqualTo(1f, within(1e-4f));
    }

    @Test
    void inputsOutsideTheCubeAreRefused() {
        Blobs data = new Blobs(4, 2, 0.1, Seed.of(3), 1, 5, 5);
        Dataset shifted = new Shifted(data);

        assertThatThrownBy(() -> new NearestAdversaries().search(linear.original, shifted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outside [0, 1]");
    }

    @Test
    void aSetIsReadAsItWasWritten(@TempDir Path folder) {
        Path file = folder.resolve("adversaries.safetensors");
        var search = new NearestAdversaries();
        try (AdversarialSet set = search.search(toy.original, toy.split.forget())) {
            set.write(file);
            try (AdversarialSet read = AdversarialSet.read(file, search, toy.original, toy.split.forget())) {
                assertThat(read.key()).isEqualTo(set.key());
                assertThat(read.asDataset().inputs(all(read.asDataset())).toFloats())
                        .containsExactly(
                                set.asDataset().inputs(all(set.asDataset())).toFloats());
                for (int row = 0; row < set.size(); row++) {
                    assertThat(read.outcome(row)).isEqualTo(set.outcome(row));
                    assertThat(read.label(row)).isEqualTo(set.label(row));
                    assertThat(read.distance(row)).isEqualTo(set.distance(row));
                    assertThat(read.radius(row)).isEqualTo(set.radius(row));
                    assertThat(read.steps(row)).isEqualTo(set.steps(row));
                }
            }
        }
    }

    @Test
    void aSetOfAnotherModelSearchOrSelectionIsRefused(@TempDir Path folder) {
        Path file = folder.resolve("adversaries.safetensors");
        var search = new NearestAdversaries();
        var other = new NearestAdversaries(0.02, 50, 0.1, true, 0, 256);
        Dataset forget = toy.split.forget();
        try (AdversarialSet set = search.search(toy.original, forget);
                Model fresh = toy.original.fresh(Seed.of(9))) {
            set.write(file);

            assertThatThrownBy(() -> AdversarialSet.read(file, search, fresh, forget))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another model");
            assertThatThrownBy(() -> AdversarialSet.read(file, other, toy.original, forget))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> AdversarialSet.read(file, search, toy.original, forget.select(new int[] {0, 1})))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Amun()
                            .unlearn(
                                    toy.original,
                                    lethe.data.Split.ofRows(toy.train, toy.train, new int[] {1, 2}),
                                    set,
                                    toy.trial(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("12 examples");
        }
    }

    private static int[] all(Dataset data) {
        return IntStream.range(0, data.size()).toArray();
    }

    /** Another data set, its inputs moved out of the cube. */
    private static final class Shifted extends DatasetView {
        Shifted(Blobs base) {
            super(base);
        }

        @Override
        public String name() {
            return "shifted";
        }

        @Override
        public Tensor inputs(int[] rows) {
            return base.inputs(rows).add(-0.5);
        }
    }
}
