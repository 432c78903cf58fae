package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * ℓ₁-sparse unlearning: fine-tuning on the retain set that drives weights towards zero, and what they remember with them.
 *
 * <pre>
 *   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y) + γ_e ‖θ‖₁,   from θ_o
 *   γ_e = γ · max(0, 1 − e / (E − E₀)) in epoch e = 0 … E − 1
 * </pre>
 *
 * <p>Reads D_R. The norm is over all weights, biases and scales of normalisation included; its gradient γ_e · sign θ
 * needs no differentiation. Batch normalisation in training mode, training augmentation, SGD with momentum. The course
 * of γ_e is that of the authors' code; γ = 5e-4, rate and epochs are those of the AMUN experiments, whose code meant the
 * same course.
 *
 * @param gamma γ, the strength of the penalty in the first epoch
 * @param freeEpochs E₀, epochs without penalty at the end
 * @param epochs E, passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2304.04934">Jia et al., 2023</a>
 */
@Named("l1-sparse")
@AutoService(UnlearningMethod.class)
public record L1Sparse(
        double gamma,
        int freeEpochs,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public L1Sparse {
        Require.notNegative("gamma", gamma);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
        Require.that(
                freeEpochs >= 0 && freeEpochs < epochs,
                "freeEpochs must lie in [0, " + epochs + "), the epochs, but is " + freeEpochs);
    }

    public L1Sparse() {
        this(5e-4, 0, 10, 0.01, 128, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "Jia et al., 2023");
    }

    @Override
    public boolean suitsTexts() {
        return true;
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
                                weights -> addGradient(weights, strength(epoch)))));
    }

    /** γ_e. */
    double strength(int epoch) {
        return gamma * Math.max(0, 1 - epoch / (double) (epochs - freeEpochs));
    }

    /** Adds γ_e · sign θ to the gradient. */
    static void addGradient(Weights weights, double strength) {
        if (strength > 0) {
            try (Scope scope = Scope.open();
                    NoGrad guard = NoGrad.enter()) {
                weights.gradient().addInPlace(weights.values().sign(), strength);
            }
        }
    }
}
