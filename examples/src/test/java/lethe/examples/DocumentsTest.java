package lethe.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code in documents is code that compiles. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @ValueSource(strings = {"QuickStart", "FirstAudit"})
    void theReadmeShowsTheProgram(String program) throws IOException {
        String[] parts = source(program).split(" *// README\n");

        assertThat(parts).hasSize(3);
        assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains("```java\n" + parts[1].stripTrailing().stripIndent() + "\n```");
    }

    @Test
    void theGuideToExactUnlearningShowsTheProgram() throws IOException {
        String[] parts = source("ExactUnlearning").split(" *// GUIDE\n");

        assertThat(parts).hasSize(3);
        assertThat(Files.readString(ROOT.resolve("docs/exact-unlearning.md")))
                .contains("```java\n" + parts[1].stripTrailing().stripIndent() + "\n```");
    }

    @Test
    void theGuideForContributorsShowsAWholeMethod() throws IOException {
        assertThat(Files.readString(ROOT.resolve("CONTRIBUTING.md")))
                .contains("```java\n" + source("ShrinkPerturb") + "```");
    }

    private static String source(String name) throws IOException {
        return Files.readString(Path.of("src/main/java/lethe/examples", name + ".java"));
    }
}
