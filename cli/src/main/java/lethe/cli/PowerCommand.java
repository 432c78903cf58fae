package lethe.cli;

import java.nio.file.Path;
import java.util.Locale;
import lethe.attacks.Game;
import lethe.experiments.Experiment;
import lethe.experiments.Power;
import lethe.experiments.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "power",
        header = "Say how many worlds an interval of a wanted width needs, before they are paid for.",
        description = {
            "Reads a finished run, which may be as small as a pilot of 8 worlds, and trains nothing.",
            "Examples:",
            "  lethe power out/pilot --half-width 0.02"
        })
final class PowerCommand extends LetheCommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Directory of a run (default: ${DEFAULT-VALUE}).")
    private Path run = Path.of(".");

    @Option(
            names = "--half-width",
            paramLabel = "WIDTH",
            description = "How far an interval may reach to either side (default: ${DEFAULT-VALUE}).")
    private double halfWidth = 0.02;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        var experiment = new Experiment(AuditCommand.planOf(run));
        Power power;
        try (RunDirectory directory = RunDirectory.open(run)) {
            power = experiment.power(directory, halfWidth);
        }
        if (json.asked) {
            console().json(power);
            return ExitCode.OK;
        }
        var table = new Table("METHOD", "GAME", "ATTACK", "NUMBER", "NOW", "WORLDS");
        power.rows().stream()
                // The classic game is about the original model, the last about those who stay.
                .filter(row -> row.game() == Game.EFFICACY || row.game() == Game.PRIVACY)
                .forEach(row -> table.row(
                        row.method(),
                        row.game().code(),
                        row.attack().isEmpty() ? "–" : row.attack(),
                        row.statistic(),
                        String.format(Locale.ROOT, "±%.3f", row.halfWidthNow()),
                        row.worldsNeeded().isPresent()
                                ? Long.toString(row.worldsNeeded().getAsLong())
                                : "–"));
        table.print(console().out());
        console().out().println();
        console()
                .out()
                .println(String.format(
                        Locale.ROOT,
                        "NOW: expected with the run's %d worlds of %d examples. WORLDS: for ±%s; – where only more"
                                + " examples help. Worlds are added by 'audit: {worlds: …, grownFrom: %s, …}'.",
                        power.worlds(),
                        power.pool(),
                        power.halfWidth(),
                        experiment.plan().audit().grown()));
        console().out().flush();
        return ExitCode.OK;
    }
}
