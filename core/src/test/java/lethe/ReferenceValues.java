package lethe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values that {@code benchmarks/reference/synthetic_worlds.py} computed without any code of ours. */
public final class ReferenceValues {
    private static final JsonNode ROOT = read();

    private ReferenceValues() {}

    public static JsonNode of(String section) {
        JsonNode node = ROOT.get(section);
        if (node == null) {
            throw new IllegalArgumentException("No section " + section + " in synthetic-worlds.json");
        }
        return node;
    }

    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int k = 0; k < values.length; k++) {
            values[k] = array.get(k).asDouble();
        }
        return values;
    }

    private static JsonNode read() {
        try (InputStream in = ReferenceValues.class.getResourceAsStream("/reference/synthetic-worlds.json")) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
