package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Decoder;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Likelihood;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Representation misdirection (RMU): pushes what a layer makes of the forget set towards a random direction, and holds
 * what it makes of the retain set.
 *
 * <pre>
 *   L_F(θ) = E_i[ (1/n_i) Σ_t mean_d ( h_t,d(θ) − c · u_d )² ],     u random, ‖u‖ = 1
 *   L_R(θ) = the same of h_t(θ) − h_t(θ_o) on D_R,                  L = L_F + α · L_R
 * </pre>
 *
 * <p>h is the residual stream after layer l; t runs over the positions that predict what a loss is wanted of. Reads D_F and
 * D_R. The network is computed up to layer l only, and layers above keep their bits.
 *
 * <p>Unlike the paper, where c is a number to be tuned for every model and layer, it is a multiple of the mean norm of h on
 * D_F under θ_o, because norms grow with width and depth; and all weights below layer l + 1 move, not the output
 * projections of three perceptrons alone.
 *
 * @param layer l, counted from 1; 0 takes the one after a third of all layers
 * @param steering c in mean norms of h
 * @param retainWeight α, the weight of the retain set; 0 leaves it alone
 * @param epochs passes over D_F
 * @param learningRate step size; small models want ten to a hundred times that of billions of weights
 * @param batch examples of each set in a step
 * @see <a href="https://arxiv.org/abs/2403.03218">Li et al., 2024</a>
 */
@Named("rmu")
@AutoService(UnlearningMethod.class)
public record RepresentationMisdirection(
        int layer, double steering, double retainWeight, int epochs, double learningRate, int batch)
        implements ForgetRetainMethod {

    public RepresentationMisdirection {
        Require.that(layer >= 0, "layer must not be negative, but is " + layer);
        Require.positive("steering", steering);
        new ForgetRetain(retainWeight, epochs, learningRate, batch, 0);
    }

    public RepresentationMisdirection() {
        this(0, 3, 1, 10, 1e-5, 32);
    }

    @Override
    public Traits traits() {
        return new Traits(true, frame().readsRetain(), false, "Li et al., 2024");
    }

    @Override
    public void requireSuitable(Architecture architecture) {
        Require.that(
                architecture.readsTokens(),
                "rmu steers the layers of language models, but the model is " + architecture
                        + "; 'lethe methods' says which methods work on classifiers");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return frame().cost(forgetShare) * (frame().readsRetain() ? 2.0 / 3 : 0.5); // the lower part of the network
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        requireSuitable(original.architecture());
        int depth = depth(original);
        try (Scope scope = Scope.open();
                Model reference = original.copy()) {
            Tensor target = direction(Decoder.of(original).form().width(), trial.random("direction"))
                    .mul(steering * meanNorm(reference, depth, split.forget()));
            return frame().run(
                            original,
                            split,
                            trial,
                            (model, forget) -> loss(hidden(model, depth, forget), target, forget.labels()),
                            (model, retain) -> loss(
                                    hidden(model, depth, retain), frozen(reference, depth, retain), retain.labels()));
        }
    }

    /** The mean squared distance of hidden states (B, T, D) from a target that broadcasts to them, text by text. */
    static Tensor loss(Tensor hidden, Tensor target, Tensor labels) {
        Tensor wanted = Likelihood.wanted(labels); // (B, T)
        Tensor each = hidden.sub(target).square().meanOver(-1).mul(wanted).sumOver(1); // (B)
        return each.div(wanted.sumOver(1).clampMin(1)).mean();
    }

    /** u of length D. */
    static Tensor direction(int width, Seed seed) {
        Tensor uniform = seed.uniform(0, 1, width);
        return uniform.div(uniform.square().sum().sqrt());
    }

    private int depth(Model model) {
        int layers = Decoder.of(model).form().layers();
        Require.that(layer <= layers, "layer is " + layer + ", but the model has " + layers + " layers");
        return layer > 0 ? layer : Math.max(1, Math.round(layers / 3f));
    }

    private static Tensor hidden(Model model, int depth, Batch batch) {
        return Decoder.of(model).hidden(batch.inputs(), depth);
    }

    private static Tensor frozen(Model reference, int depth, Batch batch) {
        try (NoGrad guard = NoGrad.enter()) {
            return hidden(reference, depth, batch);
        }
    }

    /** E‖h‖ over the positions of {@code data} that a loss is wanted of. */
    private double meanNorm(Model reference, int depth, Dataset data) {
        Batches batches = Batches.shuffled(batch, Seed.of(0), Source.plain(data));
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < batches.count(); i++) {
            try (Scope scope = Scope.open()) {
                Batch some = batches.batch(i);
                Tensor norms =
                        frozen(reference, depth, some).square().sumOver(-1).sqrt();
                means.add(Likelihood.mean(norms, some.labels()).item());
            }
        }
        return means.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    @Override
    public ForgetRetain frame() {
        return new ForgetRetain(retainWeight, epochs, learningRate, batch, 0);
    }
}
