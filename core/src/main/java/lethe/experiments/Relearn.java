package lethe.experiments;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.attacks.Signal;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.engine.Seed;
import lethe.metrics.Intervals;
import lethe.models.Model;
import lethe.training.Answers;
import lethe.training.Batches;
import lethe.training.DivergedException;
import lethe.training.Evaluation;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;
import lethe.unlearning.Tuning;

/**
 * Teaches copies of unlearned models what they forgot, and counts the steps: a model that forgot in earnest needs as many
 * as one that never knew, a model that only hides what it knows needs few (Golatkar et al., 2020; Tarun et al., 2023).
 *
 * <p>Steps of SGD with momentum 0.9, or of AdamW where the original was trained so, without decay, schedule or
 * augmentation, on shuffled batches of the forget set, the same for every method. Before the first step and after each,
 * the mean loss of the forget set in evaluation mode (cross-entropy; of texts, the mean over texts of the loss per token)
 * is compared with τ; a look costs a forward pass over the forget set at most.
 *
 * <p>By default τ is the loss of the original of the same world on the same examples plus {@value #MARGIN}: the label, or
 * each token, is again as likely as it once was, up to a tenth. A constant would not do: originals that fit their data to
 * 0.001 and language models that stop at 1 per token would both be out of its reach or beyond it from the start. The
 * original itself then takes no step, which is the ceiling.
 *
 * @param steps after which a model is given up
 * @param batch examples in a step; all where there are fewer
 * @param learningRate of every step; where nothing is written, a tenth of the peak in the original's training
 * @param loss τ, instead of that of the original
 * @see <a href="https://arxiv.org/abs/1911.04933">Golatkar et al., 2020</a>
 * @see <a href="https://arxiv.org/abs/2111.08947">Tarun et al., 2023</a>
 */
public record Relearn(int steps, int batch, Optional<Double> learningRate, Optional<Double> loss) {
    private static final double MARGIN = 0.1;
    private static final double MOMENTUM = 0.9;
    private static final int LOOKED_AT = 250; // at once

    public Relearn {
        Require.positive("steps", steps);
        Require.that(batch >= 2, "batch must be at least 2, but is " + batch); // for statistics of batches
        learningRate.ifPresent(rate -> Require.positive("learningRate", rate));
        loss.ifPresent(target -> Require.positive("loss", target));
    }

    /** Fifty steps of 64 examples. */
    public Relearn() {
        this(50, 64, Optional.empty(), Optional.empty());
    }

    /** τ where the original has such losses. */
    double target(double[] originalLosses) {
        return loss.orElseGet(() -> Intervals.mean(originalLosses) + MARGIN);
    }

    /**
     * Counts the steps of a copy of a model, which is not changed.
     *
     * @param forget what it is to learn again
     * @param target τ
     * @param trial knows how the original was trained; is not resumed
     */
    Relearned of(Model model, Dataset forget, double target, Trial trial) {
        if (reaches(model, forget, target)) {
            return new Relearned(0, true, target);
        }
        int[] taken = {0};
        boolean[] reached = {false};
        Seed seed = trial.random("batches");
        // One step an epoch: the descent asks whether to stop after epochs alone.
        var tuning = new Tuning(
                steps,
                learningRate.orElseGet(() -> trial.recipe().learningRate() / 10),
                MOMENTUM,
                0,
                Schedule.constant());
        try (Model relearned = tuning.of(model, trial)
                .stoppingAfter(learning -> {
                    taken[0]++;
                    reached[0] = reaches(learning, forget, target);
                    return reached[0];
                })
                .run((learning, step) -> {
                    Dataset examples = forget.select(rows(step, forget.size(), seed));
                    return List.of(new Pass(
                            Batches.shuffled(examples.size(), seed, Source.plain(examples)),
                            Tuning.crossEntropy(learning)));
                })) {
            return new Relearned(taken[0], reached[0], target);
        } catch (DivergedException e) {
            return new Relearned(steps, false, target); // not by these steps, and more of them would not help
        }
    }

    /** The batch of a step: the examples in one random order after another, so that all batches are full. */
    private int[] rows(int step, int size, Seed seed) {
        int taken = Math.min(batch, size);
        long first = (long) step * taken;
        int[] now = order(first / size, size, seed);
        int[] next = order(first / size + 1, size, seed);
        int start = (int) (first % size);
        return IntStream.range(start, start + taken)
                .map(k -> k < size ? now[k] : next[k - size])
                .toArray();
    }

    private static int[] order(long pass, int size, Seed seed) {
        return seed.derive("order", pass).permutation(size);
    }

    /** Whether the mean loss is at most τ; losses are not negative, so that the rest need not be computed once it is not. */
    private static boolean reaches(Model model, Dataset forget, double target) {
        double left = target * forget.size();
        for (int from = 0; from < forget.size() && left >= 0; from += LOOKED_AT) {
            int[] rows = IntStream.range(from, Math.min(forget.size(), from + LOOKED_AT))
                    .toArray();
            left -= Arrays.stream(losses(model, forget.select(rows))).sum();
        }
        return left >= 0; // which no number is
    }

    private static double[] losses(Model model, Dataset data) {
        return losses(
                Evaluation.logits(model, data),
                IntStream.range(0, data.size()).map(data::label).toArray());
    }

    /** The losses of some rows of {@code data} by what a model answered to all. */
    static double[] losses(Answers answers, Dataset data, int[] rows) {
        double[] all = losses(
                answers.logits(),
                IntStream.range(0, data.size()).map(data::label).toArray());
        return Arrays.stream(rows).mapToDouble(row -> all[row]).toArray();
    }

    private static double[] losses(float[] logits, int[] labels) {
        float[] likelihoods = Signal.NEG_LOSS.signals(logits, labels);
        return IntStream.range(0, labels.length)
                .mapToDouble(i -> -likelihoods[i])
                .toArray();
    }
}
