package lethe.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import lethe.catalog.SettingsException.Problem;

/**
 * Settings as text: a YAML document is read strictly into records, and records are written with every default filled
 * in.
 *
 * <p>A setting is a record, a {@link List}, a {@link Map} with text keys, an enum, a {@link String}, {@link Path},
 * {@link Duration}, {@link Range}, {@code boolean}, {@code int}, {@code long} or {@code double}, or an interface with a
 * {@link Catalog}, which is written {@code {name: npo, beta: 0.5}}, {@code {npo: {beta: 0.5}}} or just {@code npo}, and
 * {@code {random: 0.1}} where there is only one setting or a {@link ShortForm}; or an {@link Optional} of one of
 * these, which is written like it and left out where it is empty. Settings that are not written
 * keep the value of the record's no-argument constructor; without one, or marked {@link Required}, they must be written.
 * What was written is read as the type asks, so that {@code no} is a fine name and {@code "5"} is no number.
 */
public final class Settings {
    private Settings() {}

    /** Reads a YAML file; every mistake in it is in the {@link SettingsException}. */
    public static <T> T read(Path file, Class<T> type) {
        return parse(text(file), file.toString(), type);
    }

    /** Reads a YAML file; settings that are not written keep their value in {@code defaults}. */
    public static <T> T read(Path file, T defaults) {
        return parse(text(file), file.toString(), defaults);
    }

    /** Reads a YAML text; {@code source} says in messages where it came from. */
    public static <T> T parse(String yaml, String source, Class<T> type) {
        return parse(yaml, source, type, Optional.empty());
    }

    /** Reads a YAML text; settings that are not written keep their value in {@code defaults}. */
    public static <T> T parse(String yaml, String source, T defaults) {
        @SuppressWarnings("unchecked") // the class of a T
        var type = (Class<T>) defaults.getClass();
        return parse(yaml, source, type, Optional.of(defaults));
    }

    private static <T> T parse(String yaml, String source, Class<T> type, Optional<T> defaults) {
        List<Problem> problems = new ArrayList<>();
        Optional<Node> node = Yaml.read(yaml, problems);
        if (node.isEmpty()) {
            throw new SettingsException(source, yaml, problems);
        }
        return bind(node.get(), yaml, source, type, defaults, problems);
    }

    static <T> T bind(Node node, String text, String source, Class<T> type, Optional<T> defaults) {
        return bind(node, text, source, type, defaults, new ArrayList<>());
    }

    private static <T> T bind(
            Node node, String text, String source, Class<T> type, Optional<T> defaults, List<Problem> problems) {
        Object bound = new Binder(problems).bind(node, type, defaults, "");
        if (!problems.isEmpty() || bound == null) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new SettingsException(source, text, problems);
        }
        return type.cast(bound);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8; is it the right file?", e);
        } catch (IOException e) {
            if (Files.exists(file)) {
                throw new UncheckedIOException(e);
            }
            throw new IllegalArgumentException("There is no file " + file + neighbour(file), e);
        }
    }

    private static String neighbour(Path missing) {
        Path folder = missing.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "; there is no folder " + folder + " either";
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(it -> it.getFileName().toString()).toList();
            return Nearest.to(missing.getFileName().toString(), names)
                    .map(near -> "; did you mean " + missing.resolveSibling(near) + "?")
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** A record as maps, lists, texts, numbers and truth values, in the order of its components. */
    public static Map<String, Object> toTree(Object settings) {
        if (!settings.getClass().isRecord()) {
            throw new IllegalArgumentException("Settings are records, but this is " + settings.getClass());
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        Records.nameOf(settings.getClass()).ifPresent(name -> tree.put(Records.NAME, name));
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = Records.get(component, settings);
            if (!(value instanceof Optional<?> optional)) {
                tree.put(component.getName(), tree(value));
            } else if (optional.isPresent()) {
                tree.put(component.getName(), tree(optional.get()));
            }
        }
        return tree;
    }

    private static Object tree(Object value) {
        if (value instanceof Range range) {
            return range.written();
        } else if (value.getClass().isRecord()) {
            return toTree(value);
        } else if (value instanceof List<?> list) {
            return list.stream().map(Settings::tree).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> tree = new TreeMap<>(); // the order of an immutable map changes from run to run
            map.forEach((key, item) -> tree.put((String) key, tree(item)));
            return tree;
        } else if (value instanceof Enum<?> constant) {
            return Records.text(constant);
        } else if (value instanceof Duration duration) {
            return Durations.text(duration);
        } else if (value instanceof Path path) {
            String separator = path.getFileSystem().getSeparator();
            return separator.equals("/") ? path.toString() : path.toString().replace(separator, "/");
        } else if (value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Double) {
            return value;
        }
        throw new IllegalArgumentException(
                "A setting cannot be a " + value.getClass().getName());
    }

    /** A record as YAML with every default filled in; reading it gives an equal record. */
    public static String toYaml(Object settings) {
        return Yaml.write(toTree(settings));
    }

    /**
     * A record, or a tree of maps, lists and values, as JSON in exactly one way: keys sorted, no spaces, doubles as the
     * shortest text that reads back the same. Digests are taken of it.
     */
    public static String canonicalJson(Object settings) {
        var out = new StringBuilder();
        Json.write(tree(settings), out);
        return out.toString();
    }
}
