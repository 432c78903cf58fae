package lethe.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import lethe.experiments.Experiment;
import lethe.experiments.Isolation;
import lethe.experiments.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        header = "Forget some drawn glyphs and prove it; three minutes on two cores.",
        description = {"The plan of the demonstration is written to out/demo/plan.yaml.", "Examples:", "  lethe demo"})
final class DemoCommand extends LetheCommand {
    @Option(names = "--out", paramLabel = "DIR", description = "Where results are kept (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("out", "demo");

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() throws IOException {
        // Three minutes are soon repeated, and processes would take some of them to start.
        return RunCommand.run(console(), new Experiment(plan()), out, Isolation.THREAD, typed(), json.asked);
    }

    static Plan plan() throws IOException {
        try (InputStream in = DemoCommand.class.getResourceAsStream("demo.yaml")) {
            if (in == null) {
                throw new IllegalStateException("The plan of the demonstration is missing from the jar");
            }
            return Plan.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "demo.yaml");
        }
    }
}
