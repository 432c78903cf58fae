package lethe.examples;

import java.nio.file.Path;
import java.util.List;
import lethe.data.Glyphs;
import lethe.data.RandomFraction;
import lethe.experiments.AuditPlan;
import lethe.experiments.Execution;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.models.ResNet9;
import lethe.report.Publication;
import lethe.report.TextTable;
import lethe.training.Progress;
import lethe.training.Recipe;
import lethe.unlearning.Amun;
import lethe.unlearning.SalUn;

/** Audits two methods in sixteen worlds. Stopped and started again, it goes on where it was. */
public final class FirstAudit {
    private FirstAudit() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        // README
        var plan = new Plan(
                "My first audit",
                7,
                new Glyphs(),
                new RandomFraction(0.05),
                new ResNet9(8),
                new Recipe(),
                List.of(new SalUn(), new Amun()),
                new AuditPlan(),
                new Execution());
        try (RunDirectory run = RunDirectory.open(Path.of("out/first"))) {
            Results results = new Experiment(plan).run(run, Progress.silent(), () -> false);
            System.out.println(TextTable.of(results));
            System.out.println("Report: " + Publication.write(results, run.root()));
        }
        // README
    }
}
