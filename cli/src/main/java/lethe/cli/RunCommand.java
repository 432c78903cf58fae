package lethe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lethe.catalog.SettingsException;
import lethe.experiments.AuditPlan;
import lethe.experiments.Experiment;
import lethe.experiments.Isolation;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.influence.Closure;
import lethe.influence.Lookalikes;
import lethe.report.Publication;
import lethe.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        header = "Do everything a plan says: train, unlearn, audit, report.",
        description = {
            "What is done already is reused, so the same command goes on after an interruption.",
            "Examples:",
            "  lethe run plans/cifar10-quick.yaml",
            "  lethe run plans/cifar10-quick.yaml --dry-run",
            "  lethe run plans/cifar10-quick.yaml --world 3,4"
        })
final class RunCommand extends LetheCommand {
    @Mixin
    private final PlanArgument plan = new PlanArgument();

    @Option(names = "--dry-run", description = "Only list what would be done; the same as 'lethe plan'.")
    private boolean dryRun;

    @Option(names = "--fresh", description = "Start over; earlier results are moved aside, not deleted.")
    private boolean fresh;

    @Option(
            names = "--world",
            split = ",",
            paramLabel = "K",
            description = {
                "Only these worlds, and no audit; 0 is the deployed model. Others can run other worlds in the same"
                        + " directory meanwhile, see 'lethe plan --emit commands'."
            })
    private Set<Integer> worlds = Set.of();

    @Option(
            names = "--isolation",
            paramLabel = "KIND",
            description = "What each worker is: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). A process that"
                    + " crashes is replaced; threads need less memory.")
    private Isolation isolation = Isolation.PROCESS;

    @Mixin
    private final Json json = new Json();

    @Override
    ExitCode execute() throws IOException {
        if (!worlds.isEmpty() && (dryRun || fresh)) {
            throw new IllegalArgumentException("--world does a part of a run, so it does not go with "
                    + (dryRun ? "--dry-run" : "--fresh") + "; do that with 'lethe run' alone");
        }
        var experiment = new Experiment(plan.read());
        Path directory = plan.directory();
        if (dryRun) {
            return PlanCommand.print(console(), experiment, directory, json.asked);
        }
        if (fresh && Files.exists(directory)) {
            Path aside = asideOf(directory);
            Files.move(directory, aside);
            console().say("Moved earlier results to " + aside);
        }
        if (!worlds.isEmpty()) {
            return runWorlds(experiment, directory);
        }
        return run(console(), experiment, directory, isolation, typed(), json.asked);
    }

    private ExitCode runWorlds(Experiment experiment, Path directory) {
        Interruption stop = Interruption.install(console().err(), typed());
        try (RunDirectory run = RunDirectory.openShared(directory)) {
            try (ConsoleProgress progress = console().progress()) {
                experiment.runWorlds(run, worlds, isolation, progress, stop);
            }
        }
        console().say("Done; when all worlds are, 'lethe run' without --world audits them");
        return ExitCode.OK;
    }

    static ExitCode run(
            Console console, Experiment experiment, Path directory, Isolation isolation, String command, boolean json) {
        warnOfLookalikes(console, experiment);
        warnOfOtherWorlds(console, experiment, directory);
        Interruption stop = Interruption.install(console.err(), command);
        Results results;
        try (RunDirectory run = RunDirectory.open(directory)) {
            try (ConsoleProgress progress = console.progress()) {
                results = experiment.run(run, isolation, progress, stop);
            }
            Path report = Publication.write(results, run.root());
            print(console, results, report, json);
        }
        return ExitCode.OK;
    }

    /** Says before hours of training whether forgetting the examples alone can be in vain. */
    static void warnOfLookalikes(Console console, Experiment experiment) {
        experiment
                .takenAlong()
                .filter(taken -> !taken.members().isEmpty())
                .ifPresent(taken -> console.say("The policy forgets "
                        + taken.members().size() + " look-alikes with the "
                        + taken.asked().size() + " examples asked for, " + taken.ofOwner(Closure.Owner.THIRD_PARTY)
                        + " of people who did not ask and " + taken.ofOwner(Closure.Owner.UNKNOWN)
                        + " of nobody known; 'lethe similar PLAN' lists them for approval."));
        Optional<Lookalikes> lookalikes = experiment.lookalikes();
        if (lookalikes.isEmpty()) {
            console.say("Look-alikes of the " + experiment.forgetRows().length + " examples to forget were not searched"
                    + " for among " + experiment.data().train().size()
                    + ", which takes minutes; 'lethe similar PLAN' does");
        }
        lookalikes
                .filter(searched -> searched.found() > 0)
                .ifPresent(searched -> console.say(searched.words()
                        + " 'lethe similar PLAN' shows them; 'forget: {name: closure, …}' forgets them too, "
                        + (searched.asked() + searched.found()) + " examples in all."));
    }

    /** Says before hours of training that the worlds which are there could be kept. */
    static void warnOfOtherWorlds(Console console, Experiment experiment, Path directory) {
        Path before = directory.resolve("plan.yaml");
        if (!Files.exists(before)) {
            return;
        }
        AuditPlan audit = experiment.plan().audit();
        AuditPlan earlier;
        try {
            earlier = Plan.read(before).audit();
        } catch (SettingsException damagedOrOfAnotherVersion) {
            return; // this run replaces it
        }
        List<Integer> kept = earlier.grown();
        List<Integer> now = audit.grown();
        boolean keeps = now.size() > kept.size() && now.subList(0, kept.size()).equals(kept);
        if (audit.worlds() > earlier.worlds() && !keeps) {
            console.say("This plan's " + audit.worlds() + " worlds are others than the " + earlier.worlds()
                    + " of the plan that "
                    + directory + " was run with. To keep those and add to them, write 'audit: {worlds: "
                    + audit.worlds()
                    + ", grownFrom: " + kept + ", …}'.");
        }
    }

    static void print(Console console, Results results, Path report, boolean json) {
        if (json) {
            console.out().println(lethe.report.ResultsJson.toJson(results));
        } else {
            console.out().print(TextTable.of(results));
            console.out().println();
            console.out().println("Report: " + report);
        }
        console.out().flush();
    }

    private static Path asideOf(Path directory) {
        for (int n = 1; ; n++) {
            Path aside = directory.resolveSibling(directory.getFileName() + ".old-" + n);
            if (!Files.exists(aside)) {
                return aside;
            }
        }
    }
}
