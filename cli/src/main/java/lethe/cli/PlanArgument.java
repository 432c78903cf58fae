package lethe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The plan that a command works on, and where its results are. */
final class PlanArgument extends PlanFile {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where results are kept (default: out/ and the plan's name).")
    private @Nullable Path out;

    /** The directory asked for, or {@code out/NAME} for {@code NAME.yaml}. */
    Path directory() {
        return directory(out, file, "");
    }

    /** The directory asked for, or {@code out/NAME} with a suffix. */
    static Path directory(@Nullable Path out, Path file, String suffix) {
        if (out != null) {
            if (Files.isRegularFile(out)) {
                throw new IllegalArgumentException("--out " + out + " is a file; expected a directory");
            }
            return out;
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return Path.of("out", (dot > 0 ? name.substring(0, dot) : name) + suffix);
    }
}
