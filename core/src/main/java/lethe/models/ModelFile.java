package lethe.models;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import lethe.catalog.Settings;
import lethe.engine.Safetensors;
import lethe.engine.Scope;

/**
 * A model in a safetensors file: its tensors by name, and in the metadata what is needed to build the network again.
 * Reading one runs no code from the file.
 */
public final class ModelFile {
    private static final String ARCHITECTURE = "lethe.architecture";
    private static final String SHAPE = "lethe.input-shape";
    private static final String CLASSES = "lethe.classes";

    private ModelFile() {}

    /** Writes a model; the file replaces its predecessor only when it is complete. */
    public static void write(Model model, Path file) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(ARCHITECTURE, Settings.toYaml(new Form(model.architecture())));
        metadata.put(
                SHAPE,
                Arrays.stream(model.inputShape()).mapToObj(Long::toString).collect(Collectors.joining(",")));
        metadata.put(CLASSES, Integer.toString(model.classes()));
        Safetensors.write(file, model.named(), metadata);
    }

    /**
     * Reads a model onto the current device.
     *
     * @throws IllegalArgumentException if the file is damaged, was not written by {@link #write}, or its tensors do not
     *     fit its architecture
     */
    public static Model read(Path file) {
        Map<String, String> metadata = Safetensors.metadata(file);
        String form = required(metadata, ARCHITECTURE, file);
        long[] shape = Arrays.stream(required(metadata, SHAPE, file).split(","))
                .mapToLong(side -> number(side, SHAPE, file))
                .toArray();
        int classes = Math.toIntExact(number(required(metadata, CLASSES, file), CLASSES, file));
        Architecture architecture =
                Settings.parse(form, file + " metadata", Form.class).architecture();
        Model model = architecture.blank(shape, classes);
        try (Scope scope = Scope.open()) {
            model.weights().load(Safetensors.read(file));
        }
        return model;
    }

    private static String required(Map<String, String> metadata, String key, Path file) {
        String value = metadata.get(key);
        if (value == null) {
            throw new IllegalArgumentException("Weights file " + file + " has no '" + key
                    + "' in its metadata, so its network is unknown; expected a file written by 'lethe train'");
        }
        return value;
    }

    private static long number(String text, String key, Path file) {
        try {
            long value = Long.parseLong(text.strip());
            if (value > 0 && value < 1 << 24) {
                return value;
            }
        } catch (NumberFormatException ignored) {
            // reported below like any other value out of range
        }
        throw new IllegalArgumentException(
                "Weights file " + file + " says '" + text + "' for '" + key + "'; expected a positive whole number");
    }

    /** The document in the metadata. */
    private record Form(Architecture architecture) {}
}
