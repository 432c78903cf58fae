package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Optimizer;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Descent;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Prune, reinitialise, match, quantise (PRMQ): keeps only the largest weights of the original and learns the retain set
 * again, as sure of each example as the original was. Fourth of the NeurIPS 2023 challenge.
 *
 * <pre>
 *   the smallest {@code share} of |θ_o|, over all convolutions and linear layers with their biases, is drawn anew:
 *   weights from U(±1/√fan-in), biases 0
 *   min_θ Σ w_y · CE(f_θ(x), y) / Σ w_y + mean (H(p_θ(x)) − H(p_θo(x)))² over D_R,   w_y = n_y^{−c}
 *   θ ← θ rounded to 16-bit floats
 * </pre>
 *
 * <p>H is the entropy and n_y how many examples of D_R have label y. Reads D_R. The original is in evaluation mode, the
 * model in training mode; training augmentation, the same inputs for both; SGD with momentum. Running statistics are
 * rounded too. Defaults are those of the competition, as given by Cadet et al., whose last epoch, too, ends early.
 *
 * @param share of the weights that is drawn anew
 * @param classPower c
 * @param epochs passes over D_R; a fraction ends the last one early
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2410.01276">Cadet et al., 2024</a>
 */
@Named("prune-reinitialise-match")
@AutoService(UnlearningMethod.class)
public record PruneReinitialiseMatch(
        double share,
        double classPower,
        double epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public PruneReinitialiseMatch {
        Require.within("share", share, 0, 1);
        Require.notNegative("classPower", classPower);
        Require.positive("epochs", epochs);
        Tuning.require(1, learningRate, batch, momentum, weightDecay);
    }

    public PruneReinitialiseMatch() {
        this(0.99, 0.1, 3.2, 5e-4, 64, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "NeurIPS 2023 challenge, 4th; Cadet et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare) * 4 / 3; // the original's forward pass counts a third
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        return Surgery.on(original, model -> {
            Tensor classWeights = classWeights(retain.data());
            reinitialise(model.weights(), trial.random("weights"));
            try (Teacher teacher = Teacher.of(original, retain.data(), retain.augmentation());
                    Optimizer optimizer = new Sgd(model.weights(), momentum, false, weightDecay)) {
                List<Batches> passes = passes(retain, trial);
                new Descent(model, optimizer, learningRate, schedule, trial)
                        .run(
                                passes.size(),
                                epoch -> List.of(new Pass(
                                        passes.get(epoch),
                                        b -> loss(
                                                model.logits(b.inputs()),
                                                teacher.logits(b),
                                                b.labels(),
                                                classWeights))));
            }
            quantise(model.weights());
        });
    }

    /** One for each epoch begun. */
    List<Batches> passes(Source retain, Trial trial) {
        List<Batches> passes = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            Batches all = Batches.shuffled(batch, trial.random("retain", epoch), retain);
            int count =
                    (int) Math.ceil(Math.min(1, epochs - epoch) * all.count() - 1e-9); // 3.2 − 3 is 0.20000000000000018
            passes.add(all.first(count));
        }
        return passes;
    }

    /** w, a vector of length K. */
    private Tensor classWeights(Dataset data) {
        float[] counts = new float[data.classes().size()];
        for (int row = 0; row < data.size(); row++) {
            counts[data.label(row)]++;
        }
        float[] weights = new float[counts.length];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = counts[k] == 0 ? 0 : (float) Math.pow(counts[k], -classPower);
        }
        return Tensor.of(weights);
    }

    /** Draws the smallest weights anew. */
    void reinitialise(Weights weights, Seed seed) {
        Tensor layered = Tensor.zeros(weights.size()); // 1 in convolutions and linear layers
        Tensor bound = Tensor.zeros(weights.size()); // 1/√fan-in, 0 for biases
        Map<String, Tensor> layers = weights.windows(layered);
        Map<String, Tensor> bounds = weights.windows(bound);
        layers.forEach((name, layer) -> {
            String part = name.substring(0, name.lastIndexOf('.') + 1);
            Tensor weight = layers.getOrDefault(part + "weight", layer);
            if (weight.shape().length > 1) {
                layer.addInPlace(Tensor.ones(1));
            }
            if (layer.shape().length > 1) {
                double fanIn = layer.elements() / (double) layer.size(0);
                bounds.getOrDefault(name, bound).addInPlace(Tensor.ones(1), 1 / Math.sqrt(fanIn));
            }
        });
        long candidates = Math.round(layered.toDouble().sum().item());
        long count = Math.round(share * candidates);
        // Parameters of normalisation come last in this order, however small they are.
        Tensor order = weights.values().abs().neg().addInPlace(layered.add(-1), Float.MAX_VALUE);
        Tensor smallest = order.largest(count);
        Tensor pruned = Tensor.zeros(weights.size()).indexFillInPlace(smallest, 1);
        Tensor drawn =
                seed.uniform(-1, 1, weights.size()).to(Scope.currentDevice()).mulInPlace(bound);
        weights.values().mulInPlace(pruned.neg().add(1)).addProductInPlace(pruned, drawn, 1);
    }

    /** The loss of logits (B, K); a scalar. */
    static Tensor loss(Tensor student, Tensor teacher, Tensor labels, Tensor classWeights) {
        Tensor w = classWeights.indexSelect(0, labels); // (B)
        Tensor weighted = student.crossEntropyEach(labels).mul(w).sum().div(w.sum());
        return weighted.add(entropy(student).sub(entropy(teacher)).square().mean());
    }

    /** Entropy of each example, in nats; (B). */
    private static Tensor entropy(Tensor logits) {
        Tensor logP = logits.logSoftmax();
        return logP.exp().mul(logP).sumOver(1).neg();
    }

    private static void quantise(Weights weights) {
        try (NoGrad guard = NoGrad.enter()) {
            weights.values().copyInPlace(weights.values().roundedToHalf());
            weights.statistics().copyInPlace(weights.statistics().roundedToHalf());
        }
    }
}
