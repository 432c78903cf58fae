package lethe.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import lethe.experiments.Experiment;
import lethe.experiments.Isolation;
import lethe.experiments.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "demo",
        header = "Forget drawn glyphs, or sentences, and prove it; three minutes.",
        description = {
            "The plan of the demonstration is written to plan.yaml beside its results.",
            "Examples:",
            "  lethe demo",
            "  lethe demo text"
        })
final class DemoCommand extends LetheCommand {
    /** What is forgotten. */
    enum Kind {
        GLYPHS("demo"),
        TEXT("demo-text");

        private final String plan;

        Kind(String plan) {
            this.plan = plan;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND",
            description = "What is forgotten: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Kind kind = Kind.GLYPHS;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results are kept (default: out/demo[-text]).")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() throws IOException {
        // Three minutes are soon repeated, and processes would take some of them to start.
        Path place = out.orElse(Path.of("out", kind.plan));
        return RunCommand.run(console(), new Experiment(plan(kind)), place, Isolation.THREAD, typed(), json.asked);
    }

    static Plan plan(Kind kind) throws IOException {
        String file = kind.plan + ".yaml";
        try (InputStream in = DemoCommand.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("The plan of the demonstration is missing from the jar");
            }
            return Plan.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), file);
        }
    }
}
