package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import lethe.catalog.Catalog;
import lethe.data.Glyphs;
import lethe.data.RandomFraction;
import lethe.models.ResNet9;
import lethe.training.Recipe;
import lethe.unlearning.Identity;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
    static Stream<Path> published() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", "plans"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @Test
    void onlyTheDataMustBeWritten() {
        Plan plan = Plan.parse("data: glyphs", "plan.yaml");

        assertThat(plan)
                .isEqualTo(new Plan(
                        "Unlearning audit",
                        1,
                        new Glyphs(),
                        new RandomFraction(0.1),
                        new ResNet9(),
                        new Recipe(),
                        java.util.List.of(new Retrain(), new Identity()),
                        new AuditPlan(),
                        new Execution()));
        assertThatThrownBy(() -> Plan.parse("title: nothing", "plan.yaml"))
                .hasMessage("plan.yaml has a mistake:\n\nplan.yaml:1:1: data\n    title: nothing\n    ^\n"
                        + "  Missing; it has no default and must be written.");
    }

    @Test
    void floorAndCeilingComeFirstWhereverTheyAreWritten() {
        Plan plan = Plan.parse("{data: glyphs, methods: [amun, identity, finetune, retrain]}", "plan.yaml");

        assertThat(plan.labelled().keySet()).containsExactly("retrain", "identity", "amun", "finetune");
    }

    @Test
    void aMethodWithSeveralSettingsIsNumbered() {
        Plan plan = Plan.parse(
                "{data: glyphs, methods: [finetune, {name: finetune, epochs: 2}, {name: finetune, epochs: 3}]}",
                "plan.yaml");

        assertThat(plan.labelled().keySet())
                .containsExactly("retrain", "identity", "finetune", "finetune-2", "finetune-3");
        assertThat(plan.labelled().get("finetune-3")).isEqualTo(plan.methods().get(4));
    }

    @ParameterizedTest
    @MethodSource("published")
    void everyPublishedPlanSurvivesARoundTrip(Path file) {
        Plan plan = Plan.read(file);

        assertThat(Plan.parse(plan.toYaml(), "again.yaml")).isEqualTo(plan);
        assertThat(plan.methods()).hasSizeGreaterThan(2);
    }

    @Test
    void theResolvedPlanHasEveryDefault() {
        assertThat(Tiny.plan().toYaml())
                .contains("title: Tiny", "name: retrain", "mislabelled: 0.1", "momentum: 0.9", "background: 0.5");
        assertThat(Plan.parse(Tiny.plan().toYaml(), "again.yaml")).isEqualTo(Tiny.plan());
    }

    @Test
    void theDigestIsOfWhatDecidesTheResults() {
        Plan plan = Tiny.plan();
        Plan elsewhere = new Plan(
                plan.title(),
                plan.seed(),
                plan.data(),
                plan.forget(),
                plan.model(),
                plan.training(),
                plan.methods(),
                plan.audit(),
                new Execution(7, 1, "cpu", Duration.ofHours(1)));

        assertThat(elsewhere.digest()).isEqualTo(plan.digest());
        assertThat(Tiny.plan("threads: 1", "threads: 2").digest()).isNotEqualTo(plan.digest());
        assertThat(Tiny.plan("epochs: 3", "epochs: 4").digest()).isNotEqualTo(plan.digest());
    }

    @Test
    void allMistakesAreShownAtOnce() {
        String yaml = """
                data: glyphs
                trainning: {epochs: 3}
                methods:
                  - {name: fintune, epochs: 3}
                  - {name: gradient-ascent, learningRate: -1}
                """;

        assertThatThrownBy(() -> Plan.parse(yaml, "typo.yaml")).hasMessage("""
                        typo.yaml has 3 mistakes:

                        typo.yaml:2:1: trainning
                            trainning: {epochs: 3}
                            ^
                          Unknown key; did you mean 'training'? Allowed are title, seed, data, forget, model, training, methods, audit, execution, tune.

                        typo.yaml:4:12: methods[0]
                            - {name: fintune, epochs: 3}
                                     ^
                          No unlearning method 'fintune'; did you mean 'finetune'? There are %s.

                        typo.yaml:5:43: methods[1].learningRate
                            - {name: gradient-ascent, learningRate: -1}
                                                                    ^
                          gradient-ascent: learningRate must be positive, but is -1""".formatted(
                        String.join(", ", Catalog.of(UnlearningMethod.class).names())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{worlds: 5}              | worlds must be even and at least 4, but is 5",
                "{worlds: 2}              | worlds must be even and at least 4, but is 2",
                "{worlds: 12, grownFrom: [10]} | grownFrom must ascend to fewer than worlds in steps that are even and at least 4, but is [10] with worlds 12",
                "{worlds: 12, grownFrom: [8, 6]} | grownFrom must ascend to fewer than worlds in steps",
                "{worlds: 4}              | worlds must be at least 6 for the attack u-lira, but is 4",
                "{pool: 42, forgetSets: 4}| pool must be a multiple of 2·forgetSets = 8, but is 42",
                "{background: 1.5}        | background must lie in (0, 1], but is 1.5",
                "{background: 0}          | background must lie in (0, 1], but is 0.0",
                "{attacks: []}            | attacks must name at least one attack",
                "{fprs: []}               | fprs must name at least one false-positive rate",
                "{fprs: [0.1, 1]}         | fprs must lie in (0, 1), but one is 1.0",
            })
    void anAuditThatCannotWorkIsAMistakeInThePlan(String audit, String message) {
        assertThatThrownBy(() -> Plan.parse("data: glyphs\naudit: " + audit, "plan.yaml"))
                .hasMessageContaining(message);
    }
}
