package lethe.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import lethe.catalog.Node.Entry;
import lethe.catalog.Node.Mapping;
import lethe.catalog.Node.Scalar;
import lethe.catalog.Node.Sequence;
import lethe.catalog.SettingsException.Problem;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The part of YAML that settings use: nested groups, lists and plain values, without anchors, merges and tags. */
final class Yaml {
    private static final int WIDTH = 100;
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z_./][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*|[0-9]+(?:ms|[smhd])");
    private static final Pattern RESERVED =
            Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n|[-+]?\\.inf|\\.nan|---|\\.\\.\\.|\\.[0-9_]*(e.*)?");

    private final List<Problem> problems;
    private boolean unsupported;

    private Yaml(List<Problem> problems) {
        this.problems = problems;
    }

    /** The document with its places; empty if it cannot be read. What is wrong is added to {@code problems}. */
    static Optional<Node> read(String text, List<Problem> problems) {
        String document = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            var settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
            var reader = new Yaml(problems);
            Node root = new Compose(settings)
                    .composeString(document)
                    .map(it -> reader.node(it, ""))
                    .orElse(new Mapping(List.of(), 1, 1));
            return reader.unsupported ? Optional.empty() : Optional.of(root);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            String what = e.getProblem() == null ? e.getContext() : e.getProblem();
            problems.add(new Problem("", line(mark), column(mark), "Not valid YAML: " + what + "."));
        } catch (YamlEngineException e) {
            problems.add(new Problem("", 1, 1, "Not valid YAML: " + e.getMessage()));
        } catch (StackOverflowError e) {
            problems.add(new Problem("", 1, 1, "Nested too deeply to be settings."));
        }
        return Optional.empty();
    }

    private Node node(org.snakeyaml.engine.v2.nodes.Node node, String path) {
        int line = line(node.getStartMark());
        int column = column(node.getStartMark());
        if (node.getAnchor().isPresent()) {
            String message = "Anchors and aliases are not supported; write the value out where it is used.";
            problems.add(new Problem(path, line, column, message));
            unsupported = true;
            return new Scalar("", false, line, column); // not followed, for it may contain itself
        }
        if (node.getTag().getValue().startsWith("!")) {
            problems.add(new Problem(path, line, column, "Tags such as " + node.getTag() + " are not supported."));
            unsupported = true;
        }
        if (node instanceof MappingNode mapping) {
            return mapping(mapping, path, line, column);
        }
        if (node instanceof SequenceNode sequence) {
            List<Node> items = new ArrayList<>();
            for (var item : sequence.getValue()) {
                items.add(node(item, path + "[" + items.size() + "]"));
            }
            return new Sequence(items, line, column);
        }
        var scalar = (ScalarNode) node;
        return new Scalar(scalar.getValue(), !scalar.isPlain(), line, column);
    }

    private Node mapping(MappingNode node, String path, int line, int column) {
        List<Entry> entries = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            int keyLine = line(tuple.getKeyNode().getStartMark());
            int keyColumn = column(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(new Problem(path, keyLine, keyColumn, "A key must be a plain word."));
                continue;
            }
            String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            Integer first = lines.putIfAbsent(key.getValue(), keyLine);
            if (first != null) {
                String message = "Written twice; the first is on line " + first + ".";
                problems.add(new Problem(child, keyLine, keyColumn, message));
                continue;
            }
            entries.add(new Entry(key.getValue(), node(tuple.getValueNode(), child), keyLine, keyColumn));
        }
        return new Mapping(entries, line, column);
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }

    private static int column(Optional<Mark> mark) {
        return mark.map(Mark::getColumn).orElse(0) + 1;
    }

    /** A tree of maps, lists and values as YAML, short groups on one line. */
    static String write(Map<String, ?> tree) {
        if (tree.isEmpty()) {
            return "{}\n";
        }
        var out = new StringBuilder();
        tree.forEach((key, value) -> entry(key, value, 0, "", out));
        return out.toString();
    }

    private static void entry(String key, Object value, int indent, String before, StringBuilder out) {
        String start = (before.isEmpty() ? " ".repeat(indent) : before) + scalar(key) + ":";
        String line = start + " " + flow(value);
        if (line.length() <= WIDTH && simple(value) || !isCollection(value)) {
            out.append(line).append('\n');
            return;
        }
        out.append(start).append('\n');
        block(value, indent + 2, out);
    }

    private static void block(Object value, int indent, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> entry((String) key, item, indent, "", out));
            return;
        }
        for (Object item : (List<?>) value) {
            String dash = " ".repeat(indent) + "- ";
            String line = dash + flow(item);
            if (line.length() <= WIDTH && simple(item) || !isCollection(item)) {
                out.append(line).append('\n');
            } else if (item instanceof Map<?, ?> map) {
                String before = dash;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    entry((String) entry.getKey(), entry.getValue(), indent + 2, before, out);
                    before = "";
                }
            } else {
                out.append(dash.stripTrailing()).append('\n');
                block(item, indent + 2, out);
            }
        }
    }

    private static boolean isCollection(Object value) {
        return value instanceof Map<?, ?> map ? !map.isEmpty() : value instanceof List<?> list && !list.isEmpty();
    }

    /** Whether a value reads well on one line: nothing in it holds more than plain values. */
    private static boolean simple(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().noneMatch(Yaml::isCollection);
        }
        return !(value instanceof List<?> list) || list.stream().noneMatch(Yaml::isCollection);
    }

    private static String flow(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((key, item) -> parts.add(scalar(key) + ": " + flow(item)));
            return "{" + String.join(", ", parts) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(", ", list.stream().map(Yaml::flow).toList()) + "]";
        }
        return scalar(value);
    }

    private static String scalar(Object value) {
        if (value instanceof Double number) {
            return Numbers.text(number);
        }
        String text = value.toString();
        boolean plain = !(value instanceof String)
                || (PLAIN.matcher(text).matches() && !RESERVED.matcher(text).matches());
        return plain ? text : Json.quote(text);
    }
}
