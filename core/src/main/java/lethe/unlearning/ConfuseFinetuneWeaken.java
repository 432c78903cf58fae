package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.Optimizer;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.CosineDecay;
import lethe.training.Descent;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Confuse, fine-tune, weaken (CFW): noise on the stem, so that all that follows must be learned again, then the retain set.
 * Third of the NeurIPS 2023 challenge.
 *
 * <pre>
 *   stem ← stem + N(0, σ₀²)
 *   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y),   stem ← stem + N(0, σ₁²) before the last epoch
 * </pre>
 *
 * <p>Reads D_R. The stem is the convolution declared first. Batch normalisation in training mode, training augmentation,
 * SGD whose momentum survives the second noise. Defaults are those of the competition, as given by Cadet et al.
 *
 * <p>Unlike their code, whose class weights multiply a mean already taken and so only scale the loss, there are no class
 * weights; and the stem is found by its place rather than by a name in the outermost module.
 *
 * @param confusion σ₀, standard deviation of the noise at first
 * @param weakening σ₁, standard deviation of the noise before the last epoch
 * @param epochs passes over D_R, at least 2
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2410.01276">Cadet et al., 2024</a>
 */
@Named("confuse-finetune-weaken")
@AutoService(UnlearningMethod.class)
public record ConfuseFinetuneWeaken(
        double confusion,
        double weakening,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public ConfuseFinetuneWeaken {
        Require.notNegative("confusion", confusion);
        Require.notNegative("weakening", weakening);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
        Require.that(epochs >= 2, "epochs must be at least 2, one before and one after weakening, but is " + epochs);
    }

    public ConfuseFinetuneWeaken() {
        this(0.6, 0.005, 4, 7e-4, 64, 0.9, 5e-4, new CosineDecay());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "NeurIPS 2023 challenge, 3rd; Cadet et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        return Surgery.on(original, model -> {
            try (Optimizer optimizer = new Sgd(model.weights(), momentum, false, weightDecay)) {
                addNoise(model, confusion, trial.random("confuse"));
                repair(model, optimizer, retain, trial, 0, epochs - 1);
                addNoise(model, weakening, trial.random("weaken"));
                repair(model, optimizer, retain, trial, epochs - 1, epochs);
            }
        });
    }

    private void repair(Model model, Optimizer optimizer, Source retain, Trial trial, int first, int end) {
        new Descent(model, optimizer, learningRate, Tuning.excerpt(schedule, first, epochs), trial)
                .run(
                        end - first,
                        epoch -> List.of(new Pass(
                                Batches.shuffled(batch, trial.random("retain", first + epoch), retain),
                                Tuning.crossEntropy(model))));
    }

    /** Adds normal noise to the stem. */
    static void addNoise(Model model, double deviation, Seed seed) {
        Tensor values = model.weights().values();
        Tensor stem =
                Surgery.kernels(model.weights(), values).values().iterator().next();
        stem.addInPlace(seed.normal(deviation, stem.shape()).to(Scope.currentDevice()));
    }
}
