package lethe.examples;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Source;
import lethe.training.Trial;
import lethe.training.Triangle;
import lethe.unlearning.Tuning;
import lethe.unlearning.UnlearningMethod;

/**
 * Shrink and perturb: moves all weights some way back to where training starts, then trains on the retain set.
 *
 * <pre>
 *   θ ← λ · θ_o + (1 − λ) · θ_fresh;   then   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y)
 * </pre>
 *
 * <p>At λ = 1 this is fine-tuning, at λ = 0 retraining: the setting trades what is forgotten for time. Reads D_R.
 * Unlike the paper, which restarts training on more data, it forgets; the defaults are ours, an illustration.
 *
 * @param keep λ, the share of each weight that stays
 * @param epochs passes over D_R
 * @param learningRate peak step size of SGD with momentum 0.9
 * @param batch examples in a step
 * @see <a href="https://arxiv.org/abs/1910.08475">Ash and Adams, 2020</a>
 */
@Named("shrink-perturb")
@AutoService(UnlearningMethod.class)
public record ShrinkPerturb(double keep, int epochs, double learningRate, int batch) implements UnlearningMethod {
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 5e-4;

    public ShrinkPerturb {
        Require.within("keep", keep, 0, 1);
        Tuning.require(epochs, learningRate, batch, MOMENTUM, WEIGHT_DECAY);
    }

    public ShrinkPerturb() {
        this(0.5, 6, 0.1, 128);
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "after Ash and Adams, 2020");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        return new Tuning(epochs, learningRate, MOMENTUM, WEIGHT_DECAY, new Triangle())
                .of(original, trial)
                .prepared(model -> shrink(model, trial))
                .run((model, epoch) -> List.of(new Pass(
                        Batches.shuffled(batch, trial.random("retain", epoch), retain), Tuning.crossEntropy(model))));
    }

    void shrink(Model model, Trial trial) {
        try (Model fresh = model.fresh(trial.random("fresh"))) {
            model.weights().values().lerpInPlace(fresh.weights().values(), 1 - keep);
            model.weights().statistics().lerpInPlace(fresh.weights().statistics(), 1 - keep);
        }
    }
}
