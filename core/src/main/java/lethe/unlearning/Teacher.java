package lethe.unlearning;

import lethe.data.Augmentation;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Evaluation;

/** What a frozen model in evaluation mode says about batches of one source. */
interface Teacher extends AutoCloseable {
    /** Logits (B, K) of a batch. */
    Tensor logits(Batch batch);

    @Override
    void close();

    /**
     * A teacher that computes each example once if its inputs never change, otherwise whenever it is asked. What it says
     * about texts, a distribution for each token, is too much to be kept.
     */
    static Teacher of(Model model, Dataset data, Augmentation augmentation) {
        return !data.isText() && augmentation instanceof NoAugmentation
                ? remembering(model, data)
                : computing(model.copy());
    }

    private static Teacher remembering(Model model, Dataset data) {
        try (Scope scope = Scope.open()) {
            Tensor all = Tensor.of(Evaluation.logits(model, data))
                    .reshape(data.size(), model.classes())
                    .retain();
            return new Teacher() {
                @Override
                public Tensor logits(Batch batch) {
                    return all.indexSelect(0, Tensor.ofInts(batch.rows()));
                }

                @Override
                public void close() {
                    all.close();
                }
            };
        }
    }

    private static Teacher computing(Model frozen) {
        return new Teacher() {
            @Override
            public Tensor logits(Batch batch) {
                try (NoGrad guard = NoGrad.enter()) {
                    return frozen.logits(batch.inputs());
                }
            }

            @Override
            public void close() {
                frozen.close();
            }
        };
    }
}
