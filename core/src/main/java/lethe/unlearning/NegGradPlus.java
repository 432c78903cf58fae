package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * NegGrad+: descends on the retain set while it ascends on the forget set.
 *
 * <pre>
 *   L(θ) = α · CE(D_R batch) − (1 − α) · CE(D_F batch),   from θ_o
 * </pre>
 *
 * <p>Reads D_F and D_R. An epoch is one pass over D_R; each of its batches is paired with one of D_F, so a forget
 * example is visited about n_R / n_F times an epoch and α must be the nearer to 1 the smaller D_F is. The two batches go
 * through the network one after the other, each normalised by itself; batch normalisation in training mode, training
 * augmentation, SGD with momentum. Rate, epochs and α are those of the small-scale experiments of Kurmanji et al. (2023).
 *
 * <p>Unlike the authors' code, D_F is shuffled and augmented anew whenever it starts over, where theirs replays its first
 * pass; running statistics are not frozen, as in their attacked models; and nothing pulls θ back to θ_o.
 *
 * @param alpha α, the weight of the retain set
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples of each set in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2302.09880">Kurmanji et al., 2023</a>
 */
@Named("neg-grad-plus")
@AutoService(UnlearningMethod.class)
public record NegGradPlus(
        double alpha,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public NegGradPlus {
        Require.within("alpha", alpha, 0, 1);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public NegGradPlus() {
        this(0.95, 10, 0.01, 128, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "Kurmanji et al., 2023");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * 2 * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source retain = new Source(split.retain(), trial.augmentation());
        Source forget = new Source(split.forget(), trial.augmentation());
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .run(
                        original,
                        trial,
                        (model, epoch) -> List.of(new Pass(
                                Batches.paired(batch, trial.random("retain", epoch), retain, forget),
                                b -> loss(model, b, retain.data().size()))));
    }

    /** The loss of a batch whose retain examples, rows below {@code retainSize}, come first. */
    Tensor loss(Model model, Batch batch, int retainSize) {
        int kept = batch.countBelow(retainSize);
        Batch retain = batch.part(0, kept);
        Tensor onRetain = model.logits(retain.inputs()).crossEntropy(retain.labels());
        if (alpha == 1) {
            return onRetain; // not even the running statistics may see the forget set
        }
        Batch forget = batch.part(kept, batch.size() - kept);
        Tensor onForget = model.logits(forget.inputs()).crossEntropy(forget.labels());
        return onRetain.mul(alpha).sub(onForget.mul(1 - alpha));
    }
}
