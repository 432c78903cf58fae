package lethe.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import lethe.catalog.Digest;
import lethe.engine.NoGrad;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.engine.Weights;

/**
 * Weights at the end of stages of training, kept for later executions. A snapshot is found by a key that names everything
 * that made it, so it is taken for no other; deleting one costs time and never changes a result.
 */
public final class Snapshots {
    private static final String CONTENT = "sha256";
    private static final String SUFFIX = ".safetensors";

    private final Path directory;
    private final boolean writable;

    /** Snapshots in {@code directory}, which need not exist yet. */
    public Snapshots(Path directory) {
        this(directory, true);
    }

    private Snapshots(Path directory, boolean writable) {
        this.directory = directory;
        this.writable = writable;
    }

    /** The same snapshots for an execution that neither adds nor removes any. */
    public Snapshots readOnly() {
        return new Snapshots(directory, false);
    }

    boolean isWritable() {
        return writable;
    }

    /**
     * Takes over a snapshot, if it is there.
     *
     * @throws IllegalArgumentException if its file is not what was written
     */
    boolean restore(String key, Weights weights) {
        Path file = file(key);
        if (!Files.exists(file)) {
            return false;
        }
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> stored = Safetensors.read(file);
            if (!digest(stored).equals(Safetensors.metadata(file).get(CONTENT))) {
                throw new IllegalArgumentException("the numbers in it are not those that were written");
            }
            weights.load(stored);
            return true;
        } catch (IllegalArgumentException damaged) {
            throw new IllegalArgumentException(
                    "Snapshot " + file + " is damaged (" + damaged.getMessage()
                            + "); delete it, and what it holds is trained again",
                    damaged);
        }
    }

    void store(String key, Weights weights) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the directory of snapshots " + directory, e);
        }
        try (Scope scope = Scope.open()) {
            Safetensors.write(file(key), weights.named(), Map.of(CONTENT, digest(weights.named())));
        }
    }

    /** Removes those whose key begins with {@code prefix}, but none of {@code kept}. */
    void remove(String prefix, Set<String> kept) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.startsWith(prefix)
                        && name.endsWith(SUFFIX)
                        && !kept.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove outdated snapshots from " + directory, e);
        }
    }

    private Path file(String key) {
        return directory.resolve(key + SUFFIX);
    }

    /** SHA-256 of names and numbers, in the order of names. */
    static String digest(Map<String, Tensor> tensors) {
        MessageDigest hasher = Digest.hasher();
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            new TreeMap<>(tensors).forEach((name, tensor) -> {
                float[] numbers = tensor.toFloats();
                ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(numbers);
                hasher.update((name + "\n" + numbers.length + "\n").getBytes(StandardCharsets.UTF_8));
                hasher.update(bytes);
            });
        }
        return Digest.hex(hasher.digest());
    }
}
