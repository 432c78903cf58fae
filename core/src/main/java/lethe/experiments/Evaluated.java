package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
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
import lethe.training.Answers;
import lethe.training.Evaluation;
import lethe.training.TextScore;

/**
 * What one model says.
 *
 * @param pool on the audit pool
 * @param retain on the world's retained sample
 * @param test on the evaluated test examples
 * @param further on each further version of the audit pool
 * @param relearned how soon it learned again what it was to forget, if that was tried
 */
record Evaluated(Answers pool, Answers retain, Answers test, List<Answers> further, Optional<Relearned> relearned) {
    /** What a model says that was not taught again. */
    Evaluated(Answers pool, Answers retain, Answers test, List<Answers> further) {
        this(pool, retain, test, further, Optional.empty());
    }

    Evaluated with(Relearned found) {
        return new Evaluated(pool, retain, test, further, Optional.of(found));
    }

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
                asked(model, pool, setting),
                Evaluation.answers(model, train.select(world.retainSample())),
                Evaluation.answers(model, setting.test()),
                queries.stream()
                        .skip(1)
                        .map(query -> asked(model, query.of(pool), setting))
                        .toList());
    }

    /** What attacks read. */
    private static Answers asked(Model model, Dataset pool, Setting setting) {
        return setting.readsGradients()
                ? Evaluation.answersWithGradients(model, pool)
                : Evaluation.answers(model, pool);
    }

    /** On a version of the pool, 0 for the examples as they are. */
    Answers query(int number) {
        return number == 0 ? pool : further.get(number - 1);
    }

    /** The numbers held. */
    long floats() {
        return pool.floats()
                + retain.floats()
                + test.floats()
                + further.stream().mapToLong(Answers::floats).sum();
    }

    /** Whether all numbers are finite; weights that are can still give others. */
    boolean isFinite() {
        return pool.isFinite()
                && retain.isFinite()
                && test.isFinite()
                && further.stream().allMatch(Answers::isFinite);
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
            Safetensors.write(file, tensors, relearned.map(Relearned::notes).orElse(Map.of()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the directory of " + file, e);
        }
    }

    private void put(Map<String, Tensor> tensors, String prefix) {
        put(tensors, prefix + "pool", pool);
        put(tensors, prefix + "retain", retain);
        put(tensors, prefix + "test", test);
        for (int number = 1; number <= further.size(); number++) {
            put(tensors, prefix + furtherPool(number), query(number));
        }
    }

    private static void put(Map<String, Tensor> tensors, String name, Answers answers) {
        tensors.put(name, Tensor.of(answers.logits()));
        answers.texts().forEach((score, values) -> tensors.put(name + "." + score.label(), Tensor.of(values)));
    }

    static Evaluated read(Path file) {
        try (Scope scope = Scope.open(Device.cpu())) {
            Evaluated said = of(Safetensors.read(file), "");
            return Relearned.of(Safetensors.metadata(file)).map(said::with).orElse(said);
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
        List<Answers> further = new ArrayList<>();
        while (tensors.containsKey(prefix + furtherPool(further.size() + 1))) {
            further.add(answers(tensors, prefix + furtherPool(further.size() + 1)));
        }
        return new Evaluated(
                answers(tensors, prefix + "pool"),
                answers(tensors, prefix + "retain"),
                answers(tensors, prefix + "test"),
                further);
    }

    private static Answers answers(Map<String, Tensor> tensors, String name) {
        Map<TextScore, float[]> texts = new EnumMap<>(TextScore.class);
        for (TextScore score : TextScore.values()) {
            Optional.ofNullable(tensors.get(name + "." + score.label()))
                    .ifPresent(values -> texts.put(score, values.toFloats()));
        }
        float[] logits = Optional.ofNullable(tensors.get(name))
                .orElseThrow(() -> new IllegalStateException("Signals file has no tensor '" + name + "'"))
                .toFloats();
        return new Answers(logits, texts);
    }
}
