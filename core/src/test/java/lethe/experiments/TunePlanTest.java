package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import lethe.catalog.Range;
import lethe.catalog.SettingsException;
import lethe.search.RandomSearch;
import lethe.training.StepDecay;
import lethe.unlearning.FineTune;
import lethe.unlearning.Identity;
import lethe.unlearning.UnlearningMethod;
import org.junit.jupiter.api.Test;

class TunePlanTest {
    private static final String YAML = """
            data: glyphs
            methods: [amun, {name: finetune, epochs: 4}]
            tune:
              trials: 5
              time: 2h
              sampler: random
              spaces:
                amun: {learningRate: log 1e-3..1e-1, epochs: 2..8, schedule: [constant, {name: step, every: 3}]}
            """;

    @Test
    void aSpaceIsWrittenAsRangesAndAlternatives() {
        Plan plan = Plan.parse(YAML, "plan.yaml");

        assertThat(plan.tune())
                .isEqualTo(new TunePlan(
                        2,
                        5,
                        Duration.ofHours(2),
                        new RandomSearch(),
                        0.02,
                        1,
                        Map.of(
                                "amun",
                                Map.of(
                                        "learningRate",
                                        new Range.Between(1e-3, 1e-1, true),
                                        "epochs",
                                        new Range.Between(2, 8, false),
                                        "schedule",
                                        new Range.Choice(List.of("constant", Map.of("name", "step", "every", "3")))))));
        assertThat(Plan.parse(plan.toYaml(), "again.yaml")).isEqualTo(plan);
        assertThat(plan.toYaml()).contains("log 0.001..0.1", "2..8");
    }

    @Test
    void aSpaceIsNoPartOfWhatDecidesTheResultsOfARun() {
        Plan without = Plan.parse(YAML.replaceAll("(?s)tune:.*", ""), "plan.yaml");
        Plan with = Plan.parse(YAML, "plan.yaml");

        assertThat(with).isNotEqualTo(without);
        assertThat(with.digest()).isEqualTo(without.digest());
    }

    @Test
    void mistakesInASpaceAreShownAllAtOnceWhereTheyAre() {
        String yaml = """
                data: glyphs
                methods: [amun, gradient-ascent]
                tune:
                  spaces:
                    amum: {epochs: 2..8}
                    gradient-ascent:
                      learningRte: log 1e-3..1e-1
                      epochs: 0..8
                      batch: 0.5..8
                      schedule:
                        - constant
                        - triangel
                """;

        var mistakes = catchThrowableOfType(SettingsException.class, () -> Plan.parse(yaml, "plan.yaml"));

        assertThat(mistakes.problems())
                .extracting(it -> it.line() + ":" + it.column() + " " + it.path() + " | "
                        + it.message().replaceAll(" (There|Allowed) are .*", ""))
                .containsExactly(
                        "5:5 tune.spaces.amum | No 'amum' among the methods of this plan; did you mean 'amun'?",
                        "7:7 tune.spaces.gradient-ascent.learningRte | Unknown key; did you mean 'learningRate'?",
                        "8:7 tune.spaces.gradient-ascent.epochs | gradient-ascent: epochs must be positive, but is 0",
                        "9:7 tune.spaces.gradient-ascent.batch | Expected a whole number, but found '0.5'.",
                        "12:11 tune.spaces.gradient-ascent.schedule[1] | No schedule 'triangel'; did you mean"
                                + " 'triangle'?");
    }

    @Test
    void aRangeThatIsNoneIsAMistake() {
        String yaml = """
                data: glyphs
                methods: [finetune]
                tune:
                  spaces:
                    finetune: {learningRate: 1e-3, epochs: 8..2, batch: log 0..8, momentum: [0.9]}
                """;

        var mistakes = catchThrowableOfType(SettingsException.class, () -> Plan.parse(yaml, "plan.yaml"));

        assertThat(mistakes.problems())
                .extracting(it -> it.line() + ":" + it.column() + " " + it.message())
                .containsExactly(
                        "5:30 Expected a range such as 2..8 or log 1e-4..1e-2, or a list of values, but found '1e-3'.",
                        "5:44 A range goes from a number to a larger one, but this goes from 8 to 2.",
                        "5:57 The magnitudes of a log range begin above 0, but this begins at 0.",
                        "5:77 A choice needs two values or more, but has 1.");
    }

    @Test
    void aMistypedMethodIsNotReportedAgainForItsSpace() {
        String yaml = YAML.replace("[amun,", "[amum,");

        var mistakes = catchThrowableOfType(SettingsException.class, () -> Plan.parse(yaml, "plan.yaml"));

        assertThat(mistakes.problems()).extracting(it -> it.path()).containsExactly("methods[0]");
    }

    @Test
    void whereNoSpaceIsWrittenRateAndEpochsAreSearched() {
        UnlearningMethod method = new FineTune(5, 0.01, 128, 0.9, 5e-4, new StepDecay(1, 0.1));

        MethodSpace space = MethodSpace.around("finetune", method);

        assertThat(space.ranges())
                .isEqualTo(Map.of(
                        "learningRate",
                        new Range.Between(0.003, 0.03, true),
                        "epochs",
                        new Range.Between(2, 10, false)));
        assertThat(space.at(List.of(0.02, 3.0)))
                .isEqualTo(new FineTune(3, 0.02, 128, 0.9, 5e-4, new StepDecay(1, 0.1)));
        assertThatThrownBy(() -> MethodSpace.around("identity", new Identity()))
                .hasMessageContaining("none is a learning rate or a number of epochs")
                .hasMessageContaining("tune.spaces.identity");
    }
}
