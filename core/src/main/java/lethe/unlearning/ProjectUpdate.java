package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.influence.Closure;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * Forgets only in directions that matter to nobody but the forget set and its look-alikes. With g_1 … g_m the gradients of
 * the loss on batches of D_R ∖ S at θ_o, and Q an orthonormal basis of them,
 *
 * <pre>
 *   θ = θ_o + (I − Q·Qᵀ)(θ_U − θ_o),   θ_U what the method leaves, S being no part of what remains
 * </pre>
 *
 * <p>To first order the loss on those batches is then what it was, while S, which spans no protected direction, may be
 * forgotten with D_F. Gradient projection memory applies the projection to every step. Here it is applied to the sum of
 * steps, since methods choose their steps themselves: for plain gradient descent on a fixed Q that is the same to first
 * order, and whatever else a method does, its outcome is protected. What a method learned from D_R along Q is undone too, and
 * statistics of batch normalisation stay the method's.
 *
 * @param directions m; needs as many vectors of the model's size in memory
 * @param batch examples behind each gradient
 * @see <a href="https://arxiv.org/abs/2103.09762">Saha et al., 2021</a>
 */
@Named("project")
@AutoService(Remedy.class)
public record ProjectUpdate(int directions, int batch) implements Remedy {
    /** Share of a gradient's length that must be new for it to add a direction. */
    private static final double NEW = 1e-4;

    public ProjectUpdate {
        Require.positive("directions", directions);
        Require.positive("batch", batch);
    }

    /** Sixteen directions of 64 examples each, ours. */
    public ProjectUpdate() {
        this(16, 64);
    }

    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        return new Unprotect().apply(split, closure, trial);
    }

    /** @throws IllegalArgumentException if the method does not start from the original */
    @Override
    public void requireSuitable(UnlearningMethod method) {
        Require.that(
                !method.traits().exact(),
                "remedy project shortens a method's way from the original, but this method does not start there; choose"
                        + " a remedy such as expand");
    }

    @Override
    public Model finish(Model original, Model unlearned, Split split, Closure closure, Trial trial) {
        try (Scope scope = Scope.open()) {
            List<Tensor> basis = basis(original, kept(split, closure), trial);
            try (NoGrad guard = NoGrad.enter()) {
                Tensor values = unlearned.weights().values();
                Tensor way = values.sub(original.weights().values());
                basis.forEach(direction -> values.addInPlace(direction, -product(way, direction)));
            }
        }
        return unlearned;
    }

    /** D_R ∖ S. */
    private static Dataset kept(Split split, Closure closure) {
        int[] closed = closure.rows();
        return split.train()
                .select(IntStream.range(0, split.train().size())
                        .filter(row -> Arrays.binarySearch(closed, row) < 0)
                        .toArray());
    }

    /** Orthonormal vectors of length P that span the gradients, by modified Gram–Schmidt done twice. */
    private List<Tensor> basis(Model original, Dataset kept, Trial trial) {
        int[] order = trial.random("project").permutation(kept.size());
        List<Tensor> basis = new ArrayList<>();
        try (Model model = original.copy()) {
            model.training(false);
            for (int from = 0; from < order.length && from < (long) directions * batch; from += batch) {
                int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + batch));
                Tensor gradient = gradient(model, kept, rows);
                double length = Math.sqrt(product(gradient, gradient));
                for (int pass = 0; pass < 2; pass++) {
                    basis.forEach(other -> gradient.addInPlace(other, -product(gradient, other)));
                }
                double left = Math.sqrt(product(gradient, gradient));
                if (left > NEW * length) {
                    basis.add(gradient.mulInPlace(1 / left));
                }
            }
        }
        return basis;
    }

    private static Tensor gradient(Model model, Dataset data, int[] rows) {
        Weights weights = model.weights();
        Tensor gradient = Tensor.zeros(weights.size());
        try (Scope step = Scope.open()) {
            Tensor loss = model.logits(data.inputs(rows)).crossEntropy(data.labels(rows));
            gradient.addInPlace(Gradients.of(loss, weights));
        }
        return gradient;
    }

    private static double product(Tensor one, Tensor other) {
        try (Scope scope = Scope.open()) {
            return one.mul(other).sum().item();
        }
    }

    @Override
    public int forgotten(int found) {
        return 0;
    }
}
