package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What commands that write a model have in common. */
final class Accuracies {
    private Accuracies() {}

    /** Fails before hours of work, not after them. */
    static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw new IllegalArgumentException(file + " exists already; choose another file or remove it");
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IllegalArgumentException(
                    "There is no directory " + parent + " for " + file + "; create it first");
        }
    }

    /** Prints accuracies by name and the file. */
    static void print(Console console, Map<String, Double> accuracies, Path file, boolean json) {
        if (json) {
            Map<String, Object> tree = new LinkedHashMap<>(accuracies);
            tree.put("model", file.toString());
            console.json(tree);
            return;
        }
        var table = new Table("ACCURACY", "");
        accuracies.forEach((name, value) -> table.row(name, String.format(Locale.ROOT, "%.4f", value)));
        table.print(console.out());
        console.out().println();
        console.out().println("Model: " + file);
        console.out().flush();
    }
}
