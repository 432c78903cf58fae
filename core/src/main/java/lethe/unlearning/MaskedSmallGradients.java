package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Stairs;
import lethe.training.Trial;

/**
 * Masked small gradients (MSG): draws anew the kernel weights on which forgetting and remembering disagree least, then
 * repairs the network on the retain set, those weights first. Second of the NeurIPS 2023 challenge.
 *
 * <pre>
 *   g ← Σ_batches ∇CE over n_F random examples of D_R − Σ_batches ∇CE over D_F,   at θ_o
 *   M ← the round(q · size) entries of smallest |g| of each convolution;   W[M] ~ N(0, 2 / (C' · h · w))
 *   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y),   kernel gradients outside M multiplied by {@code otherGradient}
 * </pre>
 *
 * <p>Reads D_F and D_R. g is found in evaluation mode and without augmentation; the repair has batch normalisation in
 * training mode, training augmentation and SGD with momentum. The multiplier acts before weight decay and momentum;
 * classifier and normalisation have none. Defaults are those of the competition, as given by Cadet et al.
 *
 * <p>Unlike their code, g does not change running statistics, biases of convolutions are kept where they are drawn anew
 * there, and the network returned has the layers of the original.
 *
 * @param share q, the share of each convolution that is drawn anew
 * @param otherGradient what the gradients of the other kernel weights are multiplied with
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2410.01276">Cadet et al., 2024</a>
 */
@Named("msg")
@AutoService(UnlearningMethod.class)
public record MaskedSmallGradients(
        double share,
        double otherGradient,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public MaskedSmallGradients {
        Require.within("share", share, 0, 1);
        Require.notNegative("otherGradient", otherGradient);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public MaskedSmallGradients() {
        this(0.3, 0.1, 5, 1e-3, 64, 0.9, 5e-4, new Stairs());
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "NeurIPS 2023 challenge, 2nd; Cadet et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare) + 2 * forgetShare;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        try (Scope scope = Scope.open()) {
            Tensor mask = mask(original.weights(), disagreement(original, split, trial));
            Tensor multiplier = multiplier(original.weights(), mask);
            return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                    .of(original, trial)
                    .prepared(model -> drawAnew(model.weights(), mask, trial.random("kernels")))
                    .run((model, epoch) -> List.of(new Pass(
                            Batches.shuffled(batch, trial.random("retain", epoch), retain),
                            Tuning.crossEntropy(model),
                            weights -> weights.gradient().mulInPlace(multiplier))));
        }
    }

    /** g, a vector of length P. */
    private Tensor disagreement(Model original, Split split, Trial trial) {
        Dataset forget = split.forget();
        int[] order = trial.random("compared").permutation(split.retain().size());
        int compared = Math.min(forget.size(), order.length);
        Dataset retain = split.retain().select(Arrays.copyOf(order, compared));
        try (Scope scope = Scope.open();
                Model model = original.copy()) {
            Tensor onRetain = summed("gradient-retain", model, retain, trial);
            return scope.keep(onRetain.addInPlace(summed("gradient-forget", model, forget, trial), -1));
        }
    }

    private Tensor summed(String name, Model model, Dataset data, Trial trial) {
        Batches batches = Batches.shuffled(batch, trial.random(name), Source.plain(data));
        return Gradients.sum(
                name,
                model,
                batches,
                trial,
                (b, sum) -> sum.addInPlace(
                        Gradients.of(model.logits(b.inputs()).crossEntropy(b.labels()), model.weights())));
    }

    /** A vector of length P that is 1 on M and 0 elsewhere. */
    Tensor mask(Weights weights, Tensor gradient) {
        Tensor mask = Tensor.zeros(weights.size());
        Map<String, Tensor> marks = Surgery.kernels(weights, mask);
        Surgery.kernels(weights, gradient).forEach((name, kernel) -> {
            long count = Math.round(share * kernel.elements());
            Tensor smallest = kernel.reshape(-1).abs().neg().largest(count);
            Tensor marked = Tensor.zeros(kernel.elements()).indexFillInPlace(smallest, 1);
            Objects.requireNonNull(marks.get(name)).copyInPlace(marked.reshape(kernel.shape()));
        });
        return mask;
    }

    /** What gradients are multiplied with, a vector of length P. */
    Tensor multiplier(Weights weights, Tensor mask) {
        Tensor multiplier = Tensor.ones(weights.size());
        Map<String, Tensor> marks = Surgery.kernels(weights, mask);
        Surgery.kernels(weights, multiplier)
                .forEach((name, factor) -> factor.copyInPlace(Objects.requireNonNull(marks.get(name))
                        .mul(1 - otherGradient)
                        .add(otherGradient)));
        return multiplier;
    }

    /** Replaces the weights on M by Kaiming-normal ones in fan-out mode. */
    static void drawAnew(Weights weights, Tensor mask, Seed seed) {
        Tensor spread = Tensor.zeros(weights.size());
        Surgery.kernels(weights, spread).forEach((name, kernel) -> {
            double fanOut = kernel.size(0) * (double) (kernel.size(2) * kernel.size(3));
            kernel.addInPlace(Tensor.ones(1), Math.sqrt(2 / fanOut));
        });
        Tensor drawn = seed.normal(1, weights.size()).to(Scope.currentDevice()).mulInPlace(spread);
        Tensor kept = mask.neg().add(1);
        weights.values().mulInPlace(kept).addProductInPlace(mask, drawn, 1);
    }
}
