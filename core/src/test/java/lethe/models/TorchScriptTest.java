package lethe.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.ScriptFiles;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The file and its logits were written by {@code benchmarks/reference/torchscript_model.py}. */
class TorchScriptTest {
    private static final Path REFERENCE = Path.of("src/test/resources/reference/models");
    private static final TorchScript SMALL = new TorchScript(REFERENCE.resolve("small.pt"));
    private static final long[] IMAGE = {3, 8, 8};

    @TempDir
    private Path folder;

    @BeforeAll
    static void oneThread() {
        Engine.threads(1);
    }

    @Test
    void aFileFromPythonGivesTheLogitsItGaveThere() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = SMALL.stored(IMAGE, 5)) {
            Map<String, Tensor> golden = Safetensors.read(REFERENCE.resolve("small.safetensors"));
            float[] expected = Objects.requireNonNull(golden.get("logits")).toFloats();

            assertThat(model.logits(Objects.requireNonNull(golden.get("inputs")))
                            .toFloats())
                    .containsExactly(expected, within(1e-6f));
        }
    }

    @Test
    void parametersAndFloatingBuffersAreWeights() {
        try (Scope scope = Scope.open();
                Model model = SMALL.stored(IMAGE, 5)) {
            assertThat(model.weights().size()).isEqualTo(4 * 3 * 9 + 4 + 4 + 4 + 5 * 4 + 5);
            assertThat(model.named().keySet())
                    .containsExactlyInAnyOrder(
                            "conv.weight",
                            "conv.bias",
                            "norm.weight",
                            "norm.bias",
                            "head.weight",
                            "head.bias",
                            "norm.running_mean",
                            "norm.running_var",
                            "centre");
        }
    }

    @ParameterizedTest
    @MethodSource("precisions")
    void stepsLowerTheLossAndMoveTheStatistics(Precision precision) {
        try (Scope scope = Scope.open();
                Model model = SMALL.stored(IMAGE, 5);
                Sgd optimizer = new Sgd(model.weights(), 0, false, 0)) {
            model.precision(precision);
            float[] statistics = model.weights().statistics().toFloats();

            double before = step(model, optimizer);
            double after = step(model, optimizer);

            assertThat(after).isLessThan(before);
            assertThat(model.weights().statistics().toFloats()).isNotEqualTo(statistics);
        }
    }

    static Stream<Precision> precisions() {
        return Stream.of(Precision.values());
    }

    @Test
    void trainingAgainGivesTheSameBits() {
        assertThat(afterSteps(6)).isEqualTo(afterSteps(6));
    }

    /** A just-in-time compiler that rewrote the network after some calls would be noticed. */
    @Test
    void aReloadedModelGoesOnWithTheSameBits() {
        try (Scope scope = Scope.open();
                Model model = SMALL.stored(IMAGE, 5);
                Sgd optimizer = new Sgd(model.weights(), 0, false, 0)) {
            for (int i = 0; i < 3; i++) {
                step(model, optimizer);
            }
            try (Model reloaded = model.copy();
                    Sgd other = new Sgd(reloaded.weights(), 0, false, 0)) {
                for (int i = 0; i < 3; i++) {
                    step(reloaded, other);
                }
                assertThat(reloaded.weights().values().toFloats()).isEqualTo(afterSteps(6));
            }
        }
    }

    @Test
    void aCopyIsEqualAndSharesNothing() {
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = SMALL.stored(IMAGE, 5);
                Model copy = model.copy()) {
            float[] before = model.logits(images()).toFloats();

            assertThat(copy.logits(images()).toFloats()).isEqualTo(before);
            copy.weights().values().mulInPlace(2);
            copy.training(true);
            copy.logits(images());
            copy.training(false);
            assertThat(copy.logits(images()).toFloats()).isNotEqualTo(before);
            assertThat(model.logits(images()).toFloats()).isEqualTo(before);
        }
    }

    @Test
    void aTrainedModelIsWrittenAndReadInBothForms() {
        Path script = folder.resolve("new/unlearned.pt");
        Path weights = folder.resolve("unlearned.safetensors");
        try (Scope scope = Scope.open();
                Model model = SMALL.stored(IMAGE, 5);
                Sgd optimizer = new Sgd(model.weights(), 0, false, 0)) {
            step(model, optimizer);
            float[] expected = model.logits(images()).toFloats();

            TorchScript.write(model, script);
            ModelFile.write(model, weights);

            try (Model fromScript = new TorchScript(script).stored(IMAGE, 5);
                    Model fromWeights = ModelFile.read(weights)) {
                assertThat(fromScript.logits(images()).toFloats()).isEqualTo(expected);
                assertThat(fromWeights.logits(images()).toFloats()).isEqualTo(expected);
            }
        }
        assertThat(script.toFile().length()).isLessThan(20_000);
        assertThat(folder.resolve("new")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void freshWeightsAreDrawnAsTheLayersOfPyTorchDraw() {
        try (Scope scope = Scope.open();
                Model model = SMALL.create(IMAGE, 5, Seed.of(1));
                Model same = SMALL.create(IMAGE, 5, Seed.of(1));
                Model other = SMALL.create(IMAGE, 5, Seed.of(2))) {
            Map<String, Tensor> named = model.named();
            Consumer<String> withinFanIn = name -> {
                double bound = 1 / Math.sqrt(name.startsWith("conv") ? 3 * 9 : 4);
                double largest = largest(named, name);
                assertThat(largest).as(name).isLessThanOrEqualTo(bound).isGreaterThan(bound / 4);
            };

            List.of("conv.weight", "conv.bias", "head.weight", "head.bias").forEach(withinFanIn);
            assertThat(floats(named, "norm.weight")).containsOnly(1);
            assertThat(floats(named, "norm.bias")).containsOnly(0);
            assertThat(floats(named, "norm.running_mean")).containsOnly(0);
            assertThat(floats(named, "norm.running_var")).containsOnly(1);
            assertThat(floats(named, "centre")).containsExactly(0.5f, 0.4f, 0.3f);
            assertThat(same.weights().equalTo(model.weights())).isTrue();
            assertThat(other.weights().equalTo(model.weights())).isFalse();
        }
    }

    @Test
    void parametersOfUnknownOriginCanBeUsedButNotDrawnAfresh() {
        Path file = folder.resolve("model.pt");
        ScriptFiles.perceptron(file, 4, 3, 2);
        var architecture = new TorchScript(file);

        try (Scope scope = Scope.open();
                Model model = architecture.stored(new long[] {4}, 2);
                Model copy = model.copy()) {
            Tensor inputs = Seed.of(3).uniform(0, 1, 5, 4);
            float[] evaluated = model.logits(inputs).toFloats();
            assertThat(copy.logits(inputs).toFloats()).isEqualTo(evaluated);
            copy.training(true);
            assertThat(copy.logits(inputs).toFloats())
                    .containsExactly(model.logits(inputs).mul(2).toFloats(), within(1e-6f));
        }
        assertThatThrownBy(() -> architecture.create(new long[] {4}, 2, Seed.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("how to draw fresh weights for w1, b1, w2;")
                .hasMessageContaining("cannot be trained from scratch");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> new TorchScript(folder.resolve("absent.pt")).blank(IMAGE, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no TorchScript file")
                .hasMessageContaining("absent.pt")
                .hasMessageContaining("torch.jit.script");
    }

    @Test
    void anythingButTorchScriptIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("weights.pt"), "not a network");

        assertThatThrownBy(() -> new TorchScript(file).blank(IMAGE, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights.pt is not a TorchScript file")
                .hasMessageContaining("state_dict");
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                faulty(ScriptFiles::doubles, "parameter 'w' of type Double, expected Float"),
                faulty(ScriptFiles::tied, "shares one tensor between parameters 'encoder' and 'decoder'"),
                faulty(ScriptFiles::frozen, "no parameters left to train"),
                faulty(ScriptFiles::pair, "returns a Tuple, expected one tensor of logits"),
                faulty(file -> ScriptFiles.perceptron(file, 5, 3, 3), "cannot take inputs of shape [1, 4]"),
                faulty(
                        file -> ScriptFiles.perceptron(file, 4, 3, 2),
                        "turns inputs [1, 4] into [1, 2], expected logits [1, 3] for the 3 classes of the data"));
    }

    private static Arguments faulty(Consumer<Path> make, String complaint) {
        return Arguments.of(make, complaint);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("unusable")
    void networksThatCannotBeTrainedHereSayWhy(Consumer<Path> make, String complaint) {
        Path file = folder.resolve("model.pt");
        make.accept(file);

        assertThatThrownBy(() -> new TorchScript(file).blank(new long[] {4}, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void otherModelsCannotBeWrittenAsTorchScript() {
        try (Model model = new Mlp().create(IMAGE, 5, Seed.of(1))) {
            assertThatThrownBy(() -> TorchScript.write(model, folder.resolve("mlp.pt")))
                    .hasMessageContaining("but this is Mlp[hidden=[128]]");
        }
    }

    private static float[] afterSteps(int count) {
        try (Scope scope = Scope.open();
                Model model = SMALL.stored(IMAGE, 5);
                Sgd optimizer = new Sgd(model.weights(), 0, false, 0)) {
            for (int i = 0; i < count; i++) {
                step(model, optimizer);
            }
            return model.weights().values().toFloats();
        }
    }

    private static double step(Model model, Sgd optimizer) {
        try (Scope scope = Scope.open()) {
            model.training(true);
            Tensor loss = model.logits(images()).crossEntropy(Tensor.of(0, 1, 2, 3));
            optimizer.minimize(loss, 0.05);
            model.training(false);
            return loss.item();
        }
    }

    private static Tensor images() {
        return Seed.of(9).uniform(0, 1, 4, 3, 8, 8).channelsLast();
    }

    private static float[] floats(Map<String, Tensor> named, String name) {
        return Objects.requireNonNull(named.get(name), name).toFloats();
    }

    private static double largest(Map<String, Tensor> named, String name) {
        double largest = 0;
        for (float value : floats(named, name)) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
