package lethe.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import lethe.engine.NoGrad;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * Where an unfinished computation keeps its state: weights, what the optimizer remembers, and the number of steps taken.
 * Random choices need no state (see {@link lethe.engine.Seed}). A file replaces its predecessor only when it is complete.
 */
public final class Checkpoints {
    private final Path directory;
    private final Duration interval;
    private int stages;

    /**
     * @param directory belongs to one execution alone
     * @param interval the most work that a killed process loses
     */
    public Checkpoints(Path directory, Duration interval) {
        this.directory = directory;
        this.interval = interval;
    }

    /** The file of the next loop of this execution; loops run in a fixed order. */
    Stage nextStage() {
        int number = stages++;
        return new Stage(number, directory.resolve("stage-" + number + ".safetensors"), interval);
    }

    /** The file of a loop that has a name. */
    Stage stage(String name) {
        return new Stage(stages, directory.resolve(name + ".safetensors"), interval);
    }

    /** Where a part of the execution keeps its own state, gone with that of the whole. */
    Checkpoints part(String name) {
        return new Checkpoints(directory.resolve(name), interval);
    }

    /** A file beside the states of loops, gone with them. */
    Path file(String name) {
        return directory.resolve(name);
    }

    /** Removes everything stored; called when the result of the execution is safe elsewhere. */
    public void clear() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            // What is inside a directory comes after it, and must go before it.
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the checkpoints in " + directory, e);
        }
    }

    /** The state of one loop. */
    static final class Stage {
        private static final String STEP = "step";

        private final int number;
        private final Path file;
        private final Duration interval;
        private long lastNanos = System.nanoTime();

        Stage(int number, Path file, Duration interval) {
            this.number = number;
            this.file = file;
            this.interval = interval;
        }

        /** How many loops of the execution come before. */
        int number() {
            return number;
        }

        boolean isDue() {
            return System.nanoTime() - lastNanos >= interval.toNanos();
        }

        /** Stores tensors and the number of steps they stand for. */
        void save(Map<String, Tensor> state, long step) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot create the checkpoint directory of " + file, e);
            }
            Safetensors.write(file, state, Map.of(STEP, Long.toString(step)));
            lastNanos = System.nanoTime();
        }

        /** Copies what is stored into {@code state}; returns the number of steps it stands for, 0 if there is none. */
        long restore(Map<String, Tensor> state) {
            if (!Files.exists(file)) {
                return 0;
            }
            try (Scope scope = Scope.open();
                    NoGrad guard = NoGrad.enter()) {
                Map<String, Tensor> stored = Safetensors.read(file);
                state.forEach((name, target) -> copy(stored, name, target));
                return Long.parseLong(Safetensors.metadata(file).getOrDefault(STEP, "0"));
            }
        }

        private void copy(Map<String, Tensor> stored, String name, Tensor target) {
            Tensor found = stored.get(name);
            if (found == null || found.elements() != target.elements()) {
                throw new IllegalArgumentException("Checkpoint " + file + " holds "
                        + (found == null ? "no tensor '" + name + "'" : name + " of " + found.elements() + " elements")
                        + ", expected " + target.elements()
                        + " elements; it belongs to another execution, delete it to start over");
            }
            target.copyInPlace(found);
        }
    }
}
