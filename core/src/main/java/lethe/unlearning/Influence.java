package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.Map;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Precomputation;
import lethe.training.Source;
import lethe.training.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Influence unlearning: one Newton step from the loss of the training set towards that of the retain set.
 *
 * <pre>
 *   v = (n_F / N) · (ḡ_F − ḡ_R),   the mean gradients of CE over D_F and D_R at θ_o; as much as ḡ_D − ḡ_R
 *   θ = θ_o + α · (G + λI)⁻¹ v
 *   G = E_{x ∈ D_R} Jᵀ (diag p − p pᵀ) J,   J = ∂f_θ(x) / ∂θ, p = p_θ(x)
 * </pre>
 *
 * <p>Reads D_F and D_R. Evaluation mode, no augmentation; statistics of normalisation stay. G, the generalised
 * Gauss-Newton matrix, is the Fisher information of the model and, for a linear one, the Hessian. It is never formed:
 * conjugate gradients need its products with vectors, two differentiations of a batch each, over {@code examples} random
 * ones of D_R. With α = 1 and λ the weight decay of training, a linear model moves by the Newton step of its
 * objective exactly. λ = 0.01 is that of Koh and Liang for a convolutional network; the rest is ours: α of a Newton step,
 * and as many examples as WoodFisher reads.
 *
 * <p>{@link Mode#LEGACY} repeats the recursion of public code that is known as WoodFisher in its place, with N₀ =
 * {@code examples}:
 *
 * <pre>
 *   k ← v;   o ← g_1;   for i = 2, 3, …:   s ← ⟨o, g_i⟩;   k ← k − ⟨k, g_i⟩ / (N₀ + s) · o;   o ← o − s / (N₀ + s) · o
 *   θ = θ_o + α · k
 * </pre>
 *
 * <p>It is not the inversion by rank-one updates of Singh and Alistarh: one vector o stands for the transformed gradients
 * of all examples. Unlike that code, the examples are drawn at random, where it takes the first of D_R.
 *
 * @param mode how the inverse is applied
 * @param alpha α, how much of the step is taken
 * @param examples of D_R, at most, that G or the recursion sees
 * @param damping λ of conjugate gradients
 * @param iterations of conjugate gradients at most
 * @param tolerance residual, relative to |v|, at which they end
 * @see <a href="https://arxiv.org/abs/1703.04730">Koh and Liang, 2017</a>
 * @see <a href="https://arxiv.org/abs/2004.14340">Singh and Alistarh, 2020</a>
 */
@Named("influence")
@AutoService(UnlearningMethod.class)
public record Influence(Mode mode, double alpha, int examples, double damping, int iterations, double tolerance)
        implements UnlearningMethod {
    private static final Logger LOG = LoggerFactory.getLogger(Influence.class);
    private static final int BATCH = 100;

    /** How the inverse is applied. */
    public enum Mode {
        /** Conjugate gradients on the damped Gauss-Newton matrix. */
        CG,
        /** The recursion of public code. */
        LEGACY
    }

    public Influence {
        Require.notNegative("alpha", alpha);
        Require.positive("examples", examples);
        Require.positive("damping", damping);
        Require.positive("iterations", iterations);
        Require.positive("tolerance", tolerance);
    }

    public Influence() {
        this(Mode.CG, 1, 1000, 0.01, 30, 1e-3);
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "Koh and Liang, 2017; Singh and Alistarh, 2020");
    }

    /** {@inheritDoc} What the curvature costs depends on the size of the training set and is not counted. */
    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return 1;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return Surgery.on(original, model -> {
            Tensor v = difference(model, split, trial); // (P)
            Dataset retain = split.retain();
            int[] order = trial.random("curvature").permutation(retain.size());
            Dataset seen = retain.select(Arrays.copyOf(order, Math.min(examples, order.length)));
            Tensor step = switch (mode) {
                case CG -> solve(model, seen, v, trial);
                case LEGACY -> recursion(model, seen, v, trial);
            };
            model.weights().values().addInPlace(step, alpha);
        });
    }

    /** v, a vector of length P. */
    static Tensor difference(Model model, Split split, Trial trial) {
        Dataset forget = split.forget();
        Dataset retain = split.retain();
        double forgetShare = forget.size() / (double) (forget.size() + retain.size());
        Tensor onForget = Gradients.mean("gradient-forget", model, forget, trial.random("forget"), trial);
        Tensor onRetain = Gradients.mean("gradient-retain", model, retain, trial.random("retain"), trial);
        return onForget.sub(onRetain).mulInPlace(forgetShare);
    }

    /** (G + λI)⁻¹ v by conjugate gradients (Hestenes and Stiefel, 1952). */
    Tensor solve(Model model, Dataset seen, Tensor v, Trial trial) {
        Tensor x = Tensor.zeros(v.elements());
        Tensor residual = v.copy();
        Tensor direction = v.copy();
        double demanded = tolerance * Math.sqrt(dot(v, v));
        var steps = new Precomputation(
                "conjugate-gradients", Map.of("x", x, "residual", residual, "direction", direction), trial);
        steps.run(iterations, i -> {
            double before = dot(residual, residual);
            if (before == 0) {
                return false;
            }
            Tensor image = curvature(model, seen, direction).addInPlace(direction, damping);
            double length = before / dot(direction, image);
            x.addInPlace(direction, length);
            residual.addInPlace(image, -length);
            double after = dot(residual, residual);
            direction.mulInPlace(after / before).addInPlace(residual);
            return Math.sqrt(after) > demanded;
        });
        double left = Math.sqrt(dot(residual, residual));
        if (left > demanded) {
            LOG.warn(
                    "Conjugate gradients left a residual of {} after {} iterations, {} was asked for; the step is shorter"
                            + " than Newton's. Allow more iterations or a larger damping",
                    left,
                    iterations,
                    demanded);
        }
        return x;
    }

    /** G times a direction; length P. */
    static Tensor curvature(Model model, Dataset data, Tensor direction) {
        Weights weights = model.weights();
        Tensor product = Tensor.zeros(weights.size());
        for (int from = 0; from < data.size(); from += BATCH) {
            try (Scope scope = Scope.open()) {
                int first = from;
                int[] rows = new int[Math.min(BATCH, data.size() - from)];
                Arrays.setAll(rows, i -> first + i);
                Tensor logits = model.logits(data.inputs(rows)); // (B, K)
                Tensor change = weights.derivativeAlong(logits, direction); // J d (B, K)
                Tensor p = logits.detach().softmax();
                Tensor mean = p.mul(change).sumOver(1).unsqueeze(1);
                Tensor curved = p.mul(change.sub(mean)); // (diag p − p pᵀ) J d
                product.addInPlace(Gradients.of(logits.mul(curved).sum(), weights));
            }
        }
        return product.mulInPlace(1.0 / data.size());
    }

    private Tensor recursion(Model model, Dataset seen, Tensor v, Trial trial) {
        Tensor k = v.copy();
        Tensor o = Tensor.zeros(v.elements());
        Batches singles = Batches.shuffled(1, trial.random("singles"), Source.plain(seen));
        new Precomputation("recursion", Map.of("k", k, "o", o), trial).run(singles.count(), i -> {
            var one = singles.batch(i);
            Tensor g = Gradients.of(model.logits(one.inputs()).crossEntropy(one.labels()), model.weights());
            if (i == 0) {
                o.copyInPlace(g);
            } else {
                update(k, o, g, examples);
            }
            return true;
        });
        return k;
    }

    /** One step of the recursion. */
    static void update(Tensor k, Tensor o, Tensor g, double n0) {
        double s = dot(o, g);
        k.addInPlace(o, -dot(k, g) / (n0 + s));
        o.mulInPlace(1 - s / (n0 + s));
    }

    /** ⟨a, b⟩, summed in 64-bit floats. */
    private static double dot(Tensor a, Tensor b) {
        try (Scope scope = Scope.open()) {
            return a.toDouble().mul(b.toDouble()).sum().item();
        }
    }
}
