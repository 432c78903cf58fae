package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What people see, kept as files. {@code -Dgolden.update=true} rewrites them; the difference is then reviewed. */
final class Golden {
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private Golden() {}

    static void check(String name, String actual) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, actual);
        }
        assertThat(actual)
                .as("%s; if the change is wanted, run again with -Dgolden.update=true", file)
                .isEqualTo(Files.readString(file));
    }
}
