package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import lethe.catalog.Digest;
import lethe.engine.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    @TempDir
    private Path root;

    private static StepRecord step(String key) {
        return new StepRecord(key, "place of " + key, Map.of("epochs", 3), 1.5, "", Digest.sha256(key), "");
    }

    @Test
    void whatIsAppendedIsThereAfterReopening() {
        try (RunDirectory run = RunDirectory.open(root)) {
            assertThat(run.isEmpty()).isTrue();
            run.append(step("a"));
            run.append(step("b"));
        }

        try (RunDirectory run = RunDirectory.open(root)) {
            assertThat(run.find("a")).contains(step("a"));
            assertThat(run.latestAt("place of b")).contains(step("b"));
            assertThat(run.find("c")).isEmpty();
            assertThat(run.totalSeconds()).isEqualTo(3.0);
        }
    }

    @Test
    void onlyOneWorksInADirectory() {
        try (RunDirectory run = RunDirectory.open(root)) {
            assertThatThrownBy(() -> RunDirectory.open(root))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Another process is working in " + run.root()
                            + "; wait for it, stop it, or choose another directory with --out");
        }

        RunDirectory.open(root).close();
    }

    @Test
    void aLineWhoseWritingWasInterruptedIsDropped() throws IOException {
        try (RunDirectory run = RunDirectory.open(root)) {
            run.append(step("a"));
        }
        Files.writeString(root.resolve("results.jsonl"), "{\"key\":\"b\",\"pla", StandardOpenOption.APPEND);

        try (RunDirectory run = RunDirectory.open(root)) {
            assertThat(run.find("a")).isPresent();
            assertThat(run.find("b")).isEmpty();
            run.append(step("c"));
        }

        try (RunDirectory run = RunDirectory.open(root)) {
            assertThat(run.find("c")).contains(step("c"));
        }
    }

    @Test
    void aDamagedLineIsNamedAndNothingIsChanged() throws IOException {
        Path file = root.resolve("results.jsonl");
        try (RunDirectory run = RunDirectory.open(root)) {
            run.append(step("a"));
            run.append(step("b"));
            run.append(step("c"));
        }
        String damaged = Files.readString(file).replace("{\"key\":\"b\"", "{\"kez\":\"b\"");
        Files.writeString(file, damaged);

        for (int attempt = 0; attempt < 2; attempt++) { // the first lets go of the lock
            assertThatThrownBy(() -> RunDirectory.open(root))
                    .isInstanceOf(DamagedRunException.class)
                    .hasMessage("Line 2 of " + file + " is damaged; delete that line to compute the step again");
        }
        assertThat(file).hasContent(damaged);
    }

    @Test
    void changedSignalsAreNotUsed() throws IOException {
        try (RunDirectory run = RunDirectory.open(root)) {
            Files.createDirectories(run.signals("a").getParent());
            Files.writeString(run.signals("a"), "a");
            run.verify(step("a"));

            Files.writeString(run.signals("a"), "b");

            assertThatThrownBy(() -> run.verify(step("a")))
                    .isInstanceOf(DamagedRunException.class)
                    .hasMessageContainingAll(run.signals("a").toString(), "'place of a'", "delete its line");

            Files.delete(run.signals("a"));

            assertThatThrownBy(() -> run.verify(step("a"))).isInstanceOf(DamagedRunException.class);
        }
    }

    @Test
    void changedWeightsAreNotUsed() throws IOException {
        Step training = new Step(Step.Kind.TRAIN, 0, 0, "original", Map.of());
        try (RunDirectory run = RunDirectory.open(root)) {
            String key = training.key();
            run.append(new StepRecord(key, training.place(), Map.of(), 1, "", "", Digest.sha256("weights")));
            Files.createDirectories(run.model(key).getParent());
            Files.writeString(run.model(key), "weights");
            run.verifyModel(training);

            Files.writeString(run.model(key), "weight");

            assertThatThrownBy(() -> run.verifyModel(training))
                    .isInstanceOf(DamagedRunException.class)
                    .hasMessageContainingAll(run.model(key).toString(), "delete it to train it again");
        }
    }

    @Test
    void aTextIsReplacedAsAWhole() throws IOException {
        try (RunDirectory run = RunDirectory.open(root)) {
            run.write("plan.yaml", "first");
            run.write("plan.yaml", "second");
            assertThat(run.file("plan.yaml")).hasContent("second");
            assertThat(run.file("plan.yaml.part")).doesNotExist();

            Files.createDirectory(root.resolve("plan.yaml.part")); // so that writing fails

            assertThatThrownBy(() -> run.write("plan.yaml", "third")).isInstanceOf(UncheckedIOException.class);
            assertThat(run.file("plan.yaml")).hasContent("second");
        }
    }

    @Test
    void aFullDiskLosesNothing() throws IOException {
        try (RunDirectory run = RunDirectory.open(root)) {
            Files.createDirectory(root.resolve("results.jsonl")); // stands for a file that cannot be written

            assertThatThrownBy(() -> run.append(step("a")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContainingAll(
                            "Cannot write " + root.resolve("results.jsonl"),
                            "nothing finished before is lost, run the same command again");
            assertThat(run.find("a")).isEmpty();
        }
    }

    @Test
    void aDirectoryIsSharedWorldByWorld() throws IOException {
        World first = world(0);
        try (RunDirectory run = RunDirectory.open(root)) {
            run.append(first, step("a"));
        }
        Path records = root.resolve("worlds").resolve("2.jsonl");

        try (RunDirectory run = RunDirectory.openShared(root)) {
            assertThat(run.find("a")).contains(step("a"));
            try (RunDirectory.Claim claim = run.claim(world(1))) {
                run.append(world(1), step("b"));
                assertThatThrownBy(() -> run.claim(world(1)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("Another process is working on world 2 in " + root + "; wait for it, or stop it");
            }
            Files.writeString(records, "{\"key\":\"c\",\"pla", StandardOpenOption.APPEND);
            run.claim(world(1)).close(); // another one, after the first was killed
            run.claim(first).close();
        }
        assertThat(Files.readString(records)).containsOnlyOnce("\n").endsWith("}\n");
        assertThat(Files.readAllLines(root.resolve("results.jsonl"))).hasSize(1);

        for (int time = 0; time < 2; time++) {
            try (RunDirectory run = RunDirectory.open(root)) {
                assertThat(run.find("b")).contains(step("b"));
            }
            assertThat(root.resolve("worlds")).isEmptyDirectory();
            assertThat(Files.readAllLines(root.resolve("results.jsonl"))).hasSize(2);
        }
    }

    @Test
    void whatWasCollectedBeforeACrashIsNotCollectedTwice() throws IOException {
        try (RunDirectory run = RunDirectory.open(root)) {
            run.append(step("a"));
        }
        Files.createDirectory(root.resolve("worlds"));
        Files.copy(root.resolve("results.jsonl"), root.resolve("worlds").resolve("1.jsonl"));

        RunDirectory.open(root).close();

        assertThat(Files.readAllLines(root.resolve("results.jsonl"))).hasSize(1);
        assertThat(root.resolve("worlds")).isEmptyDirectory();
    }

    @Test
    void bytesThatAreNoTextAreNamed() throws IOException {
        Files.write(root.resolve("results.jsonl"), new byte[] {'{', (byte) 0xc3, '(', '\n'});

        assertThatThrownBy(() -> RunDirectory.open(root))
                .isInstanceOf(DamagedRunException.class)
                .hasMessageContaining(root.resolve("results.jsonl") + " is damaged: it is no longer text");
    }

    private static World world(int index) {
        return new World(index, Seed.of(1), new int[0], new int[0][], new int[0]);
    }
}
