package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.attacks.Signal;
import lethe.catalog.Catalog;
import lethe.catalog.Settings;
import lethe.data.Dataset;
import lethe.data.KnownMislabels;
import lethe.data.Pictured;
import lethe.engine.Engine;
import lethe.training.Progress;
import lethe.unlearning.UnlearningMethod;

/** Puts the results of a finished run together from the signals on disk; no model is read. */
final class Assembly {
    private final Setting setting;
    private final FinishedRun finished;
    private final Progress progress;
    private final Accuracies accuracies;
    private final Examination examination;
    private final Moments moments;

    Assembly(FinishedRun finished, Progress progress) {
        var signals = new AttackSignals(finished);
        var gap = new AverageGap(finished, signals);
        this.setting = finished.setting();
        this.finished = finished;
        this.progress = progress;
        this.accuracies = new Accuracies(finished);
        this.examination = new Examination(finished, accuracies, signals, gap);
        this.moments = new Moments(finished, accuracies, gap);
    }

    Results results() {
        Plan plan = setting.plan();
        Dataset train = setting.train();
        Optional<Results.AnytimeSummary> anytime = finished.anytime();
        List<Results.MethodResult> methods = new ArrayList<>();
        Optional<Measured> floor = Optional.empty();
        try (Progress audits = progress.begin("audit", plan.labelled().size())) {
            for (Map.Entry<String, UnlearningMethod> entry : plan.labelled().entrySet()) {
                Measured measured = examination.measure(entry.getKey(), entry.getValue());
                floor = floor.isPresent() ? floor : Optional.of(measured);
                methods.add(result(entry.getKey(), entry.getValue(), measured, floor.get(), anytime));
                audits.advance(1);
            }
        }
        return new Results(
                plan.title(),
                plan.digest(),
                plan.toYaml(),
                environment(plan),
                new Results.DataSummary(
                        train.name(),
                        train.classes(),
                        train.size(),
                        setting.data().test().size(),
                        setting.forget().length,
                        setting.fingerprint()),
                new Results.DesignSummary(
                        finished.worlds().size(),
                        setting.pool().length,
                        plan.audit().forgetSize(),
                        plan.audit().forgetSets(),
                        finished.worlds().get(0).trainRows().length - setting.pool().length / 2),
                methods,
                examples(),
                finished.directory().totalSeconds(),
                anytime,
                setting.lookalikes().filter(searched -> searched.found() > 0),
                new ResidualAudit(setting, finished.worlds(), this::logLikelihoods, finished.bootstrapSeed())
                        .influence());
    }

    static Map<String, String> environment(Plan plan) {
        Map<String, String> facts = new LinkedHashMap<>(Engine.facts());
        facts.put("device", plan.execution().device());
        facts.put("threads", Integer.toString(plan.execution().threads()));
        facts.put("workers", Integer.toString(plan.execution().workers()));
        facts.put(
                "lethe",
                Optional.ofNullable(Assembly.class.getPackage().getImplementationVersion())
                        .orElse("development"));
        return facts;
    }

    private Results.MethodResult result(
            String label,
            UnlearningMethod method,
            Measured measured,
            Measured floor,
            Optional<Results.AnytimeSummary> anytime) {
        var deployed = new DeployedModel(finished, accuracies, label, method);
        return new Results.MethodResult(
                Catalog.of(UnlearningMethod.class).nameOf(method),
                label,
                Settings.toTree(method),
                method.source(),
                work(method),
                accuracies.accuracy(measured, floor),
                moments.trajectory(label, method, measured),
                deployed.summary(),
                accuracies.confidences(label, method),
                measured.findings().attacks(),
                measured.findings().comparisons(),
                examination.vulnerability(measured),
                measured.strata(),
                finished.stoppedEarly()
                        ? Verdicts.of(measured.failure(), anytime.orElseThrow(), label)
                        : Verdicts.of(
                                measured.failure(),
                                measured.findings(),
                                floor.findings(),
                                finished.worlds().size()),
                measured.canaries().attacks(),
                deployed.writing(new DeployedModel(finished, accuracies, finished.floorLabel(), finished.floor())),
                examination.distance(measured, floor));
    }

    /** What a model says of each example of the pool, unless it diverged. */
    private Optional<float[]> logLikelihoods(Step step) {
        StepRecord record = finished.record(step);
        return record.failed()
                ? Optional.empty()
                : Optional.of(Signal.NEG_LOSS.signals(finished.evaluated(record).pool(), finished.labels()));
    }

    private Results.Work work(UnlearningMethod method) {
        World world = finished.worlds().get(0);
        double share = (double) world.forgetRows()[0].length / world.trainRows().length;
        double epochs = method.cost(share, setting.plan().training().epochs());
        return new Results.Work(
                method.traits().readsForget(),
                method.traits().readsRetain(),
                method.traits().exact(),
                epochs);
    }

    private List<Results.PoolExample> examples() {
        List<Results.PoolExample> examples = new ArrayList<>();
        for (int row : setting.pool()) {
            Dataset train = setting.train();
            examples.add(new Results.PoolExample(
                    train.id(row).value(),
                    train.label(row),
                    Pictured.dataUri(train, row).orElse(""),
                    Arrays.binarySearch(setting.forget(), row) >= 0,
                    KnownMislabels.of(train, row)));
        }
        return examples;
    }
}
