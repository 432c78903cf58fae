package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.data.Dataset;
import lethe.data.Query;
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
 * @param further (n, K) on each further version of the audit pool
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Evaluated(float[] pool, float[] retain, float[] test, List<float[]> further) {
    static Evaluated of(Model model, Setting setting, World world) {
        return of(model, setting, world, setting.queries());
    }

    /** With the examples of the pool as they are and in no other version. */
    static Evaluated asTheyAre(Model model, Setting setting, World world) {
        return of(model, setting, world, setting.queries().subList(0, 1));
    }

    private static Evaluated of(Model model, Setting setting, World world, List<Query> queries) {
        Dataset train = setting.train();
        Dataset pool = train.select(setting.pool());
        return new Evaluated(
                Evaluation.logits(model, pool),
                Evaluation.logits(model, train.select(world.retainSample())),
                Evaluation.logits(model, setting.test()),
                queries.stream()
                        .skip(1)
                        .map(query -> Evaluation.logits(model, query.of(pool)))
                        .toList());
    }

    /** Logits on a version of the pool, 0 for the examples as they are. */
    float[] query(int number) {
        return number == 0 ? pool : further.get(number - 1);
    }

    /** The numbers held. */
    long floats() {
        return (long) pool.length * (1 + further.size()) + retain.length + test.length;
    }

    /** Whether all logits are finite; weights that are can still give others. */
    boolean isFinite() {
        return isFinite(pool)
                && isFinite(retain)
                && isFinite(test)
                && further.stream().allMatch(Evaluated::isFinite);
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
        write(file, List.of());
    }

    /** Writes this beside what was evaluated on the way here. */
    void write(Path file, List<Evaluated> trajectory) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            put(tensors, "");
            for (int moment = 0; moment < trajectory.size(); moment++) {
                trajectory.get(moment).put(tensors, "epoch-" + (moment + 1) + ".");
            }
            Safetensors.write(file, tensors, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the directory of " + file, e);
        }
    }

    private void put(Map<String, Tensor> tensors, String prefix) {
        tensors.put(prefix + "pool", Tensor.of(pool));
        tensors.put(prefix + "retain", Tensor.of(retain));
        tensors.put(prefix + "test", Tensor.of(test));
        for (int number = 1; number <= further.size(); number++) {
            tensors.put(prefix + furtherPool(number), Tensor.of(query(number)));
        }
    }

    static Evaluated read(Path file) {
        try (Scope scope = Scope.open(Device.cpu())) {
            return of(Safetensors.read(file), "");
        }
    }

    /** What was evaluated after each epoch, in order. */
    static List<Evaluated> trajectory(Path file) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Map<String, Tensor> tensors = Safetensors.read(file);
            List<Evaluated> moments = new ArrayList<>();
            for (int epoch = 1; tensors.containsKey("epoch-" + epoch + ".pool"); epoch++) {
                moments.add(of(tensors, "epoch-" + epoch + "."));
            }
            return moments;
        }
    }

    /** As people count: the second query is the first further one. */
    private static String furtherPool(int number) {
        return "query-" + (number + 1) + ".pool";
    }

    private static Evaluated of(Map<String, Tensor> tensors, String prefix) {
        List<float[]> further = new ArrayList<>();
        while (tensors.containsKey(prefix + furtherPool(further.size() + 1))) {
            further.add(floats(tensors, prefix + furtherPool(further.size() + 1)));
        }
        return new Evaluated(
                floats(tensors, prefix + "pool"),
                floats(tensors, prefix + "retain"),
                floats(tensors, prefix + "test"),
                further);
    }

    private static float[] floats(Map<String, Tensor> tensors, String name) {
        return Optional.ofNullable(tensors.get(name))
                .orElseThrow(() -> new IllegalStateException("Signals file has no tensor '" + name + "'"))
                .toFloats();
    }
}
