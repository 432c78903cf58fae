package lethe.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import lethe.data.Blobs;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;
import lethe.engine.Engine;
import lethe.engine.Precision;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.models.ResNet9;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains in a process of its own, which is killed without warning. */
class KilledTrainingTest {
    private static final Recipe RECIPE = new Recipe(
            4, 8, 0.05, 0.9, true, 5e-4, new Triangle(), 0, Precision.FP32, new NoAugmentation());

    private static final Dataset DATA = new Blobs(64, 4, 3, 16, 5);
    private static final int STEPS = 32;

    @TempDir
    private Path folder;

    @Test
    void aKilledTrainingGoesOnWithTheBitsOfAnUndisturbedOne() throws Exception {
        Path checkpoint = folder.resolve("stage-0.safetensors");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            // The twelfth step is under way, or its checkpoint is being written, when the process dies.
            for (int step = 1; step <= 12; step++) {
                assertThat(lines.readLine()).isEqualTo("step");
            }
            child.destroyForcibly();
            assertThat(child.waitFor()).isNotZero();
        }
        long reached = Long.parseLong(Safetensors.metadata(checkpoint).get("step"));
        assertThat(reached).isBetween(11L, STEPS - 1L);

        Engine.threads(1);
        try (Model resumed = train(Trial.seeded(1).resumable(new Checkpoints(folder, Duration.ZERO)));
                Model undisturbed = train(Trial.seeded(1));
                Scope scope = Scope.open()) {
            assertThat(resumed.weights().values().toFloats())
                    .isEqualTo(undisturbed.weights().values().toFloats());
            assertThat(resumed.weights().statistics().toFloats())
                    .isEqualTo(undisturbed.weights().statistics().toFloats());
        }
    }

    private static Model train(Trial trial) {
        return new Trainer(RECIPE).fit(new ResNet9(2), DATA, trial);
    }

    /** Trains, a checkpoint after every step, and says so. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            Engine.threads(1);
            train(Trial.of(Seed.of(1))
                    .resumable(new Checkpoints(Path.of(args[0]), Duration.ZERO))
                    .telling(new Progress() {
                        @Override
                        public void begin(String task, long units) {}

                        @Override
                        public void advance(long units) {
                            System.out.println("step");
                        }

                        @Override
                        public void note(String message) {}

                        @Override
                        public void end() {}
                    }));
        }
    }
}
