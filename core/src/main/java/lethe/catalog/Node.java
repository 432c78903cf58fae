package lethe.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Settings as they were written, each with its place; line and column count from 1 and are 0 if there is no text. */
sealed interface Node {
    int line();

    int column();

    /** What a reader would call this. */
    String describe();

    /** A word or number. What it means is decided by the setting it is written for, so {@code no} can be a name. */
    record Scalar(String text, boolean quoted, int line, int column) implements Node {
        private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");

        boolean isNull() {
            return !quoted && NULL.matcher(text).matches();
        }

        @Override
        public String describe() {
            if (isNull()) {
                return "nothing";
            }
            return quoted ? "the text \"" + text + '"' : "'" + text + "'";
        }
    }

    record Sequence(List<Node> items, int line, int column) implements Node {
        @Override
        public String describe() {
            return "a list";
        }
    }

    record Mapping(List<Entry> entries, int line, int column) implements Node {
        @Override
        public String describe() {
            return "a group of settings";
        }
    }

    record Entry(String key, Node value, int line, int column) {}

    /** What was written without its place: texts, and lists and maps of them. */
    static Object plain(Node node) {
        if (node instanceof Mapping mapping) {
            Map<String, Object> plain = new LinkedHashMap<>();
            mapping.entries().forEach(entry -> plain.put(entry.key(), plain(entry.value())));
            return Collections.unmodifiableMap(plain);
        }
        return node instanceof Sequence sequence
                ? sequence.items().stream().map(Node::plain).toList()
                : ((Scalar) node).text();
    }

    /** The same for settings that are Java values: maps, lists, numbers, texts. */
    static Node of(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<Entry> entries = new ArrayList<>();
            map.forEach((key, item) -> entries.add(new Entry(key.toString(), of(item), 0, 0)));
            return new Mapping(entries, 0, 0);
        }
        if (value instanceof Iterable<?> items) {
            List<Node> nodes = new ArrayList<>();
            items.forEach(item -> nodes.add(of(item)));
            return new Sequence(nodes, 0, 0);
        }
        return new Scalar(value instanceof Double number ? Numbers.text(number) : value.toString(), false, 0, 0);
    }
}
