package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Precomputation;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Fisher forgetting: adds noise to every weight, the more the less the retain set depends on it. Nothing is trained.
 *
 * <pre>
 *   F_j = E_{x ∈ D_R} Σ_k p_k(x) · (∂ CE(x, k) / ∂θ_j)²
 *   v_j = α · min(1 / (F_j + 1e-8), 1e3),   at most α · 1e2 in the classifier
 *   v ← its mean over the inputs of each unit;   v ← 10 v in the classifier, in biases and in normalisation
 *   θ_j ← θ_o,j + √v_j · N(0, 1)
 * </pre>
 *
 * <p>Reads D_R, and of D_F no more than the labels: if D_F is the whole of one class, its row of the classifier becomes
 * N(0, 1e-3). Evaluation mode, no augmentation; statistics of normalisation stay. The classifier is the part of the network
 * that was declared last. α is that of the experiments of SCRUB; one result is one draw, so look at several.
 *
 * <p>F is estimated from {@code samples} backward passes over D_R: with independent random signs s, the square of
 * Σ_x Σ_k s_xk √p_k(x) · ∂CE(x, k)/∂θ_j over a batch has the expectation Σ_x F_j(x), so batches cost no bias. With
 * {@code samples} 0 it is computed exactly, by K backward passes for every single example.
 *
 * <p>Unlike public code, which squares the mean gradient of a batch and so loses up to the size of the batch, this is the
 * Fisher information; the classifier is found by its place, not by having K rows; and no row is erased after a random
 * forget set.
 *
 * @param alpha α, the variance of the noise relative to 1 / F
 * @param samples backward passes over D_R; 0 computes F exactly
 * @param batch examples in a pass
 * @see <a href="https://arxiv.org/abs/1911.04933">Golatkar et al., 2020</a>
 */
@Named("fisher")
@AutoService(UnlearningMethod.class)
public record FisherForgetting(double alpha, int samples, int batch) implements UnlearningMethod {
    /** Constants of the authors' code. */
    private static final double REGULARISER = 1e-8;

    private static final double LARGEST = 1e3;
    private static final double LARGEST_IN_CLASSIFIER = 1e2;
    private static final double ENLARGED = 10;
    private static final double ERASED = 1e-3;

    public FisherForgetting {
        Require.notNegative("alpha", alpha);
        Require.notNegative("samples", samples);
        Require.positive("batch", batch);
    }

    public FisherForgetting() {
        this(1e-6, 1, 32);
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "Golatkar et al., 2020");
    }

    /** {@inheritDoc} The exact information is counted for ten classes, a backward pass as two thirds. */
    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return (samples > 0 ? samples : (1 + 2 * 10) / 3.0) * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset retain = split.retain();
        return Surgery.on(original, model -> {
            Weights weights = model.weights();
            Tensor information = samples == 0 ? exact(model, retain, trial) : estimated(model, retain, trial); // (P)
            Tensor variance = variance(weights, model.classes(), information); // (P)
            forgottenClass(split).ifPresent(row -> {
                classifier(weights, weights.values(), model.classes())
                        .forEach(window -> window.narrow(0, row, 1).zeroInPlace());
                classifier(weights, variance, model.classes())
                        .forEach(
                                window -> window.narrow(0, row, 1).zeroInPlace().addInPlace(Tensor.ones(1), ERASED));
            });
            Tensor noise = trial.random("noise").normal(1, weights.size()).to(Scope.currentDevice());
            weights.values().addProductInPlace(variance.sqrt(), noise, 1);
        });
    }

    /** F by every label of every example. */
    Tensor exact(Model model, Dataset data, Trial trial) {
        Weights weights = model.weights();
        return Gradients.sum(
                        "fisher", model, Batches.shuffled(1, Seed.of(0), Source.plain(data)), trial, (one, sum) -> {
                            Tensor logP = model.logits(one.inputs()).logSoftmax(); // (1, K)
                            float[] p = logP.detach().exp().toFloats();
                            for (int k = 0; k < p.length; k++) {
                                weights.clearGradient();
                                logP.narrow(1, k, 1).sum().neg().backwardAgainLater();
                                sum.addProductInPlace(weights.gradient(), weights.gradient(), p[k]);
                            }
                        })
                .mulInPlace(1.0 / data.size());
    }

    /** An unbiased estimate of F. */
    Tensor estimated(Model model, Dataset data, Trial trial) {
        List<Batches> passes = IntStream.range(0, samples)
                .mapToObj(pass -> Batches.shuffled(batch, trial.random("retain", pass), Source.plain(data)))
                .toList();
        int steps = passes.get(0).count();
        Tensor sum = Tensor.zeros(model.weights().size());
        new Precomputation("fisher", Map.of("sum", sum), trial).run(samples * steps, i -> {
            Batch examples = passes.get(i / steps).batch(i % steps);
            Tensor signs = trial.random("signs", i)
                    .uniform(-1, 1, examples.size(), model.classes())
                    .to(Scope.currentDevice())
                    .sign();
            Tensor gradient = Gradients.of(signed(model.logits(examples.inputs()), signs), model.weights());
            sum.addProductInPlace(gradient, gradient, 1);
            return true;
        });
        return sum.mulInPlace(1.0 / (samples * (double) data.size()));
    }

    /** Σ_x Σ_k s_xk √p_k(x) · CE(x, k), of which only the CE is differentiated. */
    static Tensor signed(Tensor logits, Tensor signs) {
        Tensor logP = logits.logSoftmax(); // (B, K)
        Tensor rootP = logP.detach().mul(0.5).exp();
        return logP.mul(rootP.mul(signs)).sum().neg();
    }

    /** v, a vector of length P. */
    Tensor variance(Weights weights, int classes, Tensor information) {
        Tensor variance = Tensor.ones(weights.size())
                .div(information.add(REGULARISER))
                .clampMax(LARGEST)
                .mulInPlace(alpha);
        List<Tensor> classifier = classifier(weights, variance, classes);
        classifier.forEach(window -> window.copyInPlace(window.clampMax(alpha * LARGEST_IN_CLASSIFIER)));
        weights.windows(variance).values().forEach(window -> {
            if (window.shape().length > 1) {
                window.copyInPlace(window.meanOver(1).unsqueeze(1));
            } else {
                window.mulInPlace(ENLARGED);
            }
        });
        classifier.stream().filter(window -> window.shape().length > 1).forEach(window -> window.mulInPlace(ENLARGED));
        return variance;
    }

    /** The windows of the classifier, the part of the network to which the parameter declared last belongs. */
    private static List<Tensor> classifier(Weights weights, Tensor vector, int classes) {
        Map<String, Tensor> windows = weights.windows(vector);
        String name = new ArrayList<>(windows.keySet()).get(windows.size() - 1);
        String part = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        List<Tensor> found = windows.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(part.isEmpty() ? "" : part + "."))
                .map(Map.Entry::getValue)
                .toList();
        if (found.stream().anyMatch(window -> window.size(0) != classes)) {
            throw new IllegalArgumentException("The part of the network declared last, '" + part
                    + "', is not a classifier with one row for each of " + classes
                    + " classes; declare the classifier after all other parts");
        }
        return found;
    }

    /** The class of which every example is to be forgotten, if the forget set holds no other. */
    static OptionalInt forgottenClass(Split split) {
        Dataset forget = split.forget();
        Dataset retain = split.retain();
        int first = forget.label(0);
        boolean alone = IntStream.range(0, forget.size()).allMatch(row -> forget.label(row) == first);
        boolean whole = IntStream.range(0, retain.size()).noneMatch(row -> retain.label(row) == first);
        return alone && whole ? OptionalInt.of(first) : OptionalInt.empty();
    }
}
