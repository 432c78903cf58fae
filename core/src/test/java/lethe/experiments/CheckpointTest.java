package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Game;
import lethe.data.Holdout;
import lethe.data.NoAugmentation;
import lethe.data.Secrets;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Gpt;
import lethe.models.HuggingFaceModel;
import lethe.models.Lora;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.text.TokenizerFile;
import lethe.training.Adam;
import lethe.training.Recipe;
import lethe.training.Schedule;
import lethe.training.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that start from a checkpoint as it is published. */
class CheckpointTest {
    private static final Path TOKENIZER = Path.of("src/test/resources/reference/lm/tiny-bpe/tokenizer.json");

    @TempDir
    private static Path shared;

    private static Path checkpoint;

    @TempDir
    private Path folder;

    /** A small GPT-2 that knows how such sentences go, but none of the people. */
    @BeforeAll
    static void pretrain() {
        Engine.threads(1);
        checkpoint = shared.resolve("checkpoint");
        write(1, 20, checkpoint);
    }

    private static void write(long seed, int epochs, Path place) {
        Holdout texts = new Secrets(1, 1, 40, new TokenizerFile(TOKENIZER.toString())).load(Seed.of(77));
        var recipe = new Recipe(
                epochs,
                8,
                0.005,
                0,
                false,
                0,
                Schedule.constant(),
                0,
                Precision.FP32,
                new NoAugmentation(),
                Optional.of(new Adam()));
        try (Scope scope = Scope.open(Device.cpu());
                Model model = new Trainer(recipe).fit(new Gpt(2, 2, 32, 80), texts.test(), Seed.of(seed))) {
            HuggingFaceModel.write(model, place);
        }
    }

    private static Plan plan(String model) {
        return Tiny.plan(
                "{name: glyphs, train: 120, test: 40}",
                "{name: secrets, people: 24, sentences: 1, strangers: 6, vocabulary: {name: tokenizer-file, path: "
                        + TOKENIZER + "}}",
                "{name: random, fraction: 0.1}",
                "{name: random, fraction: 0.125}",
                "{name: mlp, hidden: [16]}",
                model,
                "{epochs: 3, batch: 32, learningRate: 0.05, precision: fp32}",
                "{epochs: 30, batch: 8, learningRate: 0.01, weightDecay: 0, precision: fp32, adam: {}}",
                "{name: finetune, epochs: 1}",
                "{name: npo, epochs: 4, learningRate: 0.003, batch: 4}",
                "{name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}",
                "{name: gradient-difference, epochs: 4, learningRate: 0.003, batch: 4}",
                "worlds: 8, pool: 40, forgetSets: 2, evaluation: 40, attacks: [loss-threshold, u-lira]",
                "worlds: 6, pool: 24, forgetSets: 1, evaluation: 12, attacks: [reference, u-lira]");
    }

    private static String huggingFace(Path place) {
        return "{name: huggingface, folder: " + place + "}";
    }

    @Test
    void adaptersOfACheckpointForgetAndAreAudited() {
        Plan plan = plan("{name: lora, rank: 4, alpha: 8, base: " + huggingFace(checkpoint) + "}");

        Results results = Tiny.run(plan, folder.resolve("run"));

        assertThat(results.methods())
                .extracting(Results.MethodResult::name)
                .containsExactly("retrain", "identity", "npo", "gradient-difference");
        assertThat(results.methods()).allSatisfy(method -> {
            assertThat(method.attacks()).extracting(AttackResult::attack).contains("reference", "u-lira");
            assertThat(method.writing()).isPresent();
        });
        // Adapters learned by heart what they were shown, and only that.
        assertThat(auc(results, 1)).isGreaterThan(0.8);
        assertThat(auc(results, 0)).isLessThan(0.7);
        Path file = folder.resolve("run")
                .resolve(results.methods().get(2).deployed().modelFile());
        try (Scope scope = Scope.open(Device.cpu());
                Model unlearned = ModelFile.read(file);
                Model merged = Lora.merge(unlearned)) {
            HuggingFaceModel.write(merged, folder.resolve("forgotten"));
            assertThat(new HuggingFaceModel(folder.resolve("forgotten"))
                            .form(309)
                            .layers())
                    .isEqualTo(2);
        }
    }

    private static double auc(Results results, int method) {
        return results.methods().get(method).attacks().stream()
                .filter(it -> it.game() == Game.PRIVACY && it.attack().equals("u-lira"))
                .findFirst()
                .orElseThrow()
                .auc()
                .value();
    }

    @Test
    void anotherCheckpointInTheSameFolderIsAnotherModel() throws IOException {
        Path place = folder.resolve("model");
        write(1, 1, place);
        String first = key(plan(huggingFace(place)));
        assertThat(key(plan(huggingFace(place)))).isEqualTo(first);
        String adapted = key(plan("{name: lora, base: " + huggingFace(place) + "}"));
        Path elsewhere = folder.resolve("second");
        write(2, 1, elsewhere);

        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(elsewhere.resolve(file), place.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }

        assertThat(key(plan(huggingFace(place)))).isNotEqualTo(first);
        assertThat(key(plan("{name: lora, base: " + huggingFace(place) + "}"))).isNotEqualTo(adapted);
    }

    @Test
    void modelsThatStartFromNothingHaveNoCheckpoint() {
        assertThat(inputs(plan("{name: gpt, layers: 1, heads: 1, width: 8, context: 80}")))
                .doesNotContainKey("checkpoint");
        assertThat(inputs(plan(huggingFace(checkpoint)))).containsKey("checkpoint");
    }

    private static Map<String, Object> inputs(Plan plan) {
        return step(plan).inputs();
    }

    private static String key(Plan plan) {
        return step(plan).key();
    }

    private static Step step(Plan plan) {
        Setting setting = new Setting(plan);
        return setting.training(setting.worlds().get(0));
    }
}
