package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.Trial;

/**
 * Successive random labels (SRL): {@link RandomLabel} whose labels are drawn anew in every epoch from all classes, the
 * true one included.
 *
 * <pre>
 *   min_θ E_{(x,y) ∈ D_R ∪ D_F'} CE(f_θ(x), y),   D_F' = {(x, y'_e) : (x, y) ∈ D_F, y'_e uniform on 1 … K in epoch e}
 * </pre>
 *
 * <p>Over many epochs the target of a forget example tends to the uniform distribution, so it can end up less confident
 * than unseen examples: over-forgetting that a two-sided attack sees.
 *
 * <p>Reads D_F, and D_R unless told to do without; both in one shuffled pass. Batch normalisation in training mode, SGD
 * with momentum. Rate and epochs are those of {@link RandomLabel}: the Deep Unlearn experiments search for both.
 *
 * <p>Unlike their code, which draws whenever an example is loaded and does not augment, labels depend on seed, epoch and
 * example alone, and training augmentation is used.
 *
 * @param useRetain whether D_R is learned too
 * @param epochs passes over D_F', and over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2410.01276">Cadet et al., 2024</a>
 */
@Named("successive-random-label")
@AutoService(UnlearningMethod.class)
public record SuccessiveRandomLabel(
        boolean useRetain,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {

    public SuccessiveRandomLabel {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public SuccessiveRandomLabel() {
        this(true, 10, 0.01, 128, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, useRetain, false, "Graves et al., 2021; Cadet et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return randomLabel().cost(forgetShare, trainingEpochs);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return randomLabel().unlearn(original, split, trial);
    }

    RandomLabel randomLabel() {
        return new RandomLabel(
                useRetain,
                false,
                RandomLabel.Redraw.EPOCH,
                RandomLabel.Order.MIXED,
                epochs,
                learningRate,
                batch,
                momentum,
                weightDecay,
                schedule);
    }
}
