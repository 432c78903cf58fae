package lethe.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.Audit;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.claims.Claim;
import lethe.claims.Evidence;
import lethe.claims.Finding;
import lethe.engine.Seed;
import lethe.training.Progress;
import lethe.unlearning.UnlearningMethod;

/** Examines claims by the signals of a finished run. */
final class Study {
    private final Setting setting;
    private final Results results;
    private final Assembly assembly;
    private final Progress progress;

    Study(Setting setting, RunDirectory run, Results results, Progress progress) {
        if (!results.planDigest().equals(setting.plan().digest())) {
            throw new IllegalArgumentException(run.root() + " has results of another plan than its plan.yaml; audit it"
                    + " again with 'lethe audit " + run.root() + "'");
        }
        results.anytime().filter(Results.AnytimeSummary::stoppedEarly).ifPresent(anytime -> {
            throw new IllegalArgumentException(run.root() + " was stopped after " + anytime.worlds() + " of "
                    + anytime.planned()
                    + " worlds by audit.anytime, but claims rest on all of them; run the plan without"
                    + " audit.anytime, which goes on from here");
        });
        this.setting = setting;
        this.results = results;
        this.assembly = new Assembly(setting, run, Progress.silent());
        this.progress = progress;
    }

    List<Finding> examine(List<Claim> claims) {
        Evidence evidence = evidence();
        List<Finding> findings = new ArrayList<>();
        try (Progress studied = progress.begin("claim", claims.size())) {
            for (Claim claim : claims) {
                findings.add(claim.examine(evidence));
                studied.advance(1);
            }
        }
        return findings;
    }

    private Evidence evidence() {
        List<Evidence.Subject> subjects = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        Map<String, UnlearningMethod> labelled = setting.plan().labelled();
        for (Results.MethodResult method : results.methods()) {
            UnlearningMethod unlearning = Optional.ofNullable(labelled.get(method.label()))
                    .orElseThrow(() -> new IllegalStateException("The plan has no method " + method.label()));
            if (!method.attacks().isEmpty()) {
                subjects.add(subject(method, unlearning));
            } else if (subjects.size() < 2) {
                throw new IllegalArgumentException("Without " + method.label() + " nothing can be concluded, but it "
                        + method.verdict().reason().replaceFirst("^The method ", ""));
            } else {
                leftOut.add(method.label() + " is left out: "
                        + method.verdict().reason().replaceFirst("^The method ", "it ") + ".");
            }
        }
        return new Evidence(
                subjects.get(0),
                subjects.get(1),
                subjects.subList(2, subjects.size()),
                leftOut,
                Math.max(20, setting.plan().audit().bootstrap()),
                Seed.of(setting.plan().seed()).derive("bootstrap").value(),
                assembly.unseen());
    }

    private Evidence.Subject subject(Results.MethodResult method, UnlearningMethod unlearning) {
        return new Evidence.Subject(
                method.label(),
                method.name(),
                method.settings(),
                new Audit.Findings(method.attacks(), method.comparisons(), method.vulnerability()),
                method.accuracy().test(),
                method.accuracy().seconds(),
                new Stored(method.label(), unlearning));
    }

    /** The signals of one method on disk. What is there at the end is kept, whole trajectories are not. */
    private final class Stored implements Evidence.Signals {
        private final String label;
        private final UnlearningMethod method;
        private Optional<WorldSignals> end = Optional.empty();

        Stored(String label, UnlearningMethod method) {
            this.label = label;
            this.method = method;
        }

        @Override
        public WorldSignals atTheEnd() {
            if (end.isEmpty()) {
                end = Optional.of(assembly.signals(label, method, Signal.PHI));
            }
            return end.get();
        }

        @Override
        public List<WorldSignals> trajectory() {
            List<WorldSignals> path = new ArrayList<>(assembly.trajectory(label, method, Signal.PHI));
            if (path.size() == 1) {
                path.add(atTheEnd());
            }
            return path;
        }

        @Override
        public Evidence.Course course() {
            return assembly.course(label, method);
        }
    }
}
