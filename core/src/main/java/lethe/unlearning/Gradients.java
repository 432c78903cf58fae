package lethe.unlearning;

import java.util.Map;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Precomputation;
import lethe.training.Source;
import lethe.training.Trial;

/** Sums of gradients over a data set at fixed weights; resumable. */
final class Gradients {
    private static final int BATCH = 250;

    private Gradients() {}

    /** What one batch adds to a sum. */
    @FunctionalInterface
    interface Term {
        void add(Batch batch, Tensor sum);
    }

    /**
     * The sum of a term over batches, a vector of length P.
     *
     * @param name of the sum within the trial
     */
    static Tensor sum(String name, Model model, Batches batches, Trial trial, Term term) {
        Tensor sum = Tensor.zeros(model.weights().size());
        new Precomputation(name, Map.of("sum", sum), trial).run(batches.count(), i -> {
            term.add(batches.batch(i), sum);
            return true;
        });
        return sum;
    }

    /** The gradient of the mean cross-entropy over a data set as it is, in the mode the model is in; length P. */
    static Tensor mean(String name, Model model, Dataset data, Seed order, Trial trial) {
        Batches batches = Batches.shuffled(BATCH, order, Source.plain(data));
        Tensor sum = sum(
                name,
                model,
                batches,
                trial,
                (batch, total) -> total.addInPlace(
                        of(model.logits(batch.inputs()).crossEntropySum(batch.labels()), model.weights())));
        return sum.mulInPlace(1.0 / data.size());
    }

    /** The gradient of one scalar alone: {@link Weights#gradient}, which the next call overwrites. */
    static Tensor of(Tensor loss, Weights weights) {
        weights.clearGradient();
        loss.backward();
        return weights.gradient();
    }
}
