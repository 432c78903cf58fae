package lethe.unlearning;

import lethe.data.Dataset;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Likelihood;

/** Likelihoods under the original model, computed once. */
final class References {
    private static final int BATCH = 16;

    private References() {}

    /** Summed negative log-likelihood of each example of {@code data}, by row. */
    static float[] nll(Model original, Dataset data) {
        float[] all = new float[data.size()];
        try (Model frozen = original.copy();
                NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < all.length; from += BATCH) {
                try (Scope scope = Scope.open()) {
                    int[] rows = new int[Math.min(BATCH, all.length - from)];
                    for (int i = 0; i < rows.length; i++) {
                        rows[i] = from + i;
                    }
                    float[] part = Likelihood.nll(frozen.logits(data.inputs(rows)), data.labels(rows))
                            .toFloats();
                    System.arraycopy(part, 0, all, from, part.length);
                }
            }
        }
        return all;
    }

    /** Those of some rows, {@code (B)}. */
    static Tensor of(float[] all, int[] rows) {
        float[] some = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            some[i] = all[rows[i]];
        }
        return Tensor.of(some);
    }
}
