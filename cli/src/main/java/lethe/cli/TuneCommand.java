package lethe.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import lethe.experiments.Behaviour;
import lethe.experiments.Plan;
import lethe.experiments.Rule;
import lethe.experiments.RunDirectory;
import lethe.experiments.Tuned;
import lethe.experiments.Tuner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "tune",
        header = "Search the settings of a plan's methods, in worlds that are not audited.",
        description = {
            "Two rules choose side by side: 'oracle', closest to retraining, as papers do, and 'free', which needs no"
                    + " retrained model. The plan's section 'tune' says what is searched, and for how long; what is done"
                    + " already is reused.",
            "Examples:",
            "  lethe tune plans/cifar10-quick.yaml",
            "  lethe run out/cifar10-quick-tune/tuned.yaml --out out/cifar10-quick"
        })
final class TuneCommand extends LetheCommand {
    @Mixin
    private final PlanFile plan = new PlanFile();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where trials are kept (default: out/, the plan's name and -tune).")
    private @Nullable Path out;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description = "Whose choice goes into tuned.yaml: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Rule rule = Rule.FREE;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() {
        Plan untuned = plan.read();
        var tuner = new Tuner(untuned);
        Interruption stop = Interruption.install(console().err(), typed());
        Tuned tuned;
        Path chosen;
        try (RunDirectory run = RunDirectory.open(PlanArgument.directory(out, plan.file, "-tune"))) {
            try (ConsoleProgress progress = console().progress()) {
                tuned = tuner.run(run, progress, stop);
            }
            chosen = run.file("tuned.yaml");
            run.write(
                    "tuned.yaml",
                    heading(untuned) + tuned.applyTo(untuned, rule).toYaml());
        }
        sayWhatFailed(tuned);
        if (json.asked) {
            console().json(tuned);
        } else {
            print(tuned);
            console().out().println();
            console().out().println("Plan with the choice of the rule '" + rule + "': " + chosen);
        }
        console().out().flush();
        return ExitCode.OK;
    }

    private String heading(Plan untuned) {
        int worlds = untuned.tune().worlds();
        return "# Settings chosen by 'lethe tune' under the rule '" + rule + "', in " + worlds
                + (worlds == 1 ? " world" : " worlds") + " that are not audited.\n";
    }

    private void sayWhatFailed(Tuned tuned) {
        for (Tuned.Method method : tuned.methods()) {
            if (method.choices().stream().noneMatch(choice -> choice.rule() == rule)) {
                console()
                        .say(method.label() + ": every trial failed, so tuned.yaml keeps its settings; search smaller"
                                + " learning rates");
            }
        }
    }

    private void print(Tuned tuned) {
        var table = new Table(
                "METHOD", "RULE", "ORACLE", "FREE", "FORGET", "RETAIN", "HELD OUT", "AUC", "TRIALS", "SETTINGS");
        row(table, "original", "", tuned.original(), "", "");
        row(table, "retrain", "", tuned.retrained(), "", "");
        for (Tuned.Method method : tuned.methods()) {
            for (Tuned.Choice choice : method.choices()) {
                String failed = choice.failed() == 0 ? "" : " (" + choice.failed() + " failed)";
                row(
                        table,
                        method.label(),
                        choice.rule().toString(),
                        choice.score(),
                        choice.trials() + failed,
                        text(choice.settings()));
            }
        }
        table.print(console().out());
        console().out().println();
        for (String line : List.of(
                "ORACLE: average gap to retraining. FREE: how unlike held-out examples forgotten ones are answered, plus",
                "their surplus of confidence; 2 and more if too much accuracy was lost. Each row is scored under both,",
                "whichever rule chose it; small is good. AUC: forgotten against held-out examples.")) {
            console().out().println(line);
        }
    }

    private static void row(Table table, String label, String rule, Tuned.Score score, String trials, String settings) {
        Behaviour behaviour = score.behaviour();
        table.row(
                label,
                rule,
                number(score.oracle()),
                number(score.free()),
                number(behaviour.forget()),
                number(behaviour.retain()),
                number(behaviour.heldOut()),
                number(behaviour.auc()),
                trials,
                settings);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String text(Map<String, Object> settings) {
        return settings.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
