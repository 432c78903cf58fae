package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The models that an influence study has finished; any number of threads may add some. */
final class InfluenceLog {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();
    /** What lines lack that were written before models were let write. */
    private static final List<String> LATER = List.of("recitals", "heldOutRecitals", "truthRatios");

    private final Path file;
    private final Map<String, InfluenceRecord> byKey = new LinkedHashMap<>();

    /** Reads what is there; a last line that was not finished is cut off. */
    InfluenceLog(Path file) {
        this.file = file;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.exists(file)) {
                String text = Files.readString(file);
                int complete = text.lastIndexOf('\n') + 1;
                if (complete < text.length()) {
                    Files.writeString(file, text.substring(0, complete));
                }
                List<String> lines = text.substring(0, complete).lines().toList();
                for (int i = 0; i < lines.size(); i++) {
                    remember(i + 1, lines.get(i));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void remember(int number, String line) {
        try {
            JsonNode tree = JSON.readTree(line);
            if (tree instanceof ObjectNode object) {
                LATER.stream().filter(list -> !object.has(list)).forEach(object::putArray);
            }
            InfluenceRecord read = JSON.treeToValue(tree, InfluenceRecord.class);
            byKey.put(read.key(), read);
        } catch (JacksonException e) {
            throw new DamagedRunException(
                    "Line " + number + " of " + file + " is damaged; delete that line to compute it again", e);
        }
    }

    synchronized Optional<InfluenceRecord> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    synchronized void append(InfluenceRecord made) {
        try {
            byte[] line = (JSON.writeValueAsString(made) + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
        byKey.put(made.key(), made);
    }
}
