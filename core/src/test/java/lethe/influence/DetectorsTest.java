package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import lethe.data.AugmentedCopies;
import lethe.data.Blobs;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.data.ImageEdit;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.metrics.Retrieval;
import lethe.models.AllCnn;
import lethe.models.Architecture;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.models.ResNet9;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("NullAway.Init")
class DetectorsTest {
    private static Dataset train;

    @BeforeAll
    static void load() {
        var source = new AugmentedCopies(
                new Glyphs(400, 20, 0, 0.05),
                20,
                List.of(5),
                List.of(ImageEdit.EXACT, ImageEdit.SHIFT, ImageEdit.MIRROR, ImageEdit.LIGHT, ImageEdit.NOISE),
                0,
                2,
                false);
        train = source.load(Seed.of(3)).train();
    }

    private static Map<String, Retrieval> grades(SimilarityDetector detector) {
        return DetectorGrades.of(detector, train, Optional.empty()).retrieval();
    }

    private static Retrieval grade(Map<String, Retrieval> grades, String kind) {
        return Objects.requireNonNull(grades.get(kind), kind);
    }

    @Test
    void theOracleFindsEverything() {
        assertThat(grades(new KnownTruth()).values()).allMatch(new Retrieval(1, 1, 1)::equals);
    }

    @Test
    void digestsFindExactCopiesAndNoOthers() {
        Map<String, Retrieval> grades = grades(new ExactDuplicates());

        assertThat(grades.keySet()).containsExactly("all", "exact", "light", "mirror", "noise", "shift");
        assertThat(grade(grades, "exact")).isEqualTo(new Retrieval(1, 1, 1));
        assertThat(grade(grades, "noise")).isEqualTo(new Retrieval(1, 0, 0));
        assertThat(grade(grades, "all")).isEqualTo(new Retrieval(1, 0.2, 0.2));
    }

    @Test
    void hashesSeeThroughEditsThatLeaveThePicture() {
        Map<String, Retrieval> grades = grades(new PerceptualHash());

        assertThat(grade(grades, "exact").recall()).isEqualTo(1);
        assertThat(grade(grades, "light").recall()).isGreaterThan(0.9);
        assertThat(grade(grades, "mirror").recall()).isGreaterThan(0.9);
        assertThat(grade(grades, "all").precision()).isGreaterThan(0.95);
    }

    /** The last layer of a linear model gets the inputs, moved and scaled, which cosines about the mean do not see. */
    @Test
    void aLinearModelFindsExamplesAsAlikeAsTheirInputsAre() {
        int[] rows = {0, 1, 2, 3, 4, 5, 6};
        Dataset some = train.select(rows);
        try (Scope scope = Scope.open();
                Model linear = new Mlp(List.of()).create(some.shape(), some.outputs(), Seed.of(1))) {
            float[] cosines = EmbeddingSimilarity.cosines(some, linear);

            Vectors inputs = Vectors.inputs(some).centred().normalised();
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < rows.length; j++) {
                    assertThat((double) cosines[i * rows.length + j]).isCloseTo(inputs.product(i, j), within(1e-5));
                }
            }
        }
    }

    @Test
    void inputsThatMoveAreNoLongerTheSameInputs() {
        Map<String, Retrieval> grades = grades(new EmbeddingSimilarity(0.95));

        assertThat(grade(grades, "exact").recall()).isEqualTo(1);
        assertThat(grade(grades, "light").averagePrecision())
                .isGreaterThan(grade(grades, "shift").averagePrecision());
        assertThat(grade(grades, "exact").averagePrecision())
                .isGreaterThan(grade(grades, "mirror").averagePrecision());
    }

    @Test
    void gradingNeedsATruth() {
        assertThatThrownBy(() -> DetectorGrades.of(new ExactDuplicates(), new Blobs(8, 2, 1, 4, 1), Optional.empty()))
                .hasMessageContaining("made without look-alikes");
    }

    @Test
    void aHashOfAMirroredImageIsThatOfItsMirrorImage() {
        double[][] grey = new double[16][16];
        var random = new SplittableRandom(1);
        for (double[] line : grey) {
            for (int x = 0; x < line.length; x++) {
                line[x] = random.nextDouble();
            }
        }
        double[][] brighter = new double[16][16];
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                brighter[y][x] = 0.1 + 0.8 * grey[y][x];
            }
        }

        PerceptualHash.Hash hash = PerceptualHash.Hash.of(grey, new float[0]);

        assertThat(hash.distance(PerceptualHash.Hash.of(brighter, new float[0])))
                .isZero();
        assertThat(Long.bitCount(hash.frequencies())).isEqualTo(31); // above the median of 63
    }

    @Test
    void areasAreAveragedInFractions() {
        // Three columns into two: the middle one counts half on either side.
        double[][] resized = PerceptualHash.Hash.resized(new double[][] {{1, 4, 7}}, 1, 2);

        assertThat(resized[0]).containsExactly(new double[] {(1 + 2) / 1.5, (2 + 7) / 1.5}, within(1e-12));
    }

    @Test
    void allPairsInBlocksAreThoseOfTheFormula() {
        int n = 700; // more than a block of queries
        int width = 5;
        float[] values = new float[n * width];
        var random = new SplittableRandom(4);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Vectors vectors = new Vectors(values, width).normalised();
        int[] asked = java.util.stream.IntStream.range(0, 600).toArray();

        List<Match> found = Vectors.pairs(List.of(vectors), asked, 0.8, score -> "");

        int expected = 0;
        for (int target = 0; target < 600; target++) {
            for (int row = 600; row < n; row++) {
                double cosine = 0;
                for (int d = 0; d < width; d++) {
                    cosine += vectors.values()[target * width + d] * vectors.values()[row * width + d];
                }
                expected += cosine >= 0.8 ? 1 : 0;
            }
        }
        assertThat(found).hasSize(expected).hasSizeGreaterThan(100);
        assertThat(found).allMatch(match -> match.row() >= 600 && match.target() < 600);
    }

    static List<Architecture> architectures() {
        return List.of(new Mlp(List.of(6)), new ResNet9(2), new AllCnn(4));
    }

    /** Logits are the last layer's weights times the features, so features of the same sign pattern follow from them. */
    @ParameterizedTest
    @MethodSource("architectures")
    void featuresAreWhatTheLastLayerGets(Architecture architecture) {
        Dataset images = new Glyphs(12, 1, 0, 0.1).load(Seed.of(1)).train();
        try (Scope scope = Scope.open();
                Model model = architecture.create(images.shape(), 10, Seed.of(2))) {
            Vectors.Outputs outputs = Vectors.of(model, images);
            int width = outputs.features().width();
            Tensor weight = model.named().entrySet().stream()
                    .filter(entry -> entry.getKey().endsWith("head.weight")
                            || entry.getKey().equals("classifier.weight"))
                    .findFirst()
                    .orElseThrow()
                    .getValue()
                    .reshape(10, width);
            Tensor zero = Tensor.of(new float[width]).reshape(1, width);
            Tensor features = Tensor.of(outputs.features().values()).reshape(12, width);
            // Differences between examples, so that biases and scales of heads play no part beyond a factor.
            float[] expected = features.sub(zero).matmul(weight.transpose()).toFloats();
            float[] logits = outputs.logits().values();
            double factor = (logits[10] - logits[0]) / (double) (expected[10] - expected[0]);

            for (int i = 10; i < logits.length; i++) {
                assertThat(logits[i] - logits[i % 10])
                        .isCloseTo((float) (factor * (expected[i] - expected[i % 10])), within(1e-3f));
            }
            assertThat(model.isTraining()).isFalse();
        }
    }

    @Test
    void gradientsOfTheLastLayerAreThoseOfTheEngine() {
        var images = new Blobs(12, 3, 1, 4, 5);
        try (Scope scope = Scope.open();
                Model model = new Mlp(List.of()).create(images.shape(), 3, Seed.of(2))) {
            double[][] gradients = new double[12][];
            for (int row = 0; row < 12; row++) {
                model.weights().gradient().zeroInPlace();
                model.logits(images.inputs(new int[] {row}))
                        .crossEntropy(images.labels(new int[] {row}))
                        .backward();
                float[] gradient = model.weights().gradient().toFloats();
                gradients[row] = new double[gradient.length];
                for (int i = 0; i < gradient.length; i++) {
                    gradients[row][i] = gradient[i];
                }
            }

            List<Match> found = new GradientSimilarity().matches(images, new int[] {0, 1}, Optional.of(model), 1e-6);

            assertThat(found).isNotEmpty();
            for (Match match : found) {
                assertThat(match.score())
                        .isEqualTo(cosine(gradients[match.row()], gradients[match.target()]), within(1e-4));
            }
        }
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return product / Math.sqrt(squaresA * squaresB);
    }

    @Test
    void gradientsNeedAModel() {
        assertThatThrownBy(() -> new GradientSimilarity().matches(train, new int[] {0}, Optional.empty()))
                .hasMessageContaining("none is there");
        assertThat(train.knownLookalikes()).isPresent();
    }
}
