package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lethe.experiments.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TuneCommandTest {
    private static final String YAML = """
            data: {name: glyphs, train: 100, test: 20}
            model: {name: mlp, hidden: [16]}
            training: {epochs: 3, batch: 20, learningRate: 0.03, precision: fp32}
            methods:
              - {name: finetune, epochs: 1}
            audit: {worlds: 8, pool: 40, forgetSets: 2, evaluation: 20}
            tune:
              trials: 2
              spaces:
                finetune: {learningRate: log 1e-3..1e-1}
            execution: {workers: 2, threads: 1}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int lethe(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(
                new PrintWriter(out),
                new PrintWriter(err, true),
                Terminal.NONE,
                List.of(),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void thePlanWithTheChosenSettingsIsWritten(@TempDir Path folder) throws IOException {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), YAML);
        Path run = folder.resolve("search");

        assertThat(lethe("tune", plan, "--out", run)).as(err.toString()).isZero();

        assertThat(out.toString())
                .startsWith("METHOD")
                .containsPattern("retrain +0\\.000")
                .containsPattern("finetune +oracle .* learningRate 0\\.")
                .containsPattern("finetune +free .* learningRate 0\\.")
                .contains("Plan with the choice of the rule 'free': " + run.resolve("tuned.yaml"));
        assertThat(run.resolve("tuned.yaml"))
                .content()
                .startsWith("# Settings chosen by 'lethe tune' under the rule 'free'");
        Plan chosen = Plan.read(run.resolve("tuned.yaml"));
        assertThat(chosen.labelled().keySet()).containsExactly("retrain", "identity", "finetune");

        assertThat(lethe("tune", plan, "--out", run, "--rule", "oracle", "--json", "--quiet"))
                .isZero();

        JsonNode choice = JsonMapper.builder()
                .build()
                .readTree(out.toString())
                .get("methods")
                .get(0)
                .get("choices")
                .get(0);
        assertThat(choice.get("rule").asString()).isEqualTo("oracle");
        assertThat(Files.readString(run.resolve("tuned.yaml")))
                .contains(
                        "the rule 'oracle'",
                        "learningRate: "
                                + choice.get("settings").get("learningRate").asDouble());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aMistakeInASpaceIsShownWhereItIs(@TempDir Path folder) throws IOException {
        Path plan =
                Files.writeString(folder.resolve("plan.yaml"), YAML.replace("learningRate: log", "learningRat: log"));

        assertThat(lethe("tune", plan)).isEqualTo(2);

        assertThat(err.toString())
                .contains(plan + ":10:16: tune.spaces.finetune.learningRat", "did you mean 'learningRate'?");
    }

    @Test
    void anUnknownRuleIsAMistake(@TempDir Path folder) throws IOException {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), YAML);

        assertThat(lethe("tune", plan, "--rule", "best")).isEqualTo(2);

        assertThat(err.toString()).contains("--rule", "oracle", "free", "'best'");
    }
}
