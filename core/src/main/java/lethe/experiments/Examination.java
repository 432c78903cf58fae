package lethe.experiments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.claims.Stratum;
import lethe.data.KnownMislabels;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.ForgettingQuality;
import lethe.metrics.Intervals;
import lethe.metrics.KaplanMeier;
import lethe.unlearning.UnlearningMethod;
import lethe.unlearning.Untrained;

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
        List<Relearned> relearned = new ArrayList<>();
        int diverged = 0;
        String reason = "";
        for (World world : finished.worlds()) {
            for (int f = 0; f < world.forgetRows().length; f++) {
                StepRecord step = finished.unlearned(world, f, label, method);
                if (step.failed()) {
                    diverged++;
                    reason = step.failure();
                } else {
                    Evaluated evaluated = finished.evaluated(step);
                    runs.add(accuracies.of(evaluated, world, f));
                    evaluated.relearned().ifPresent(relearned::add);
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
                        : Optional.empty(),
                zeroRetrain(label, method),
                relearned);
    }

    private Distances.Predictions predictions(String label, UnlearningMethod method) {
        return method == finished.floor()
                ? distances().ofRetraining(finished.worlds().size())
                : distances()
                        .predictions(
                                finished.atTheEnd(label, method),
                                finished.worlds().size());
    }

    /** Of texts too little is kept: not what a model gives to each token, but how likely it finds the whole. */
    private Optional<Estimate> zeroRetrain(String label, UnlearningMethod method) {
        int worlds = finished.worlds().size();
        return setting.train().isText()
                ? Optional.empty()
                : untrained()
                        .map(it -> method == it.getValue()
                                ? distances().ofUntrained(finished.atTheEnd(label, method), worlds)
                                : distances()
                                        .zeroRetrain(
                                                finished.atTheEnd(label, method),
                                                finished.atTheEnd(it.getKey(), it.getValue()),
                                                worlds));
    }

    /** The method whose models are untrained, if the plan has it and all of them answer. */
    private Optional<Map.Entry<String, UnlearningMethod>> untrained() {
        return setting.plan().labelled().entrySet().stream()
                .filter(it -> it.getValue() instanceof Untrained)
                .findFirst()
                .filter(it -> !finished.diverged(it.getKey(), it.getValue()));
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
                quality.isPresent() ? measured.samples().get().positions() : List.of(),
                measured.zeroRetrain(),
                relearning(measured, floor)));
    }

    private Optional<Results.Relearning> relearning(Measured measured, Measured floor) {
        List<Relearned> runs = measured.relearned();
        int sets = setting.plan().audit().forgetSets();
        int all = sets * finished.worlds().size();
        if (runs.size() != all || floor.relearned().size() != all) {
            return Optional.empty();
        }
        List<Double> sooner = new ArrayList<>();
        for (int r = 0; r < runs.size(); r++) {
            sooner.add(0.5
                    + 0.5
                            * Double.compare(
                                    floor.relearned().get(r).time(), runs.get(r).time()));
        }
        double[][] steps = new double[runs.size() / sets][sets];
        boolean[][] seen = new boolean[steps.length][sets];
        for (int r = 0; r < runs.size(); r++) {
            steps[r / sets][r % sets] = runs.get(r).steps();
            seen[r / sets][r % sets] = runs.get(r).reached();
        }
        var bootstrap =
                new CrossedBootstrap(Math.max(20, setting.plan().audit().bootstrap()), finished.bootstrapSeed());
        return Optional.of(new Results.Relearning(
                KaplanMeier.median(steps, seen, bootstrap),
                setting.plan().audit().relearn().orElseThrow().steps(),
                runs.size(),
                (int) runs.stream().filter(run -> !run.reached()).count(),
                Intervals.mean(runs.stream().mapToDouble(Relearned::target).toArray()),
                share(Accuracies.perWorld(sooner, sets))));
    }

    /** Student's interval knows no bounds. */
    private static Estimate share(Estimate estimate) {
        return new Estimate(estimate.value(), Math.max(0, estimate.low()), Math.min(1, estimate.high()));
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
