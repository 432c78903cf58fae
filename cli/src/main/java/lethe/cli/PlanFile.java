package lethe.cli;

import java.nio.file.Path;
import lethe.experiments.Plan;
import picocli.CommandLine.Parameters;

/** The plan that a command works on. */
class PlanFile {
    @Parameters(paramLabel = "PLAN", description = "YAML file that says what to do; see plans/ for examples.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    Path file;

    final Plan read() {
        return Plan.read(file);
    }
}
