package lethe.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import lethe.experiments.Experiment;
import lethe.experiments.Forecast;
import lethe.experiments.RunDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        header = "List what a run would do, reuse and redo, with time and disk.",
        description = {
            "Times come from steps already done, or from a short calibration.",
            "Examples:",
            "  lethe plan plans/cifar10-quick.yaml",
            "  lethe plan plans/cifar10-quick.yaml --emit commands"
        })
final class PlanCommand extends LetheCommand {
    @Mixin
    private final PlanArgument plan = new PlanArgument();

    @Option(
            names = "--emit",
            paramLabel = "WHAT",
            description =
                    "Instead, print what a cluster's queue needs: 'commands', one line for each unfinished world.")
    private @Nullable Emit emit;

    @Mixin
    private final Json json = new Json();

    /** What can be printed in place of the table. */
    enum Emit {
        COMMANDS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    ExitCode execute() {
        if (emit == Emit.COMMANDS) {
            return emitCommands(new Experiment(plan.read()));
        }
        return print(console(), new Experiment(plan.read()), plan.directory(), json.asked);
    }

    private ExitCode emitCommands(Experiment experiment) {
        String run = "lethe run " + quoted(plan.file.toString()) + " --out "
                + quoted(plan.directory().toString());
        List<Integer> worlds;
        try (RunDirectory directory = RunDirectory.open(plan.directory())) {
            worlds = experiment.unfinished(directory);
        }
        worlds.forEach(world -> console().out().println(run + " --world " + world));
        console().out().flush();
        console().say("When all are done: " + run);
        return ExitCode.OK;
    }

    static ExitCode print(Console console, Experiment experiment, Path directory, boolean json) {
        RunCommand.warnOfLookalikes(console, experiment);
        RunCommand.warnOfOtherWorlds(console, experiment, directory);
        Forecast forecast;
        try (RunDirectory run = RunDirectory.open(directory)) {
            forecast = experiment.forecast(run, true);
        }
        if (json) {
            console.json(forecast);
            return ExitCode.OK;
        }
        var table = new Table("STEP", "TO DO", "REUSED", "STALE", "EACH", "WHY STALE");
        for (Forecast.Row row : forecast.rows()) {
            table.row(
                    row.label(),
                    Integer.toString(row.todo()),
                    Integer.toString(row.reused()),
                    Integer.toString(row.stale()),
                    time(row.secondsEach()),
                    row.reason());
        }
        table.print(console.out());
        console.out().println();
        int workers = experiment.plan().execution().workers();
        console.out()
                .println("Time about " + time(forecast.seconds()) + " with " + workers
                        + (workers == 1 ? " worker" : " workers") + ", disk about "
                        + Quantity.bytes(forecast.bytes()) + " in " + directory);
        console.out().flush();
        return ExitCode.OK;
    }

    private static String time(double seconds) {
        return Double.isNaN(seconds)
                ? "unknown"
                : seconds < 10 ? String.format(java.util.Locale.ROOT, "%.1f s", seconds) : Quantity.time(seconds);
    }
}
