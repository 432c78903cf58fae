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
import lethe.models.Model;
import lethe.models.ResNet9;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains an ensemble in a process of its own, which is killed without warning. */
class KilledEnsembleTest {
    private static final Dataset DATA = new Blobs(48, 4, 3, 16, 5);

    @TempDir
    private Path folder;

    /** Two shards of two slices of two epochs: the fifth epoch is the first of the second shard. */
    @Test
    void aKilledTrainingGoesOnWithTheBitsOfAnUndisturbedOne() throws Exception {
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
            for (int epoch = 1; epoch <= 5; epoch++) {
                assertThat(lines.readLine()).isEqualTo("epoch");
            }
            child.destroyForcibly();
            assertThat(child.waitFor()).isNotZero();
        }
        assertThat(folder.resolve("finished").toFile().list()).hasSizeBetween(2, 3);

        Engine.threads(1);
        Counter counter = new Counter(() -> {});
        try (Model resumed = train(Trial.seeded(1)
                        .resumable(new Checkpoints(folder, Duration.ZERO))
                        .telling(counter));
                Model undisturbed = train(Trial.seeded(1))) {
            assertThat(resumed.weights().equalTo(undisturbed.weights())).isTrue();
            assertThat(counter.epochs).isLessThanOrEqualTo(4);
        }
    }

    private static Model train(Trial trial) {
        Recipe recipe =
                new Recipe(3, 8, 0.05, 0.9, true, 5e-4, new Triangle(), 0, Precision.FP32, new NoAugmentation());
        return new Trainer(recipe).fit(new Ensemble(new ResNet9(2), 2, 2, Ensemble.Aggregate.VOTE), DATA, trial);
    }

    /** Counts the epochs that are trained. */
    private static final class Counter implements Progress {
        private final Runnable each;
        private boolean inEpochs;
        private int epochs;

        Counter(Runnable each) {
            this.each = each;
        }

        @Override
        public Progress begin(String task, long units) {
            inEpochs = task.equals("epoch");
            return this;
        }

        @Override
        public void advance(long units) {
            if (inEpochs) {
                epochs += (int) units;
                each.run();
            }
        }

        @Override
        public void skip(long units) {}

        @Override
        public void note(String text) {}

        @Override
        public void close() {
            inEpochs = false;
        }
    }

    /** Trains, a checkpoint after every step, and says when an epoch is over. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            Engine.threads(1);
            train(Trial.seeded(1)
                    .resumable(new Checkpoints(Path.of(args[0]), Duration.ZERO))
                    .telling(new Counter(() -> System.out.println("epoch"))));
        }
    }
}
