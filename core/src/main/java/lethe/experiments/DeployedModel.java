package lethe.experiments;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.metrics.Roc;
import lethe.training.TextScore;
import lethe.unlearning.UnlearningMethod;
import org.jspecify.annotations.Nullable;

/** The model of the deployed world after one method. */
final class DeployedModel {
    private final FinishedRun finished;
    private final Setting setting;
    private final Accuracies accuracies;
    private final World world;
    private final StepRecord step;

    DeployedModel(FinishedRun finished, Accuracies accuracies, String label, UnlearningMethod method) {
        this.finished = finished;
        this.setting = finished.setting();
        this.accuracies = accuracies;
        this.world = setting.worlds().get(0);
        this.step = finished.unlearned(world, 0, label, method);
    }

    Results.Deployed summary() {
        if (step.failed()) {
            return new Results.Deployed("", "", Double.NaN, Double.NaN, Double.NaN, step.seconds());
        }
        Evaluated evaluated = finished.evaluated(step);
        double[] accuracy = accuracies.of(evaluated, world, forgottenInPool());
        return new Results.Deployed(
                finished.directory()
                        .root()
                        .relativize(finished.directory().model(step.key()))
                        .toString(),
                step.modelDigest(),
                accuracy[0],
                accuracy[1],
                accuracy[2],
                step.seconds());
    }

    /** What it wrote beside what the retrained model did, if it writes. */
    Optional<Writing> writing(DeployedModel floor) {
        return written().map(own -> own.against(floor.written(), detected(), floor.detected()));
    }

    private Optional<Written> written() {
        return step.failed()
                ? Optional.empty()
                : Written.read(finished.directory().writing(step.key()));
    }

    /** The area by which Min-40% tells what a language model was to forget from test examples. */
    private double detected() {
        if (step.failed()) {
            return Double.NaN;
        }
        Evaluated evaluated = finished.evaluated(step);
        float @Nullable [] pool = evaluated.pool().texts().get(TextScore.MIN_K_40);
        float @Nullable [] test = evaluated.test().texts().get(TextScore.MIN_K_40);
        int[] forgotten = forgottenInPool();
        if (pool == null || test == null || forgotten.length == 0 || test.length == 0) {
            return Double.NaN;
        }
        return Roc.auc(
                Arrays.stream(forgotten).mapToDouble(position -> pool[position]).toArray(),
                IntStream.range(0, test.length).mapToDouble(row -> test[row]).toArray());
    }

    /** The pool holds the forget set, or a sample of it where that is larger. */
    private int[] forgottenInPool() {
        return Arrays.stream(finished.positionsInPool(setting.forget()))
                .filter(position -> position >= 0)
                .toArray();
    }
}
