package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lethe.catalog.Digest;
import lethe.training.Checkpoints;
import lethe.training.Snapshots;
import org.jspecify.annotations.Nullable;
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
 *   worlds/            such lines of workers in other processes, one file a world, until they are collected
 *   workers/           what worker processes had to say
 *   signals/           logits on the audit pool, test and retained examples, one file a step
 *   models/            the models that are asked for or needed again, and what language models among them write
 *   checkpoints/       unfinished trainings
 *   shared/            what several methods of an unfinished world need, such as adversarial examples
 *   snapshots/         stages of finished trainings that unlearning may go back to
 *   likeness.safetensors  how alike the originals find the audit examples, once a claim has asked
 *   results.json       what came out; results.csv and report.html are drawn from it
 * </pre>
 *
 * <p>A line is written after the files it speaks of, so a killed process loses at most what is in {@code checkpoints}.
 */
public final class RunDirectory implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private static final String RESULTS = "results.jsonl";
    private static final Pattern RECORDS = Pattern.compile("(\\d{1,9})\\.jsonl");

    /** How long the process of a run that has died may take to notice. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path root;
    private final Access access;
    /** Its first byte stands for the directory, each of the following for a world. */
    private final FileChannel locks;

    private final Map<String, StepRecord> byKey = new LinkedHashMap<>();
    private final Map<String, StepRecord> byPlace = new LinkedHashMap<>();

    private RunDirectory(Path root, Access access, FileChannel locks) {
        this.root = root;
        this.access = access;
        this.locks = locks;
    }

    /** What belongs to this process alone. */
    private enum Access {
        /** Everything. */
        WHOLE,
        /** The worlds it has claimed; other processes work on others. */
        WORLDS,
        /** The same, on behalf of a process that has opened the directory. */
        WORKER
    }

    /** A world that belongs to this process until it is closed. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Opens a run directory, creating it if necessary, for this process alone.
     *
     * @throws IllegalArgumentException if another process works in it
     * @throws DamagedRunException if a line of its results is not what was written
     */
    public static RunDirectory open(Path root) {
        return open(root, Access.WHOLE);
    }

    /**
     * Opens a run directory, creating it if necessary, beside other processes that do the same and work on other worlds.
     * What is finished is kept apart until somebody opens the directory alone.
     *
     * @throws IllegalArgumentException if another process has it alone
     * @throws DamagedRunException if a line of its results is not what was written
     */
    public static RunDirectory openShared(Path root) {
        return open(root, Access.WORLDS);
    }

    /** Opens the run directory of a run whose worker this process is. */
    static RunDirectory openForWorker(Path root) {
        return open(root, Access.WORKER);
    }

    private static RunDirectory open(Path root, Access access) {
        try {
            Files.createDirectories(root);
            FileChannel channel = FileChannel.open(
                    root.resolve(".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (access != Access.WORKER && tryLock(channel, 0, access == Access.WORLDS) == null) {
                channel.close();
                throw new IllegalArgumentException("Another process is working in " + root
                        + "; wait for it, stop it, or choose another directory with --out");
            }
            RunDirectory run = new RunDirectory(root, access, channel);
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

    private static @Nullable FileLock tryLock(FileChannel channel, long position, boolean shared) throws IOException {
        try {
            return channel.tryLock(position, 1, shared);
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

    /** What a language model wrote. */
    Path writing(String key) {
        return root.resolve("models").resolve(key + ".writing.json");
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

    /**
     * Takes a world for this process, and reads what others have finished of it. One who has the whole directory has all
     * its worlds.
     *
     * @throws IllegalArgumentException if another process works on it
     */
    Claim claim(World world) {
        if (access == Access.WHOLE) {
            return () -> {};
        }
        try {
            FileLock lock = lock(world.number());
            Path file = records(world.number());
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(file); // says to who opens the directory alone that there is somebody
            }
            read(file, true).forEach(this::remember);
            return () -> release(lock);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot work on " + world.name() + " in " + root + ": " + e.getMessage(), e);
        }
    }

    private FileLock lock(int world) throws IOException {
        // Beside others there is nobody to wait for: who has a world has it for long.
        long deadline = System.nanoTime() + (access == Access.WORLDS ? 0 : PATIENCE.toNanos());
        do {
            FileLock lock = tryLock(locks, 1L + world, false);
            if (lock != null) {
                return lock;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        } while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted());
        throw new IllegalArgumentException(
                "Another process is working on world " + world + " in " + root + "; wait for it, or stop it");
    }

    private void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release a world in " + root, e);
        }
    }

    /** Takes over what another process has finished of a world. */
    void collect(World world) {
        try {
            collect(world.number());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot collect " + world.name() + " in " + root + ": " + e.getMessage(), e);
        }
    }

    private void collect(int world) throws IOException {
        Path file = records(world);
        if (access != Access.WHOLE) {
            read(file, false).forEach(this::remember);
            return;
        }
        if (!Files.exists(file)) {
            return;
        }
        FileLock lock = lock(world);
        try {
            for (StepRecord step : read(file, true)) {
                // There already if the process that collected was killed before it removed the file.
                if (!find(step.key()).equals(Optional.of(step))) {
                    append(step);
                }
            }
            Files.delete(file);
        } finally {
            lock.release();
        }
    }

    private Path records(int world) {
        return root.resolve("worlds").resolve(world + ".jsonl");
    }

    /** Adds a step of a world that this process has claimed. */
    void append(World world, StepRecord step) {
        append(access == Access.WHOLE ? root.resolve(RESULTS) : records(world.number()), step);
    }

    void append(StepRecord step) {
        append(root.resolve(RESULTS), step);
    }

    private synchronized void append(Path file, StepRecord step) {
        try {
            byte[] line = (JSON.writeValueAsString(step) + "\n").getBytes(StandardCharsets.UTF_8);
            long before = Files.exists(file) ? Files.size(file) : 0;
            try {
                Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                truncate(file, before); // half a line would spoil the next one
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot write " + file + ": " + e.getMessage()
                            + "; nothing finished before is lost, run the same command again when there is room",
                    e);
        }
        remember(step);
    }

    private static void truncate(Path file, long bytes) throws IOException {
        if (Files.isRegularFile(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
            }
        }
    }

    /** Writes a text file of the run; it replaces its predecessor only when it is complete. */
    public void write(String name, String text) {
        write(root.resolve(name), text);
    }

    void write(Path target, String text) {
        Path temporary = target.resolveSibling(target.getFileName() + ".part");
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

    private synchronized void remember(StepRecord step) {
        byKey.put(step.key(), step);
        byPlace.put(step.place(), step);
    }

    private void readLines() throws IOException {
        read(root.resolve(RESULTS), access == Access.WHOLE).forEach(this::remember);
        Path worlds = root.resolve("worlds");
        if (!Files.isDirectory(worlds)) {
            return;
        }
        try (var files = Files.list(worlds)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = RECORDS.matcher(file.getFileName().toString());
                if (name.matches()) {
                    collect(Integer.parseInt(name.group(1)));
                }
            }
        }
    }

    /**
     * Reads the steps in a file, which need not exist.
     *
     * @param repair whether to cut off a line whose writing was interrupted, rather than only to ignore it
     */
    private static List<StepRecord> read(Path file, boolean repair) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new DamagedRunException(
                    file
                            + " is damaged: it is no longer text in UTF-8; delete the lines with other characters to compute"
                            + " their steps again",
                    e);
        }
        int complete = text.lastIndexOf('\n') + 1;
        if (complete < text.length()) {
            // The process was killed while it wrote this line; the step is simply not finished.
            text = text.substring(0, complete);
            if (repair) {
                truncate(file, text.getBytes(StandardCharsets.UTF_8).length);
            }
        }
        List<String> lines = text.lines().toList();
        List<StepRecord> steps = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            try {
                steps.add(JSON.readValue(lines.get(i), StepRecord.class));
            } catch (JacksonException e) {
                throw new DamagedRunException(
                        "Line " + (i + 1) + " of " + file + " is damaged; delete that line to compute the step again",
                        e);
            }
        }
        return steps;
    }

    @Override
    public void close() {
        try {
            locks.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release " + root, e);
        }
    }
}
