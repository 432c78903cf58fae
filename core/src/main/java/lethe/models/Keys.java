package lethe.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object from somebody else's file that remembers which of its keys were read, so that the others can be refused:
 * a setting that is not understood would give a network that answers, but wrongly.
 */
final class Keys {
    private static final JsonMapper JSON = new JsonMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private final Path file;
    private final String prefix;
    private final JsonNode json;
    private final Set<String> understood = new HashSet<>();

    private Keys(Path file, String prefix, JsonNode json) {
        this.file = file;
        this.prefix = prefix;
        this.json = json;
    }

    /** The object in a file. */
    static Keys of(Path file) {
        return new Keys(file, "", object(file));
    }

    /** A JSON object from a file, each key once. */
    static JsonNode object(Path file) {
        try {
            JsonNode node = JSON.readTree(Files.readString(file));
            if (node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException(file + ": expected a JSON object");
    }

    /** The object at a key, which is there. */
    Keys inner(String key) {
        understood.add(key);
        if (!json.path(key).isObject()) {
            throw fault(key, "expected an object");
        }
        return new Keys(file, prefix + key + ".", json.get(key));
    }

    /** What is at a key, or nothing. */
    JsonNode node(String key) {
        understood.add(key);
        return json.path(key);
    }

    /** Declares that keys change nothing here. */
    void ignore(String... keys) {
        understood.addAll(Set.of(keys));
    }

    /** Null is how some writers say that a key is absent. */
    boolean present(String key) {
        return json.hasNonNull(key);
    }

    int count(String key) {
        understood.add(key);
        JsonNode value = json.get(key);
        if (value == null || !value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
            throw fault(key, "expected a positive whole number");
        }
        return value.asInt();
    }

    double number(String key) {
        understood.add(key);
        JsonNode value = json.get(key);
        if (value == null || !value.isNumber()) {
            throw fault(key, "expected a number");
        }
        return value.asDouble();
    }

    double number(String key, double absent) {
        understood.add(key);
        return present(key) ? number(key) : absent;
    }

    boolean flag(String key, boolean absent) {
        understood.add(key);
        if (!present(key)) {
            return absent;
        }
        if (!json.get(key).isBoolean()) {
            throw fault(key, "expected true or false");
        }
        return json.get(key).asBoolean();
    }

    String text(String key, String absent) {
        understood.add(key);
        if (!present(key)) {
            return absent;
        }
        if (!json.get(key).isString()) {
            throw fault(key, "expected a text");
        }
        return json.get(key).asString();
    }

    void require(String key, boolean only) {
        if (flag(key, only) != only) {
            throw fault(key, "only " + only + " is supported");
        }
    }

    /** Refuses what was neither read nor is known to change nothing. */
    void refuseRest(Set<String> harmless) {
        refuseRest(harmless, value -> false);
    }

    /**
     * The same, where a key may also have a value that says that something is off. Names that begin with an underscore
     * are private notes of the program that wrote the file.
     */
    void refuseRest(Set<String> harmless, Predicate<JsonNode> off) {
        for (String key : new TreeSet<>(json.propertyNames())) {
            boolean known = understood.contains(key) || harmless.contains(key) || key.startsWith("_");
            if (present(key) && !known && !off.test(json.get(key))) {
                throw fault(
                        key, "this is not understood and may change what the network computes, so the file is refused");
            }
        }
    }

    IllegalArgumentException fault(String key, String what) {
        JsonNode value = json.get(key);
        return new IllegalArgumentException(
                file + ": " + prefix + key + (value == null ? " is missing; " : " is " + value + "; ") + what);
    }
}
