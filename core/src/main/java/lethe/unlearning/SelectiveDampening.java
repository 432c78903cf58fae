package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Selective synaptic dampening (SSD): shrinks the weights that matter much more for the forget set than for all of the
 * training set. Nothing is trained.
 *
 * <pre>
 *   I_S = Σ_batches (|B| / |S|) · (∂ CE(B) / ∂θ)²  at θ_o
 *   where I_F > a · I_D:   θ_j ← θ_j · min( λ · I_D,j / I_F,j, 1 )
 * </pre>
 *
 * <p>Reads D_F and D_R. Evaluation mode, no augmentation; statistics of normalisation stay. Defaults are those of the
 * authors for residual networks. A selected weight keeps less than λ / a of its size. Of a large random forget set nothing
 * is selected, for its importances are those of the whole: the method is for classes and small sets.
 *
 * <p>The importances of the paper, the diagonal of the empirical Fisher information, are those of {@code batch} 1. The
 * authors' code, whose a and λ these are, squares the mean gradients of batches, which weighs what examples have in
 * common more than what each says alone, the more the larger a batch is. Unlike there, both sets are therefore divided
 * into batches of one size, at most that of D_F, and an incomplete one counts by the number of its examples.
 *
 * @param selection a, how many times as important a weight must be for D_F as for D
 * @param dampening λ, the strength
 * @param batch examples whose mean gradient is squared; 1 follows the paper, at many times the cost
 * @see <a href="https://arxiv.org/abs/2308.07707">Foster et al., 2024</a>
 */
@Named("ssd")
@AutoService(UnlearningMethod.class)
public record SelectiveDampening(double selection, double dampening, int batch) implements UnlearningMethod {
    private static final double SMALLEST = Float.MIN_NORMAL;

    public SelectiveDampening {
        Require.positive("selection", selection);
        Require.notNegative("dampening", dampening);
        Require.positive("batch", batch);
    }

    public SelectiveDampening() {
        this(10, 1, 128);
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "Foster et al., 2024");
    }

    @Override
    public boolean isDeterministic() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return 1 + forgetShare;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset forget = split.forget();
        int size = Math.min(batch, forget.size());
        return Surgery.on(original, model -> {
            Tensor onForget = importance("importance-forget", model, forget, size, trial); // I_F (P)
            Tensor onAll = importance("importance-train", model, split.train(), size, trial); // I_D (P)
            model.weights().values().mulInPlace(factors(onForget, onAll));
        });
    }

    static Tensor importance(String name, Model model, Dataset data, int size, Trial trial) {
        // One fixed order: the seed must not decide which examples share a batch.
        Batches batches = Batches.shuffled(size, Seed.of(0), Source.plain(data));
        return Gradients.sum(name, model, batches, trial, (batch, sum) -> {
            Tensor gradient = Gradients.of(model.logits(batch.inputs()).crossEntropy(batch.labels()), model.weights());
            sum.addProductInPlace(gradient, gradient, batch.size() / (double) data.size());
        });
    }

    /** What each weight is multiplied with: 1 unless it is selected. */
    Tensor factors(Tensor onForget, Tensor onAll) {
        Tensor selected = onForget.sub(onAll.mul(selection)).greaterThan(0);
        // A selected weight has I_F > 0; the bound only keeps 0 / 0 out of the others.
        Tensor shrunk = onAll.mul(dampening).div(onForget.clampMin(SMALLEST)).clampMax(1);
        return shrunk.mul(selected).add(selected.neg().add(1));
    }
}
