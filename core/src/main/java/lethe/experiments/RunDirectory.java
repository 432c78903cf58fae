package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Digest;
import lethe.training.Checkpoints;
import lethe.training.Snapshots;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was done, on disk.
 *
 * <pre>
 *   plan.yaml          the plan, every default filled in
 *   environment.json   versions, device and threads of the latest sitting
 *   results.jsonl      one line a finished step, appended, never rewritten
 *   signals/           logits on the audit pool, test and retained examples, one file a step
 *   models/            the models that are asked for or needed again
 *   checkpoints/       unfinished trainings
 *   shared/            what several methods of an unfinished world need, such as adversarial examples
 *   snapshots/         stages of finished trainings that unlearning may go back to
 *   results.json       what came out; results.csv and report.html are drawn from it
 * </pre>
 *
 * <p>A line is written after the files it speaks of, so a killed process loses at most what is in {@code checkpoints}.
 */
public final class RunDirectory implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private final Path root;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final Map<String, StepRecord> byKey = new LinkedHashMap<>();
    private final Map<String, StepRecord> byPlace = new LinkedHashMap<>();

    private RunDirectory(Path root, FileChannel lockChannel, FileLock lock) {
        this.root = root;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /**
     * Opens a run directory, creating it if necessary, for this process alone.
     *
     * @throws IllegalArgumentException if another process works in it
     * @throws DamagedRunException if a line of its results is not what was written
     */
    public static RunDirectory open(Path root) {
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new IllegalArgumentException("Another process is working in " + root
                        + "; wait for it, stop it, or choose another directory with --out");
            }
            RunDirectory run = new RunDirectory(root, channel, lock);
            boolean read = false;
            try {
                run.readLines();
                read = true;
                return run;
            } finally {
                if (!read) {
                    run.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open the run directory " + root + ": " + e.getMessage(), e);
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The directory. */
    public Path root() {
        return root;
    }

    /** A file of the run. */
    public Path file(String name) {
        return root.resolve(name);
    }

    Path signals(String key) {
        return root.resolve("signals").resolve(key + ".safetensors");
    }

    Path model(String key) {
        return root.resolve("models").resolve(key + ".safetensors");
    }

    /** Where the methods of one original model leave results for each other. */
    Path shared(String originalKey) {
        return root.resolve("shared").resolve(originalKey);
    }

    /** Removes what methods have shared; called when the last of them is done. */
    void discardShared(String originalKey) {
        Path directory = shared(originalKey);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }

    Checkpoints checkpoints(String key, Duration interval) {
        return new Checkpoints(root.resolve("checkpoints").resolve(key), interval);
    }

    Snapshots snapshots() {
        return new Snapshots(root.resolve("snapshots"));
    }

    synchronized Optional<StepRecord> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** The latest step of the same place, whatever its inputs. */
    synchronized Optional<StepRecord> latestAt(String place) {
        return Optional.ofNullable(byPlace.get(place));
    }

    /** Whether nothing has been finished here yet. */
    public synchronized boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** Time spent on all steps finished here. */
    synchronized double totalSeconds() {
        return byKey.values().stream().mapToDouble(StepRecord::seconds).sum();
    }

    synchronized void append(StepRecord step) {
        try {
            String line = JSON.writeValueAsString(step) + "\n";
            Files.writeString(
                    root.resolve("results.jsonl"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot write " + root.resolve("results.jsonl") + ": " + e.getMessage()
                            + "; nothing finished before is lost, run the same command again when there is room",
                    e);
        }
        remember(step);
    }

    /** Writes a text file of the run; it replaces its predecessor only when it is complete. */
    public void write(String name, String text) {
        Path target = root.resolve(name);
        Path temporary = root.resolve(name + ".part");
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /** Fails if the signals of a finished step are not the bytes that were written. */
    void verify(StepRecord step) {
        Path file = signals(step.key());
        if (!Files.exists(file) || !Digest.sha256(file).equals(step.signalsDigest())) {
            throw new DamagedRunException("Signals file " + file + " of '" + step.place()
                    + "' is missing or was changed after it was written; delete its line from "
                    + root.resolve("results.jsonl") + " to compute it again");
        }
    }

    /** Fails if the weights of a finished training are not the bytes that were written. */
    void verifyModel(Step step) {
        StepRecord done = find(step.key()).orElseThrow();
        if (!Digest.sha256(model(step.key())).equals(done.modelDigest())) {
            throw new DamagedRunException("Model file " + model(step.key()) + " of '" + step.place()
                    + "' was changed after it was written; delete it to train it again");
        }
    }

    private void remember(StepRecord step) {
        byKey.put(step.key(), step);
        byPlace.put(step.place(), step);
    }

    private void readLines() throws IOException {
        Path file = root.resolve("results.jsonl");
        if (!Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int complete = text.lastIndexOf('\n') + 1;
        if (complete < text.length()) {
            // The process was killed while it wrote this line; the step is simply not finished.
            text = text.substring(0, complete);
            Files.writeString(file, text);
        }
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                remember(JSON.readValue(lines.get(i), StepRecord.class));
            } catch (JacksonException e) {
                throw new DamagedRunException(
                        "Line " + (i + 1) + " of " + file + " is damaged; delete that line to compute the step again",
                        e);
            }
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockChannel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release " + root, e);
        }
    }
}
