package lethe.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The implementations of one interface, by their {@link Named} names.
 *
 * <p>An implementation is a record: its components are its settings, its no-argument constructor gives their defaults,
 * its compact constructor their admissible range. {@link ServiceLoader} finds the implementations of an open
 * interface; those of a sealed one are the records that it permits.
 *
 * @param <T> the interface
 */
public final class Catalog<T> {
    private final Class<T> type;
    private final SortedMap<String, Class<? extends T>> classes = new TreeMap<>();

    private Catalog(Class<T> type) {
        this.type = type;
    }

    /** The catalogue of {@code type}; empty if nothing implements it by name. */
    public static <T> Catalog<T> of(Class<T> type) {
        var catalog = new Catalog<>(type);
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                catalog.add(permitted.asSubclass(type));
            }
        } else if (type.isInterface()) {
            ServiceLoader.load(type).stream().forEach(provider -> catalog.add(provider.type()));
        }
        return catalog;
    }

    private void add(Class<? extends T> implementation) {
        String where = implementation.getName() + ", listed as " + noun() + ", ";
        if (!implementation.isRecord()) {
            throw new IllegalStateException(where + "must be a record whose components are its settings");
        }
        Named named = implementation.getAnnotation(Named.class);
        if (named == null) {
            throw new IllegalStateException(where + "needs @Named to be found by name");
        }
        if (Records.componentNames(implementation).contains(Records.NAME)) {
            throw new IllegalStateException(where + "must not have a setting 'name', which is the key of its own name");
        }
        Class<? extends T> other = classes.put(named.value(), implementation);
        if (other != null && other != implementation) {
            throw new IllegalStateException(where + "has the name '" + named.value() + "' of " + other.getName());
        }
    }

    /** The interface whose implementations these are. */
    public Class<T> type() {
        return type;
    }

    /** What one of these is called, such as {@code "unlearning method"}. */
    public String noun() {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    /** The names, in alphabetical order. */
    public List<String> names() {
        return List.copyOf(classes.keySet());
    }

    /** Each implementation that has defaults, with all its settings at them, by name in alphabetical order. */
    public Map<String, T> all() {
        SortedMap<String, T> all = new TreeMap<>();
        classes.forEach(
                (name, implementation) -> Records.defaults(implementation).ifPresent(it -> all.put(name, it)));
        return Collections.unmodifiableMap(all);
    }

    /** The name of an implementation. */
    public String nameOf(T instance) {
        Named named = instance.getClass().getAnnotation(Named.class);
        if (named == null || classes.get(named.value()) != instance.getClass()) {
            throw new IllegalArgumentException(
                    instance.getClass().getName() + " is not in the catalogue; there are " + known());
        }
        return named.value();
    }

    /** The implementation of that name with every setting at its default. */
    public T get(String name) {
        return build(name, Map.of());
    }

    /**
     * The implementation of that name with some settings changed.
     *
     * @param name a catalogue name
     * @param settings texts, numbers, truth values, lists and maps by setting; the others keep their defaults
     */
    public T build(String name, Map<String, ?> settings) {
        Class<? extends T> implementation = find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
        return Settings.bind(Node.of(settings), "", name, implementation, Optional.empty());
    }

    Optional<Class<? extends T>> find(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    /** What to say about a name that is not there. */
    String unknown(String name) {
        return "No " + noun() + " '" + name + "'" + Nearest.hint(name, names()) + " There are " + known() + ".";
    }

    String known() {
        return classes.isEmpty() ? "none" : String.join(", ", classes.keySet());
    }
}
