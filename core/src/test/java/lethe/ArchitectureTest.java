package lethe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls between packages. Each keeps one promise that a reader relies on. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("lethe");

    /** Each package with those it may use; a package sees the layers below it, not its neighbours. */
    private static final Map<String, List<String>> LAYERS = Map.ofEntries(
            Map.entry("catalog", List.of()),
            Map.entry("engine", List.of()),
            Map.entry("metrics", List.of()),
            Map.entry("text", List.of("catalog")),
            Map.entry("models", List.of("engine", "catalog", "text")),
            Map.entry("data", List.of("engine", "catalog", "text")),
            Map.entry("search", List.of("metrics", "catalog")),
            Map.entry("training", List.of("metrics", "models", "data", "engine", "catalog", "text")),
            Map.entry(
                    "unlearning",
                    List.of("influence", "training", "metrics", "models", "data", "engine", "catalog", "text")),
            Map.entry("attacks", List.of("training", "metrics", "models", "data", "engine", "catalog", "text")),
            Map.entry("scores", List.of("attacks", "metrics", "catalog")),
            Map.entry("claims", List.of("attacks", "metrics", "catalog")),
            Map.entry("influence", List.of("training", "metrics", "models", "data", "engine", "catalog", "text")),
            Map.entry(
                    "experiments",
                    List.of(
                            "unlearning",
                            "attacks",
                            "claims",
                            "influence",
                            "training",
                            "search",
                            "metrics",
                            "models",
                            "data",
                            "engine",
                            "text",
                            "catalog")));

    @TestFactory
    Stream<DynamicTest> packagesSeeOnlyTheLayersBelowThem() {
        return LAYERS.entrySet().stream()
                .map(layer -> DynamicTest.dynamicTest(layer.getKey(), () -> {
                    String[] hidden = Stream.concat(LAYERS.keySet().stream(), Stream.of("report"))
                            .filter(other -> !other.equals(layer.getKey()))
                            .filter(other -> !layer.getValue().contains(other))
                            .map(other -> "lethe." + other + "..")
                            .toArray(String[]::new);
                    check(noClasses()
                            .that()
                            .resideInAPackage("lethe." + layer.getKey() + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(hidden));
                }));
    }

    @Test
    void packagesAreFreeOfCycles() {
        check(slices().matching("lethe.(*)..").should().beFreeOfCycles());
    }

    @Test
    void onlyTheEngineTouchesLibtorch() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("lethe.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.."));
    }

    @Test
    void onlyTextTouchesTheTokenizersLibrary() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("lethe.text..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.."));
    }

    @Test
    void methodsDoNotKnowHowTheyAreGraded() {
        check(noClasses()
                .that()
                .resideInAPackage("lethe.unlearning..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("lethe.attacks.."));
    }

    @Test
    void metricsAreNumbersInAndNumbersOut() {
        check(noClasses()
                .that()
                .resideInAPackage("lethe.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "lethe.catalog..",
                        "lethe.engine..",
                        "lethe.text..",
                        "lethe.data..",
                        "lethe.models..",
                        "lethe.training..",
                        "lethe.unlearning..",
                        "lethe.attacks..",
                        "lethe.influence..",
                        "lethe.experiments..",
                        "lethe.report.."));
    }

    @Test
    void theLibraryNeitherPrintsNorExits() {
        check(noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class));
    }

    @Test
    void randomnessIsPassedAndNeverAmbient() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(StrictMath.class, "random"));
    }

    @Test
    void everyPackageIsListed() {
        List<String> known = Stream.concat(LAYERS.keySet().stream(), Stream.of("report", "lethe"))
                .toList();
        List<String> found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .map(name -> name.equals("lethe") ? name : name.split("\\.", -1)[1])
                .distinct()
                .toList();

        assertThat(known).containsAll(found);
        assertThat(Arrays.asList("engine", "data")).isSubsetOf(found);
    }

    /** Packages that do not exist yet have nothing to violate. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
