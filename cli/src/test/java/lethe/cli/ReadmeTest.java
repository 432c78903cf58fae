package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import lethe.attacks.Attack;
import lethe.catalog.Catalog;
import lethe.catalog.Sourced;
import lethe.data.Augmentation;
import lethe.data.DataSource;
import lethe.data.ForgetSelection;
import lethe.influence.SimilarityDetector;
import lethe.models.Architecture;
import lethe.search.Sampler;
import lethe.text.Vocabulary;
import lethe.training.Schedule;
import lethe.unlearning.Remedy;
import lethe.unlearning.UnlearningMethod;
import org.junit.jupiter.api.Test;

/** The tables of the README are what the catalogue knows; -Dgolden.update=true rewrites them. */
class ReadmeTest {
    private static final Path README = Path.of("../README.md");

    @Test
    void itListsEveryUnlearningMethod() throws IOException {
        assertTable(
                "methods",
                "| method | needs | cost | source |",
                rows(
                        UnlearningMethod.class,
                        (name, method) -> row("`" + name + "`", method.needs(), method.cost(), method.source())));
    }

    @Test
    void itListsEveryAttack() throws IOException {
        assertTable("attacks", "| attack | needs | source |", rows(Attack.class, ReadmeTest::sourced));
    }

    @Test
    void itListsWhateverElseAPlanCanName() throws IOException {
        List<Class<?>> rest = List.of(
                Architecture.class,
                DataSource.class,
                Vocabulary.class,
                ForgetSelection.class,
                SimilarityDetector.class,
                Remedy.class,
                Augmentation.class,
                Schedule.class,
                Sampler.class);

        assertTable(
                "names",
                "| kind | names |",
                rest.stream()
                        .map(Catalog::of)
                        .map(catalog -> row(
                                catalog.noun(),
                                catalog.names().stream()
                                        .map(name -> "`" + name + "`")
                                        .collect(Collectors.joining(", "))))
                        .collect(Collectors.joining()));
    }

    private static String sourced(String name, Sourced sourced) {
        return row("`" + name + "`", sourced.needs(), sourced.source());
    }

    private static <T> String rows(Class<T> type, BiFunction<String, T, String> row) {
        return Catalog.of(type).all().entrySet().stream()
                .map(entry -> row.apply(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** The lines between {@code <!-- NAME -->} and {@code <!-- /NAME -->}. */
    private static void assertTable(String name, String heading, String rows) throws IOException {
        String open = "<!-- " + name + " -->\n";
        String readme = Files.readString(README);
        int start = readme.indexOf(open) + open.length();
        int end = readme.indexOf("<!-- /" + name + " -->");
        assertThat(start).as("place of the table '%s'", name).isBetween(open.length(), end);
        String table = heading + "\n" + heading.replaceAll("[^|]+", " --- ") + "\n" + rows;
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(README, readme.substring(0, start) + table + readme.substring(end));
        } else {
            assertThat(readme.substring(start, end)).isEqualTo(table);
        }
    }
}
