package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares what people see with files under {@code src/test/resources/golden}; -Dgolden.update=true rewrites them. */
final class Golden {
    private Golden() {}

    static void assertEqual(String file, String actual) throws IOException {
        Path golden = Path.of("src/test/resources/golden", file);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }
}
