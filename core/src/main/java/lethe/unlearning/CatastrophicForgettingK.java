package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.Trial;

/**
 * CF-k, catastrophic forgetting of the last k blocks: fine-tunes the end of the network on the retain set and freezes the
 * rest.
 *
 * <pre>
 *   min_θ_k E_{(x,y) ∈ D_R} CE(f_θ(x), y) + λ/2 · ‖θ_k − θ_o,k‖²,   θ_k the last k parts and the classifier, from θ_o
 * </pre>
 *
 * <p>Reads D_R. For what counts as a part see the error that a k too large gives: it lists them; k = 1 is the last stage
 * of ResNet-18. Batch normalisation in evaluation mode in frozen parts, and, unless told otherwise, in moving ones too;
 * training augmentation; SGD without momentum and weight decay. Rate, epochs and pull are those of the code of Kurmanji et
 * al. (2023).
 *
 * <p>Unlike that code, whose residual networks keep the original classifier, the classifier always moves.
 *
 * @param k the number of parts before the classifier that move
 * @param frozenStatistics whether batch normalisation of the moving parts is in evaluation mode too
 * @param pull λ, how strongly θ_k is pulled back to where it started
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay weight decay of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2201.06640">Goel et al., 2022</a>
 */
@Named("catastrophic-forgetting-k")
@AutoService(UnlearningMethod.class)
public record CatastrophicForgettingK(
        int k,
        boolean frozenStatistics,
        double pull,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public CatastrophicForgettingK {
        LastBlocks.require(k, pull);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public CatastrophicForgettingK() {
        this(1, true, 5e-4, 10, 0.01, 128, 0, 0, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "Goel et al., 2022");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (1 - forgetShare); // at most: frozen parts need no backward pass
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return blocks().tune(
                        original,
                        split,
                        trial,
                        new Tuning(epochs, learningRate, momentum, weightDecay, schedule),
                        batch);
    }

    LastBlocks blocks() {
        return new LastBlocks(k, frozenStatistics, pull);
    }
}
