package lethe.experiments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.claims.Stratum;
import lethe.data.KnownMislabels;
import lethe.metrics.ForgettingQuality;
import lethe.metrics.Intervals;
import lethe.unlearning.UnlearningMethod;

/** Measures and attacks the models of one method after the other. */
final class Examination {
    private final FinishedRun finished;
    private final Setting setting;
    private final Accuracies accuracies;
    private final AttackSignals signals;
    private final AverageGap gap;
    private final Audit audit;

    Examination(FinishedRun finished, Accuracies accuracies, AttackSignals signals, AverageGap gap) {
        this.finished = finished;
        this.setting = finished.setting();
        this.accuracies = accuracies;
        this.signals = signals;
        this.gap = gap;
        this.audit = finished.audit();
    }

    Measured measure(String label, UnlearningMethod method) {
        List<double[]> runs = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        int diverged = 0;
        String reason = "";
        for (World world : finished.worlds()) {
            for (int f = 0; f < world.forgetRows().length; f++) {
                StepRecord step = finished.unlearned(world, f, label, method);
                if (step.failed()) {
                    diverged++;
                    reason = step.failure();
                } else {
                    runs.add(accuracies.of(finished.evaluated(step), world, f));
                }
                seconds.add(step.seconds());
            }
        }
        if (diverged > 0) {
            String failure = "diverged in " + diverged + " of " + seconds.size() + " runs: " + reason;
            return Measured.without(failure, runs, seconds);
        }
        if (finished.stoppedEarly()) { // the design is balanced over all planned worlds only
            return Measured.without("", runs, seconds);
        }
        boolean retrainingIsComplete = !finished.diverged(finished.floorLabel(), finished.floor());
        WorldSignals[] all = signals.signals(label, method);
        WorldSignals[] natural = signals.natural(all);
        Audit.Findings findings = audit.run(natural);
        return new Measured(
                "",
                findings,
                Stratum.of(natural[0], mislabelled(), setting.plan().audit().bootstrap(), finished.bootstrapSeed()),
                setting.canaries().length == 0 ? Measured.NOTHING : audit.run(signals.canaries(all)),
                runs,
                seconds,
                gap.found(findings).map(AttackResult::attack).orElse(""),
                gap.areas(natural),
                retrainingIsComplete ? Optional.of(predictions(label, method)) : Optional.empty(),
                retrainingIsComplete
                        ? Optional.of(distances().samples(signals.signals(label, method, Signal.PHI)))
                        : Optional.empty());
    }

    private Distances.Predictions predictions(String label, UnlearningMethod method) {
        return method == finished.floor()
                ? distances().ofRetraining(finished.worlds().size())
                : distances()
                        .predictions(
                                finished.atTheEnd(label, method),
                                finished.worlds().size());
    }

    private Distances distances() {
        return new Distances(
                setting.design(),
                setting.natural(),
                setting.train().classes().size(),
                setting.test().size(),
                finished.atTheEnd(finished.floorLabel(), finished.floor()));
    }

    /** How far what the models say is from what retrained models say, where all of these are there. */
    Optional<Results.Distance> distance(Measured measured, Measured floor) {
        if (measured.predictions().isEmpty() || floor.samples().isEmpty()) {
            return Optional.empty();
        }
        Distances.Predictions predictions = measured.predictions().get();
        Optional<ForgettingQuality> quality =
                measured.samples().orElseThrow().quality(floor.samples().get());
        return Optional.of(new Results.Distance(
                predictions.forgetDivergence(),
                predictions.testDivergence(),
                predictions.forgetActivation(),
                predictions.testActivation(),
                quality,
                quality.map(score ->
                                score.withUtility(mean(measured, 1), mean(floor, 1), mean(measured, 2), mean(floor, 2)))
                        .orElse(Double.NaN),
                quality.isPresent() ? measured.samples().get().positions() : List.of()));
    }

    private static double mean(Measured measured, int kind) {
        return Intervals.mean(
                measured.runs().stream().mapToDouble(run -> run[kind]).toArray());
    }

    /** Of each example of the pool, whose areas are its own whatever became of the others. */
    List<ExampleVulnerability> vulnerability(Measured measured) {
        return Stream.concat(
                        numbered(measured.findings().vulnerability(), setting.natural()),
                        numbered(measured.canaries().vulnerability(), setting.canaries()))
                .sorted(Comparator.comparingInt(ExampleVulnerability::example))
                .toList();
    }

    private static Stream<ExampleVulnerability> numbered(List<ExampleVulnerability> some, int[] positions) {
        return some.stream()
                .map(it -> new ExampleVulnerability(
                        positions[it.example()],
                        it.before(),
                        it.after(),
                        it.retainedAfter(),
                        it.memorisation(),
                        it.pairs()));
    }

    /** Which of the examples with their own labels the data says were labelled wrongly. */
    private boolean[] mislabelled() {
        int[] natural = setting.natural();
        boolean[] mislabelled = new boolean[natural.length];
        for (int i = 0; i < mislabelled.length; i++) {
            mislabelled[i] = KnownMislabels.of(setting.train(), setting.pool()[natural[i]]);
        }
        return mislabelled;
    }
}
