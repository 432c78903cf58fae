package lethe.catalog;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Node.Entry;
import lethe.catalog.Node.Mapping;
import lethe.catalog.Node.Scalar;
import lethe.catalog.Node.Sequence;
import lethe.catalog.SettingsException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Lays written settings over the defaults of a record. Mistakes are noted, not thrown, so that one reading finds all of
 * them; a method that noted one returns null.
 */
final class Binder {
    private final List<Problem> problems;

    Binder(List<Problem> problems) {
        this.problems = problems;
    }

    /**
     * Returns the value that {@code node} stands for.
     *
     * @param defaults what a record's unwritten settings are; without it, its no-argument constructor says
     */
    @Nullable
    Object bind(Node node, Type type, Optional<?> defaults, String path) {
        Class<?> raw = raw(type);
        if (raw.isRecord()) {
            return node instanceof Mapping mapping
                    ? record(mapping, raw, defaults, path)
                    : mistaken(node, path, "settings {" + String.join(", ", allowed(raw)) + "}");
        }
        if (raw == Optional.class) {
            Object value = bind(node, argument(type, 0), defaults.flatMap(it -> (Optional<?>) it), path);
            return value == null ? null : Optional.of(value);
        }
        if (raw == List.class) {
            return list(node, argument(type, 0), path);
        }
        if (raw == Map.class && raw(argument(type, 0)) == String.class) {
            return map(node, argument(type, 1), path);
        }
        if (raw == Range.class) {
            return range(node, path);
        }
        if (raw.isInterface() && raw != Path.class) {
            return catalogued(node, Catalog.of(raw), path);
        }
        return scalar(node, raw, path);
    }

    private @Nullable Object record(Mapping mapping, Class<?> type, Optional<?> given, String path) {
        Map<String, Entry> written = written(mapping, type, path);
        Optional<Object> made = madeFromShorthand(type, written, path);
        Optional<?> defaults = made.isPresent() ? made : given.isPresent() ? given : Records.defaults(type);
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Object[] fallbacks = new Object[components.length];
        List<String> mistaken = new ArrayList<>();
        Records.shorthand(type)
                .map(Records.Shorthand::name)
                .filter(name -> written.containsKey(name) && made.isEmpty())
                .ifPresent(mistaken::add);
        boolean complete = true;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String name = component.getName();
            Optional<Object> fallback = defaults.map(it -> Records.get(component, it));
            Entry entry = written.get(name);
            Object value = null;
            if (entry != null) {
                Optional<Object> nested = fallback.filter(it -> it.getClass() == component.getType());
                value = bind(entry.value(), component.getGenericType(), nested, child(path, name));
            } else if (fallback.isEmpty() || component.isAnnotationPresent(Required.class)) {
                note(mapping, child(path, name), "Missing; it has no default and must be written.");
            } else {
                value = fallback.get();
            }
            if (value == null) {
                mistaken.add(name);
                complete &= fallback.isPresent();
            }
            fallbacks[i] = fallback.orElse(null);
            values[i] = value != null ? value : fallbacks[i];
        }
        return complete ? create(mapping, type, written, values, fallbacks, mistaken, path) : null;
    }

    /** What all settings are that are not written, where the one is that the others can be made from. */
    private Optional<Object> madeFromShorthand(Class<?> type, Map<String, Entry> written, String path) {
        Optional<Records.Shorthand> found = Records.shorthand(type);
        Optional<Entry> entry = found.flatMap(it -> Optional.ofNullable(written.get(it.name())));
        if (found.isEmpty() || entry.isEmpty()) {
            return Optional.empty();
        }
        Records.Shorthand shorthand = found.get();
        Node node = entry.get().value();
        String place = child(path, shorthand.name());
        List<String> decided = List.of(shorthand.form().decides());
        List<Entry> twice = written.values().stream()
                .filter(other -> decided.contains(other.key()))
                .toList();
        for (Entry other : twice) {
            String message = "Decided by '" + shorthand.name() + "' already; write only one of the two.";
            problems.add(new Problem(child(path, other.key()), other.line(), other.column(), message));
        }
        Object value = bind(node, shorthand.type(), Optional.empty(), place);
        if (value == null || !twice.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(shorthand.create(value));
        } catch (IllegalArgumentException refusal) {
            String spoken = Records.nameOf(type).map(name -> name + ": ").orElse("") + refusal.getMessage();
            note(node, place, spoken);
            return Optional.empty();
        }
    }

    private Map<String, Entry> written(Mapping mapping, Class<?> type, String path) {
        List<String> allowed = allowed(type);
        Map<String, Entry> written = new HashMap<>();
        for (Entry entry : mapping.entries()) {
            if (!allowed.contains(entry.key())) {
                String message = "Unknown key" + Nearest.hint(entry.key(), allowed)
                        + (allowed.isEmpty() ? " There are no settings here." : " Allowed are " + join(allowed) + ".");
                problems.add(new Problem(child(path, entry.key()), entry.line(), entry.column(), message));
            } else if (entry.key().equals(Records.NAME) && Records.nameOf(type).isPresent()) {
                String name = Records.nameOf(type).get();
                if (!(entry.value() instanceof Scalar scalar && scalar.text().equals(name))) {
                    mistaken(entry.value(), child(path, Records.NAME), "'" + name + "'");
                }
            } else {
                written.put(entry.key(), entry);
            }
        }
        return written;
    }

    /**
     * Calls the constructor. If it refuses one setting by name and that setting has a default, the default takes its
     * place for another try, so that a second bad value is found in the same reading.
     *
     * @param mistaken settings that are at their default only because what was written for them could not be read
     */
    private @Nullable Object create(
            Mapping mapping,
            Class<?> type,
            Map<String, Entry> written,
            Object[] values,
            @Nullable Object[] fallbacks,
            List<String> mistaken,
            String path) {
        List<String> names = Records.componentNames(type);
        while (true) {
            try {
                Object created = Records.create(type, values);
                return mistaken.isEmpty() ? created : null;
            } catch (SettingsException refusal) {
                String culprit = inner(mapping, refusal, mistaken, path);
                if (!fallBack(names.indexOf(culprit), values, fallbacks)) {
                    return null;
                }
                mistaken.add(culprit);
            } catch (IllegalArgumentException refusal) {
                String message = refusal.getMessage() == null ? refusal.toString() : refusal.getMessage();
                Optional<String> culprit = names.stream()
                        .filter(name -> written.containsKey(name) && message.startsWith(name + " "))
                        .findFirst();
                String spoken = Records.nameOf(type).map(name -> name + ": ").orElse("") + message;
                if (mistaken.stream().noneMatch(message::contains)) {
                    Node at = culprit.map(written::get).map(Entry::value).orElse(mapping);
                    note(at, culprit.map(name -> child(path, name)).orElse(path), spoken);
                }
                int index = culprit.map(names::indexOf).orElse(-1);
                if (!fallBack(index, values, fallbacks)) {
                    return null;
                }
                mistaken.add(names.get(index));
            }
        }
    }

    /** Replaces a refused setting by its default; false if there is none, or if that is what was refused. */
    private static boolean fallBack(int index, Object[] values, @Nullable Object[] fallbacks) {
        if (index < 0 || fallbacks[index] == null || values[index].equals(fallbacks[index])) {
            return false;
        }
        values[index] = fallbacks[index];
        return true;
    }

    /**
     * Notes what a constructor found wrong with settings inside its own, whose paths it knows but not their places.
     *
     * @return the setting of the constructor in which the first of them is
     */
    private String inner(Mapping mapping, SettingsException refusal, List<String> mistaken, String path) {
        for (Problem problem : refusal.problems()) {
            if (mistaken.stream().noneMatch(problem.message()::contains)) {
                Entry at = locate(mapping, problem.path());
                problems.add(new Problem(child(path, problem.path()), at.line(), at.column(), problem.message()));
            }
        }
        String first = refusal.problems().get(0).path();
        return first.split("[.\\[]", 2)[0];
    }

    /** The key or list item to which a path such as {@code spaces.amun.schedule[1]} leads, as far as it was written. */
    private static Entry locate(Mapping mapping, String path) {
        Entry at = new Entry("", mapping, mapping.line(), mapping.column());
        for (String key : path.split("[.\\[\\]]+", -1)) {
            if (at.value() instanceof Mapping group) {
                Entry outer = at;
                at = group.entries().stream()
                        .filter(entry -> entry.key().equals(key))
                        .findFirst()
                        .orElse(outer);
            } else if (at.value() instanceof Sequence list
                    && Numbers.WHOLE.matcher(key).matches()) {
                Node item = list.items().get(Integer.parseInt(key));
                at = new Entry(key, item, item.line(), item.column());
            }
        }
        return at;
    }

    private @Nullable Object catalogued(Node node, Catalog<?> catalog, String path) {
        if (catalog.names().isEmpty()) {
            throw new IllegalStateException(
                    "Nothing named implements " + catalog.type().getName() + " at '" + path
                            + "'; settings are records, lists, maps of texts, catalogued interfaces and plain values");
        }
        Node name = node;
        var settings = new Mapping(List.of(), node.line(), node.column());
        if (node instanceof Mapping mapping) {
            settings = mapping;
            Optional<Entry> entry = mapping.entries().stream()
                    .filter(it -> it.key().equals(Records.NAME))
                    .findFirst();
            if (entry.isEmpty()) {
                return shortForm(mapping, catalog, path);
            }
            name = entry.get().value();
        }
        if (!(name instanceof Scalar scalar) || scalar.isNull()) {
            return mistaken(name, path, "the name of one " + catalog.noun() + " (" + catalog.known() + ")");
        }
        Optional<? extends Class<?>> type = catalog.find(scalar.text());
        return type.isPresent()
                ? record(settings, type.get(), Optional.empty(), path)
                : note(name, path, catalog.unknown(scalar.text()));
    }

    /**
     * What is written without {@code name}: {@code {closure: {cap: 9}}} for {@code {name: closure, cap: 9}}, and
     * {@code {closure: 0.9}} with a value for the setting that is meant where none is named.
     */
    private @Nullable Object shortForm(Mapping mapping, Catalog<?> catalog, String path) {
        Optional<Entry> known = mapping.entries().stream()
                .filter(entry -> catalog.find(entry.key()).isPresent())
                .findFirst();
        if (known.isEmpty() || mapping.entries().size() > 1) {
            return unnamed(mapping, known.map(Entry::key), catalog, path);
        }
        Entry entry = known.get();
        Class<?> type = catalog.find(entry.key()).orElseThrow();
        String inner = child(path, entry.key());
        if (entry.value() instanceof Mapping settings) {
            return record(settings, type, Optional.empty(), inner);
        }
        Optional<String> main = Records.mainSetting(type);
        if (main.isEmpty()) {
            return mistaken(entry.value(), inner, "settings {" + join(Records.componentNames(type)) + "}");
        }
        var only = new Entry(main.get(), entry.value(), entry.line(), entry.column());
        var settings = new Mapping(List.of(only), mapping.line(), mapping.column());
        return record(settings, type, Optional.empty(), inner);
    }

    /** Notes that it is not said which implementation is meant, as helpfully as the keys allow. */
    private @Nullable Object unnamed(Mapping mapping, Optional<String> known, Catalog<?> catalog, String path) {
        if (known.isPresent()) {
            String name = known.get();
            String message = "Missing; write {name: " + name + ", …}, or {" + name + ": {…}} with all settings in it.";
            return note(mapping, child(path, Records.NAME), message);
        }
        if (mapping.entries().size() == 1) {
            Entry only = mapping.entries().get(0);
            List<String> words = new ArrayList<>(catalog.names());
            words.add(Records.NAME);
            Optional<String> near = Nearest.to(only.key(), words);
            if (near.isPresent() && !near.get().equals(Records.NAME)) {
                String message = catalog.unknown(only.key());
                problems.add(new Problem(child(path, only.key()), only.line(), only.column(), message));
                return null;
            }
        }
        return note(
                mapping,
                child(path, Records.NAME),
                "Missing; names of " + catalog.noun() + "s are " + catalog.known() + ".");
    }

    private @Nullable Object list(Node node, Type item, String path) {
        if (!(node instanceof Sequence sequence)) {
            String hint = node instanceof Scalar scalar && !scalar.isNull() ? " such as [" + scalar.text() + "]" : "";
            return mistaken(node, path, "a list" + hint);
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Object value = bind(sequence.items().get(i), item, Optional.empty(), path + "[" + i + "]");
            if (value != null) {
                values.add(value);
            }
        }
        return values.size() == sequence.items().size() ? Collections.unmodifiableList(values) : null;
    }

    private @Nullable Object map(Node node, Type item, String path) {
        if (!(node instanceof Mapping mapping)) {
            return mistaken(node, path, "a group {key: value, …}");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            Object value = bind(entry.value(), item, Optional.empty(), child(path, entry.key()));
            if (value != null) {
                values.put(entry.key(), value);
            }
        }
        return values.size() == mapping.entries().size() ? Collections.unmodifiableMap(values) : null;
    }

    private @Nullable Object range(Node node, String path) {
        try {
            if (node instanceof Sequence sequence) {
                return new Range.Choice(
                        sequence.items().stream().map(Node::plain).toList());
            }
            Optional<? extends Range> range =
                    node instanceof Scalar scalar ? Range.parse(scalar.text()) : Optional.empty();
            return range.isPresent()
                    ? range.get()
                    : mistaken(node, path, "a range such as 2..8 or log 1e-4..1e-2, or a list of values");
        } catch (IllegalArgumentException refusal) {
            return note(node, path, refusal.getMessage() + ".");
        }
    }

    private @Nullable Object scalar(Node node, Class<?> type, String path) {
        String expected = expected(type, path);
        if (!(node instanceof Scalar scalar) || scalar.isNull()) {
            return mistaken(node, path, expected);
        }
        String text = scalar.text();
        if (type == String.class) {
            return text;
        }
        if (type == Path.class) {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                return mistaken(node, path, expected);
            }
        }
        if (type.isEnum()) {
            return constant(scalar, type, path);
        }
        if (type == Duration.class) {
            Optional<Duration> duration = Durations.parse(text);
            return duration.isPresent() ? duration.get() : mistaken(node, path, expected);
        }
        if (type == boolean.class || type == Boolean.class) {
            boolean known = text.equals("true") || text.equals("false");
            return known && !scalar.quoted() ? (Object) text.equals("true") : mistaken(node, path, expected);
        }
        return number(scalar, type, expected, path);
    }

    private @Nullable Object number(Scalar scalar, Class<?> type, String expected, String path) {
        String text = scalar.text();
        boolean whole = type != double.class && type != Double.class;
        if (!(whole ? Numbers.WHOLE : Numbers.REAL).matcher(text).matches()) {
            String plain = text.replace("_", "");
            boolean underscores =
                    !plain.equals(text) && Numbers.REAL.matcher(plain).matches();
            return mistaken(scalar, path, expected, underscores ? "; write " + plain + " without underscores" : "");
        }
        if (scalar.quoted()) {
            return mistaken(scalar, path, expected, "; remove the quotes");
        }
        try {
            if (type == int.class || type == Integer.class) {
                return Integer.valueOf(text);
            }
            if (type == long.class || type == Long.class) {
                return Long.valueOf(text);
            }
        } catch (NumberFormatException e) {
            String limit = type == int.class || type == Integer.class ? "2^31" : "2^63";
            return mistaken(scalar, path, expected, ", which is not below " + limit + " in magnitude");
        }
        double value = Numbers.parse(text);
        if (Double.isInfinite(value) && !text.endsWith("inf")) {
            return mistaken(scalar, path, expected, ", which is too large");
        }
        return value;
    }

    private @Nullable Object constant(Scalar scalar, Class<?> type, String path) {
        List<String> allowed = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String text = Records.text((Enum<?>) constant);
            if (text.equals(scalar.text())) {
                return constant;
            }
            allowed.add(text);
        }
        return note(
                scalar,
                path,
                "No such value " + scalar.describe() + Nearest.hint(scalar.text(), allowed) + " Allowed are "
                        + join(allowed) + ".");
    }

    private static String expected(Class<?> type, String path) {
        if (type == String.class) {
            return "a text";
        } else if (type == Path.class) {
            return "a path";
        } else if (type == Duration.class) {
            return "a time such as 90s, 10m or 2h";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        } else if (type == double.class || type == Double.class) {
            return "a number";
        } else if (type.isEnum()) {
            return "one of "
                    + join(Arrays.stream(type.getEnumConstants())
                            .map(it -> Records.text((Enum<?>) it))
                            .toList());
        }
        throw new IllegalStateException("A setting cannot be a " + type.getName() + ", as '" + path + "' is");
    }

    private static List<String> allowed(Class<?> record) {
        List<String> allowed = new ArrayList<>();
        Records.nameOf(record).ifPresent(name -> allowed.add(Records.NAME));
        allowed.addAll(Records.componentNames(record));
        Records.shorthand(record).ifPresent(it -> allowed.add(it.name()));
        return allowed;
    }

    private @Nullable Object mistaken(Node node, String path, String expected) {
        return mistaken(node, path, expected, "");
    }

    private @Nullable Object mistaken(Node node, String path, String expected, String hint) {
        return note(node, path, "Expected " + expected + ", but found " + node.describe() + hint + ".");
    }

    private @Nullable Object note(Node node, String path, String message) {
        problems.add(new Problem(path, node.line(), node.column(), message));
        return null;
    }

    private static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String join(List<String> words) {
        return String.join(", ", words);
    }

    private static Type argument(Type type, int index) {
        Type argument = ((ParameterizedType) type).getActualTypeArguments()[index];
        return argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
    }
}
