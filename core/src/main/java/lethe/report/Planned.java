package lethe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.Attack;
import lethe.catalog.Settings;
import lethe.experiments.AuditPlan;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.metrics.CrossedBootstrap;

/** What the resolved plan says of the attacks and results do not repeat. */
final class Planned {
    private final Optional<AuditPlan> audit;

    private Planned(Optional<AuditPlan> audit) {
        this.audit = audit;
    }

    static Planned of(Results results) {
        try {
            return new Planned(Optional.of(
                    Plan.parse(results.planYaml(), "plan of the run").audit()));
        } catch (IllegalArgumentException e) {
            // A plan of another version still has a report, which then does not state what only the plan knows.
            return new Planned(Optional.empty());
        }
    }

    /** Whether the plan could be read. */
    boolean known() {
        return audit.isPresent();
    }

    /** Replicates of the {@link CrossedBootstrap}. */
    Optional<Integer> replicates() {
        return audit.map(AuditPlan::bootstrap);
    }

    /** How each attack that estimates densities does so, as in {@code u-lira: student-shrunk}. */
    List<String> densities() {
        var densities = new ArrayList<String>();
        for (Attack attack : audit.map(AuditPlan::attacks).orElse(List.of())) {
            Map<String, Object> settings = Settings.toTree(attack);
            if (settings.containsKey("density")) {
                densities.add(attack.name() + ": " + settings.get("density"));
            }
        }
        return densities.stream().distinct().toList();
    }
}
