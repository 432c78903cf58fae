package lethe.data;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lethe.catalog.Named;
import lethe.engine.Seed;

/**
 * Training examples named in a file: one id per line; empty lines are ignored, and so are comments that start with
 * {@code #} at the beginning of a line or after a space.
 *
 * @param path the file
 */
@Named("file")
@AutoService(ForgetSelection.class)
public record FileSelection(String path) implements ForgetSelection {
    /** {@code forget.txt}. */
    public FileSelection() {
        this("forget.txt");
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(path));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + " is not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the list of examples to forget from " + path, e);
        }
        List<String> ids = lines.stream()
                .map(line -> line.replaceAll("(^|\\s)#.*", "")) // ids hold no white space, but may hold a #
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return ExampleIds.rows(train, ids, path);
    }
}
