package lethe.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference was computed in 64 bits by PyTorch; {@code benchmarks/reference/resnet18.py} wrote it. */
class ModelsTest {
    private static final Path REFERENCE = Path.of("src/test/resources/reference/models/resnet18.safetensors");
    private static final long[] IMAGE = {3, 32, 32};
    /** Some eighteen layers of 32-bit arithmetic against 64 bits, on values of size 1. */
    private static final Offset<Float> ROUNDING = within(2e-5f);

    static Stream<Architecture> small() {
        return Stream.of(new Mlp(List.of(7, 5)), new AllCnn(4), new ResNet(4, false), new ResNet9(2), new Vgg());
    }

    static Stream<Architecture> convolutional() {
        return small().skip(1);
    }

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    // ---------------------------------------------------------------- size

    @Test
    void resNet18HasThePublishedNumberOfParameters() {
        assertThat(parameters(ResNet.cifar18(), 10)).isEqualTo(11_173_962);
    }

    @Test
    void resNet9HasTheParametersOfItsEightConvolutionsAndItsHead() {
        long convolutions = 3 * 32 + 32 * 64 + 64 * 64 + 64 * 64 + 64 * 128 + 128 * 256 + 256 * 256 + 256 * 256;
        long norms = 32 + 64 + 64 + 64 + 128 + 256 + 256 + 256;

        assertThat(parameters(new ResNet9(), 10)).isEqualTo(9 * convolutions + 2 * norms + 256 * 10 + 10);
    }

    @Test
    void allCnnHasTheParametersOfItsConvolutions() {
        long threeByThree = 3 * 96 + 96 * 96 + 96 * 96 + 96 * 192 + 3 * 192 * 192;
        long oneByOne = 192 * 192 + 192 * 10;

        assertThat(parameters(new AllCnn(), 10)).isEqualTo(9 * threeByThree + oneByOne + 2 * (3 * 96 + 5 * 192));
    }

    @Test
    void vgg19HasTheParametersOfItsSixteenConvolutionsAndItsHead() {
        long convolutions = 3 * 64
                + 64 * 64 // two of 64
                + 64 * 128
                + 128 * 128 // two of 128
                + 128 * 256
                + 3 * 256 * 256 // four of 256
                + 256 * 512
                + 7 * 512 * 512; // eight of 512
        long norms = 2 * 64 + 2 * 128 + 4 * 256 + 8 * 512;

        assertThat(parameters(new Vgg(), 10)).isEqualTo(9 * convolutions + 2 * norms + 512 * 10 + 10);
    }

    @Test
    void theMlpHasAWeightForEveryPairOfUnits() {
        assertThat(parameters(new Mlp(), 10)).isEqualTo(3072 * 128 + 128 + 128 * 10 + 10);
    }

    // ---------------------------------------------------------------- inputs and outputs

    @ParameterizedTest
    @MethodSource("small")
    void everyInputGivesOneLogitPerClass(Architecture architecture) {
        try (Scope scope = Scope.open();
                Model model = architecture.create(IMAGE, 7, Seed.of(1))) {
            Tensor logits = model.logits(images(3, 1));

            assertThat(logits.shape()).containsExactly(3, 7);
            assertThat(logits.isFinite()).isTrue();
        }
    }

    @Test
    void greyImagesOfOtherSizesAreTaken() {
        try (Scope scope = Scope.open();
                Model model = new ResNet9(2).create(new long[] {1, 28, 28}, 3, Seed.of(1))) {
            assertThat(model.logits(Seed.of(2).uniform(0, 1, 2, 1, 28, 28)).shape())
                    .containsExactly(2, 3);
        }
    }

    @ParameterizedTest
    @MethodSource("convolutional")
    void imagesThatWouldShrinkToNothingAreRefused(Architecture architecture) {
        assertThatThrownBy(() -> architecture.build(new long[] {3, 4, 32}, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sides of at least")
                .hasMessageContaining("[3, 4, 32]");
        assertThatThrownBy(() -> architecture.build(new long[] {600}, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images (C, H, W)");
    }

    // ---------------------------------------------------------------- against PyTorch

    @Test
    void resNet18ComputesWhatPyTorchComputes() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = reference(false)) {
            Map<String, Tensor> golden = Safetensors.read(REFERENCE);

            assertClose(model.logits(images(golden)), golden, "logits");
        }
    }

    @Test
    void halvedProjectionsHalveTheSumsOfTheThreeProjectedBlocks() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = reference(true)) {
            Map<String, Tensor> golden = Safetensors.read(REFERENCE);

            assertClose(model.logits(images(golden)), golden, "halved");
        }
    }

    @Test
    void trainingUsesAndUpdatesTheBatchStatisticsAsPyTorchDoes() {
        try (Scope scope = Scope.open();
                Model model = reference(false)) {
            Map<String, Tensor> golden = Safetensors.read(REFERENCE);
            model.training(true);
            model.weights().clearGradient();

            Tensor logits = model.logits(images(golden));
            logits.crossEntropy(Objects.requireNonNull(golden.get("labels"))).backward();

            assertClose(logits, golden, "trained/logits");
            model.named().forEach((name, tensor) -> {
                if (name.contains("running")) {
                    assertClose(tensor, golden, "trained/" + name);
                }
            });
            long offset = 0;
            for (Map.Entry<String, Tensor> entry : model.named().entrySet()) {
                long size = entry.getValue().elements();
                if (golden.containsKey("gradient/" + entry.getKey())) {
                    Tensor flat = model.weights().gradient().narrow(0, offset, size);
                    assertClose(inShape(flat, entry.getValue().shape()), golden, "gradient/" + entry.getKey());
                }
                offset += size;
            }
        }
    }

    // ---------------------------------------------------------------- modes, precision, memory

    @ParameterizedTest
    @MethodSource("convolutional")
    void companionsInTheBatchMatterOnlyWhileTraining(Architecture architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(IMAGE, 5, Seed.of(1))) {
            Tensor first = images(2, 1);
            Tensor others = Tensor.concat(List.of(first.narrow(0, 0, 1), images(1, 2)), 0);

            assertThat(logits(model, others)[0]).isCloseTo(logits(model, first)[0], within(1e-5f));
            model.training(true);
            assertThat(logits(model, others)[0]).isNotCloseTo(logits(model, first)[0], within(1e-5f));
        }
    }

    @ParameterizedTest
    @MethodSource("convolutional")
    void evaluationLeavesTheStatisticsAlone(Architecture architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(IMAGE, 5, Seed.of(1))) {
            float[] before = model.weights().statistics().toFloats();

            model.logits(images(2, 1));
            assertThat(model.weights().statistics().toFloats()).isEqualTo(before);
            model.training(true);
            model.logits(images(2, 1));
            assertThat(model.weights().statistics().toFloats()).isNotEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void bfloat16LogitsAreCloseAndOnlyForTraining(Architecture architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(IMAGE, 5, Seed.of(1))) {
            float[] evaluated = logits(model, images(32, 1));
            model.precision(Precision.BF16);
            assertThat(logits(model, images(32, 1))).isEqualTo(evaluated);

            model.training(true);
            float[] rounded = logits(model, images(32, 1));
            model.precision(Precision.FP32);
            float[] exact = logits(model, images(32, 1));

            // Eight bits of mantissa, some ten to forty roundings: a few per cent of the logits' size.
            assertThat(distance(rounded, exact) / distance(exact, new float[exact.length]))
                    .isStrictlyBetween(0.0, 0.1);
        }
    }

    @ParameterizedTest
    @MethodSource("small")
    void aCopyIsEqualAndSharesNothing(Architecture architecture) {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = architecture.create(IMAGE, 5, Seed.of(1))) {
            model.training(true);
            model.logits(images(4, 1));
            model.training(false);
            float[] before = logits(model, images(2, 2));

            try (Model copy = model.copy()) {
                assertThat(logits(copy, images(2, 2))).isEqualTo(before);
                copy.weights().values().mulInPlace(1.5);
                copy.weights().statistics().addInPlace(Tensor.ones(1));
                assertThat(logits(copy, images(2, 2))).isNotEqualTo(before);
            }
            assertThat(logits(model, images(2, 2))).isEqualTo(before);
        }
    }

    @Test
    void freshWeightsAreThoseOfTheirSeed() {
        try (Scope scope = Scope.open();
                Model model = new ResNet9(2).create(IMAGE, 5, Seed.of(1));
                Model same = model.fresh(Seed.of(1));
                Model other = model.fresh(Seed.of(2))) {
            assertThat(same.weights().equalTo(model.weights())).isTrue();
            assertThat(other.weights().equalTo(model.weights())).isFalse();
        }
    }

    @Test
    void kernelsLieChannelsLastInTheFlatVector() {
        try (Scope scope = Scope.open();
                Model model = new ResNet(4, false).create(IMAGE, 5, Seed.of(1))) {
            Tensor stem = Objects.requireNonNull(model.named().get("conv1.weight")); // (4, 3, 3, 3)

            assertThat(model.weights().values().narrow(0, 0, stem.elements()).toFloats())
                    .isEqualTo(stem.permute(0, 2, 3, 1).toFloats());
        }
    }

    // ---------------------------------------------------------------- helpers

    private static long parameters(Architecture architecture, int classes) {
        try (Model model = architecture.blank(IMAGE, classes)) {
            return model.weights().size();
        }
    }

    private static Model reference(boolean halved) {
        Model model = new ResNet(4, halved).blank(IMAGE, 10);
        model.weights()
                .load(Safetensors.read(REFERENCE).entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("weights/"))
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().substring("weights/".length()), Map.Entry::getValue)));
        return model;
    }

    private static Tensor images(Map<String, Tensor> golden) {
        return Objects.requireNonNull(golden.get("inputs")).channelsLast();
    }

    private static Tensor images(int count, long seed) {
        return Seed.of(seed).uniform(0, 1, count, 3, 32, 32).channelsLast();
    }

    private static float[] logits(Model model, Tensor images) {
        return model.logits(images).toFloats();
    }

    /** A window of the flat gradient as it is declared; kernels lie channels-last. */
    private static Tensor inShape(Tensor flat, long[] shape) {
        return shape.length == 4
                ? flat.reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
                : flat.reshape(shape);
    }

    private static void assertClose(Tensor actual, Map<String, Tensor> golden, String name) {
        float[] expected = Objects.requireNonNull(golden.get(name), name).toFloats();
        assertThat(actual.toFloats()).as(name).containsExactly(expected, ROUNDING);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }
}
