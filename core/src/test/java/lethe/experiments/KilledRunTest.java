package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import lethe.training.Progress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Runs a plan in a process of its own, which is killed without warning. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one undisturbed run, with which all are compared
class KilledRunTest {
    private List<Results.MethodResult> undisturbed = List.of();

    @BeforeAll
    void runUndisturbed(@TempDir Path folder) {
        undisturbed = Tiny.timeless(Tiny.run(plan(), folder));
    }

    /** Of the deployed model, three epochs are the original's and five the methods'; then come the worlds'. */
    @ParameterizedTest
    @CsvSource({
        "epoch, 10, an original training, 1",
        "epoch, 17, an unlearning, 1",
        "audit, 2, the audit, 0",
    })
    void aRunKilledInTheMiddleEndsLikeAnUndisturbedOne(
            String task, int unit, String where, int checkpoints, @TempDir Path folder) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        task,
                        Integer.toString(unit))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).as(where).isEqualTo("here");
            child.destroyForcibly();
            assertThat(child.waitFor()).isNotZero();
        }
        List<String> before = Files.readAllLines(folder.resolve("results.jsonl"));
        assertThat(unfinished(folder)).hasSize(checkpoints);
        assertThat(folder.resolve("results.json")).doesNotExist();

        Results resumed = Tiny.run(plan(), folder);

        assertThat(Tiny.timeless(resumed)).isEqualTo(undisturbed);
        assertThat(Files.readAllLines(folder.resolve("results.jsonl")))
                .hasSize(5 + 6 * 9)
                .startsWith(before.toArray(String[]::new));
        assertThat(unfinished(folder)).isEmpty();
    }

    @Test
    void whatAProcessLeftThatWasKilledBeforeItCouldTidyUpGoes(@TempDir Path folder) throws IOException {
        Tiny.run(plan(), folder);
        List<String> records = Files.readAllLines(folder.resolve("results.jsonl"));
        for (String record : List.of(records.get(0), records.get(records.size() - 1))) {
            String key = new JsonMapper().readTree(record).path("key").asString();
            Path left = folder.resolve("checkpoints").resolve(key);
            Files.createDirectories(left);
            Files.writeString(left.resolve("stage-0.safetensors"), "of a finished step");
        }

        Results again = Tiny.run(plan(), folder);

        assertThat(Tiny.timeless(again)).isEqualTo(undisturbed);
        assertThat(folder.resolve("checkpoints")).isEmptyDirectory();
    }

    private static List<Path> unfinished(Path folder) throws IOException {
        Path checkpoints = folder.resolve("checkpoints");
        if (!Files.exists(checkpoints)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("stage-0.safetensors")).toList();
        }
    }

    /** Six worlds, one after the other, a checkpoint after every step. */
    private static Plan plan() {
        Plan plan = Tiny.plan("worlds: 8", "worlds: 6");
        return new Plan(
                plan.title(),
                plan.seed(),
                plan.data(),
                plan.forget(),
                plan.model(),
                plan.training(),
                plan.methods(),
                plan.audit(),
                new Execution(1, 1, "cpu", Duration.ofNanos(1)));
    }

    /** Runs the plan until so many units of a kind of task are done, says so and waits for its end. */
    static final class Child implements Progress {
        private static int left;

        private final String awaited;
        private final boolean counts;

        private Child(String awaited, boolean counts) {
            this.awaited = awaited;
            this.counts = counts;
        }

        public static void main(String[] args) {
            left = Integer.parseInt(args[2]);
            try (RunDirectory run = RunDirectory.open(Path.of(args[0]))) {
                new Experiment(plan()).run(run, new Child(args[1], false), () -> false);
            }
        }

        @Override
        public Progress begin(String task, long units) {
            return new Child(awaited, task.equals(awaited));
        }

        @Override
        public void advance(long units) {
            if (counts && --left == 0) {
                System.out.println("here");
                System.out.flush();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new UncheckedIOException(new IOException(e));
                }
            }
        }

        @Override
        public void skip(long units) {}

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }
}
