package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.Audit;
import lethe.claims.Claim;
import lethe.claims.Evidence;
import lethe.claims.Finding;
import lethe.data.Dataset;
import lethe.metrics.Intervals;
import lethe.training.Progress;
import lethe.unlearning.UnlearningMethod;

/** Examines claims by the signals of a finished run. */
final class Study {
    private final Setting setting;
    private final Results results;
    private final FinishedRun finished;
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
        this.finished = new FinishedRun(setting, run);
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
                finished.bootstrapSeed(),
                likeness(),
                classes());
    }

    private Evidence.Subject subject(Results.MethodResult method, UnlearningMethod unlearning) {
        return new Evidence.Subject(
                method.label(),
                method.name(),
                method.settings(),
                new Audit.Findings(method.attacks(), method.comparisons(), method.vulnerability()),
                method.accuracy().test(),
                method.accuracy().seconds(),
                new StoredSignals(finished, method.label(), unlearning));
    }

    /** Texts have none. */
    private Optional<Evidence.Classes> classes() {
        Dataset train = setting.train();
        if (train.isText()) {
            return Optional.empty();
        }
        double[] shares = new double[train.classes().size()];
        for (int row = 0; row < train.size(); row++) {
            shares[train.label(row)] += 1.0 / train.size();
        }
        int[] labels = Arrays.stream(setting.natural())
                .map(position -> train.label(setting.pool()[position]))
                .toArray();
        return Optional.of(new Evidence.Classes(labels, shares));
    }

    /** In features where originals can be read, else in what they answered; nothing of texts. */
    private Optional<Evidence.Likeness> likeness() {
        if (setting.train().isText()) {
            return Optional.empty();
        }
        return FeatureLikeness.of(finished, progress)
                .or(() -> Optional.of(new Evidence.Likeness() {
                    @Override
                    public String basis() {
                        return "the logits";
                    }

                    @Override
                    public Evidence.Distances read() {
                        double[][] unseen = unseen();
                        return example -> Arrays.stream(unseen)
                                .mapToDouble(other -> distance(unseen[example], other))
                                .toArray();
                    }
                }));
    }

    private static double distance(double[] a, double[] b) {
        double squares = 0;
        for (int k = 0; k < a.length; k++) {
            squares += (a[k] - b[k]) * (a[k] - b[k]);
        }
        return Math.sqrt(squares);
    }

    /** The mean of the logits of originals that never saw an example, less its mean over classes. */
    private double[][] unseen() {
        int classes = setting.train().classes().size();
        int[] natural = setting.natural();
        double[][] mean = new double[natural.length][classes];
        for (World world : finished.worlds()) {
            float[] logits = finished.original(world).pool().logits();
            for (int i = 0; i < natural.length; i++) {
                if (!setting.design().isMember(world.index(), natural[i])) {
                    for (int k = 0; k < classes; k++) {
                        mean[i][k] += logits[natural[i] * classes + k];
                    }
                }
            }
        }
        for (double[] answer : mean) {
            double common = Intervals.mean(answer);
            for (int k = 0; k < classes; k++) {
                answer[k] = (answer[k] - common) / (finished.worlds().size() / 2.0);
            }
        }
        return mean;
    }
}
