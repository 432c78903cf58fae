package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.CosineDecay;
import lethe.training.Pass;
import lethe.training.Penalty;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Sparse fine-tuning (SFT): fine-tuning on the retain set under an ℓ₁ norm by proximal steps, which make weights exactly
 * zero.
 *
 * <pre>
 *   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y) + γ_e ‖θ‖₁,   from θ_o
 *   after each step of SGD at rate η   θ ← sign θ · max(0, |θ| − η γ_e / (1 − μ))
 *   γ_e = (2 − 2e/E) γ falling, γ constant, (2e/E) γ rising; in epoch e = 0 … E − E₀ − 1, afterwards 0
 * </pre>
 *
 * <p>Reads D_R. The norm is over all weights, biases and scales of normalisation included. Batch normalisation in training
 * mode, training augmentation, SGD with momentum. The objective is that of {@link L1Sparse}; the three courses of γ_e,
 * that they rise by default, and all other defaults are those of the RULI experiments.
 *
 * <p>Unlike their code, which adds the gradient of the norm, so that weights flicker around zero and count as zero below
 * 1e-6, a soft threshold follows the step (Daubechies et al., 2004): sparsity is what the zeros say. The gradient of a
 * norm would be accumulated by the momentum, 1/(1 − μ) times in all; the threshold has this factor so that γ means the
 * same. And the free epochs begin when E₀ are left, where their comparison is an epoch late.
 *
 * @param gamma γ, strength of the norm; falling and rising courses have it halfway
 * @param course how γ_e changes
 * @param freeEpochs E₀, epochs without the norm at the end
 * @param epochs E, passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2304.04934">Jia et al., 2023</a>
 * @see <a href="https://arxiv.org/abs/2506.13009">Naderloui et al., 2025, RULI</a>
 */
@Named("sparse-finetune")
@AutoService(UnlearningMethod.class)
public record SparseFineTune(
        double gamma,
        Course course,
        int freeEpochs,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    /** How the strength of the norm changes from epoch to epoch. */
    public enum Course {
        FALLING,
        CONSTANT,
        RISING
    }

    public SparseFineTune {
        Require.notNegative("gamma", gamma);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
        Require.that(
                freeEpochs >= 0 && freeEpochs < epochs,
                "freeEpochs must lie in [0, " + epochs + "), the epochs, but is " + freeEpochs);
    }

    public SparseFineTune() {
        this(3e-4, Course.RISING, 0, 10, 0.01, 64, 0.9, 5e-4, new CosineDecay());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "Jia et al., 2023; Naderloui et al., 2025");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .run(
                        original,
                        trial,
                        (model, epoch) -> List.of(new Pass(
                                Batches.shuffled(batch, trial.random("retain", epoch), retain),
                                Tuning.crossEntropy(model),
                                norm(strength(epoch)))));
    }

    /** γ_e. */
    double strength(int epoch) {
        if (epoch >= epochs - freeEpochs) {
            return 0;
        }
        double passed = epoch / (double) epochs;
        return switch (course) {
            case FALLING -> (2 - 2 * passed) * gamma;
            case CONSTANT -> gamma;
            case RISING -> 2 * passed * gamma;
        };
    }

    /** γ_e ‖θ‖₁, as a proximal step. */
    private Penalty norm(double strength) {
        return new Penalty() {
            @Override
            public void addGradient(Weights weights) {
                // the proximal step stands for it
            }

            @Override
            public void proximal(Weights weights, double learningRate) {
                if (strength > 0) {
                    weights.shrink(learningRate * strength / (1 - momentum));
                }
            }
        };
    }
}
