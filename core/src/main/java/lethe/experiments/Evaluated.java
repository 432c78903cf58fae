package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import lethe.data.Dataset;
import lethe.engine.Device;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Evaluation;

/**
 * Logits of one model, row-major.
 *
 * @param pool (n, K) on the audit pool
 * @param retain on the world's retained sample
 * @param test on the evaluated test examples
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Evaluated(float[] pool, float[] retain, float[] test) {
    static Evaluated of(Model model, Setting setting, World world) {
        Dataset train = setting.train();
        return new Evaluated(
                Evaluation.logits(model, train.select(setting.pool())),
                Evaluation.logits(model, train.select(world.retainSample())),
                Evaluation.logits(model, setting.test()));
    }

    /** Whether all logits are finite; weights that are can still give others. */
    boolean isFinite() {
        return isFinite(pool) && isFinite(retain) && isFinite(test);
    }

    private static boolean isFinite(float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                return false;
            }
        }
        return true;
    }

    void write(Path file) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("pool", Tensor.of(pool));
            tensors.put("retain", Tensor.of(retain));
            tensors.put("test", Tensor.of(test));
            Safetensors.write(file, tensors, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the directory of " + file, e);
        }
    }

    static Evaluated read(Path file) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Map<String, Tensor> tensors = Safetensors.read(file);
            return new Evaluated(floats(tensors, "pool"), floats(tensors, "retain"), floats(tensors, "test"));
        }
    }

    private static float[] floats(Map<String, Tensor> tensors, String name) {
        return Optional.ofNullable(tensors.get(name))
                .orElseThrow(() -> new IllegalStateException("Signals file has no tensor '" + name + "'"))
                .toFloats();
    }
}
