package lethe.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import tools.jackson.databind.JsonNode;

/** The weights of a checkpoint: one safetensors file, or several with an index. Nothing is read but their headers. */
final class HuggingFaceWeights {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = SINGLE + ".index.json";

    /** Masks and frequencies that older versions stored beside the weights; exactly these, for a bias is called so too. */
    private static final Pattern BUFFERS = Pattern.compile("transformer\\.h\\.\\d+\\.attn\\.(bias|masked_bias)"
            + "|gpt_neox\\.layers\\.\\d+\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)"
            + "|model\\.(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq");

    private static final Set<Safetensors.Type> FLOATS =
            Set.of(Safetensors.Type.F32, Safetensors.Type.F16, Safetensors.Type.BF16);

    private final Path folder;
    private final Layout layout;
    /** By our name, where a tensor lies and what the file calls it. */
    private final Map<String, Place> places = new TreeMap<>();

    private record Place(Path shard, String name, Safetensors.Stored stored) {}

    /** @throws IllegalArgumentException if there are no such files, or one is damaged, missing or not what the index says */
    HuggingFaceWeights(Path folder, Layout layout) {
        this.folder = folder;
        this.layout = layout;
        Path index = folder.resolve(INDEX);
        Path single = folder.resolve(SINGLE);
        if (Files.exists(single)) {
            add(single, Safetensors.stored(single));
        } else if (Files.exists(index)) {
            shards(index).forEach(this::addShard);
        } else {
            refusePickles();
            throw new IllegalArgumentException(
                    "There is neither " + SINGLE + " nor " + INDEX + " in " + folder.toAbsolutePath());
        }
    }

    private void refusePickles() {
        for (String name : List.of("pytorch_model.bin", "pytorch_model.bin.index.json")) {
            if (Files.exists(folder.resolve(name))) {
                throw new IllegalArgumentException(folder.resolve(name) + ": weights in Python's pickle format are not "
                        + "read, because such a file can run any code; convert them in Python with "
                        + "model.save_pretrained(folder, safe_serialization=True)");
            }
        }
    }

    private static Map<String, Set<String>> shards(Path index) {
        JsonNode map = Keys.object(index).get("weight_map");
        if (map == null || !map.isObject()) {
            throw new IllegalArgumentException(index + ": expected an object 'weight_map' from tensors to files");
        }
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String file = entry.getValue().asString("");
            if (file.isEmpty() || file.contains("/") || file.contains("\\") || file.startsWith(".")) {
                throw new IllegalArgumentException(index + ": tensor '" + entry.getKey() + "' is said to lie in "
                        + entry.getValue() + "; expected the name of a file in the same folder");
            }
        }
        return map.properties().stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.getValue().asString(),
                        TreeMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
    }

    private void addShard(String file, Set<String> names) {
        Path shard = folder.resolve(file);
        if (!Files.exists(shard)) {
            throw new IllegalArgumentException(
                    folder.resolve(INDEX) + ": the file " + file + " is not there; was the download complete?");
        }
        Map<String, Safetensors.Stored> stored = Safetensors.stored(shard);
        if (!stored.keySet().equals(names)) {
            Set<String> lacking = new TreeSet<>(names);
            lacking.removeAll(stored.keySet());
            Set<String> unknown = new TreeSet<>(stored.keySet());
            unknown.removeAll(names);
            throw new IllegalArgumentException(shard + ": does not hold what " + INDEX + " says"
                    + (lacking.isEmpty() ? "" : "; it lacks " + lacking)
                    + (unknown.isEmpty() ? "" : "; the index does not know its " + unknown));
        }
        add(shard, stored);
    }

    private void add(Path shard, Map<String, Safetensors.Stored> stored) {
        stored.forEach((name, description) -> {
            Place before = places.put(ours(name), new Place(shard, name, description));
            if (before != null) {
                throw new IllegalArgumentException(shard + ": tensor '" + name + "' is there twice, the other time as '"
                        + before.name + "' in " + before.shard.getFileName());
            }
        });
    }

    /** The first files of GPT-2 leave a prefix out. */
    private String ours(String name) {
        String prefix = "transformer.";
        return layout != Layout.GPT2 || name.startsWith(prefix) || name.equals(head()) ? name : prefix + name;
    }

    private String head() {
        return layout.head + ".weight";
    }

    private String table() {
        return layout.tokens + ".weight";
    }

    /** Whether there is a head whose bits are not those of the table of tokens. */
    boolean headDiffersFromTable() {
        Place head = places.get(head());
        Place table = places.get(table());
        if (head == null || table == null) {
            return false;
        }
        if (!head.stored.equals(table.stored)) {
            return true;
        }
        try (Scope scope = Scope.open()) {
            return !read(head).sameAs(read(table));
        }
    }

    private static Tensor read(Place place) {
        return Objects.requireNonNull(
                Safetensors.read(place.shard, place.name::equals).get(place.name));
    }

    /** The files that hold them, in order. */
    List<Path> files() {
        return places.values().stream().map(Place::shard).distinct().sorted().toList();
    }

    /** The element types of the file by our names. */
    Map<String, Safetensors.Type> types() {
        return places.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().stored.type()));
    }

    /**
     * Copies the file's numbers into tensors of a model, one after another.
     *
     * @throws IllegalArgumentException naming tensors that are missing, superfluous, or of another shape or type; nothing
     *     is changed then
     */
    void load(Map<String, Tensor> model) {
        requireFit(model);
        Map<Path, Map<String, Tensor>> byShard = new LinkedHashMap<>();
        places.forEach((name, place) -> {
            Tensor target = model.get(name);
            if (target != null) {
                byShard.computeIfAbsent(place.shard, shard -> new LinkedHashMap<>())
                        .put(place.name, target);
            }
        });
        byShard.forEach(Safetensors::readInto);
    }

    private void requireFit(Map<String, Tensor> model) {
        List<String> faults = new ArrayList<>();
        model.forEach((name, tensor) -> {
            Place place = places.get(name);
            if (place == null) {
                faults.add(name + " is missing");
                return;
            }
            List<Long> expected = Arrays.stream(tensor.shape()).boxed().toList();
            if (!place.stored.shape().equals(expected)) {
                faults.add(place.name + " has shape " + place.stored.shape() + ", expected " + expected);
            }
            if (!FLOATS.contains(place.stored.type())) {
                faults.add(place.name + " is stored as " + place.stored.type() + ", expected F32, F16 or BF16");
            }
        });
        places.forEach((name, place) -> {
            // A head that the model has not is the table once more; otherwise the model were untied.
            if (!model.containsKey(name)
                    && !name.equals(head())
                    && !BUFFERS.matcher(name).matches()) {
                faults.add(place.name + " belongs to no part of the network");
            }
        });
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("Weights in " + folder + " do not fit its config.json: "
                    + String.join("; ", faults.subList(0, Math.min(5, faults.size())))
                    + (faults.size() > 5 ? "; and " + (faults.size() - 5) + " more" : ""));
        }
    }
}
