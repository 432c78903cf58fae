package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.StepDecay;
import lethe.training.Trial;

/**
 * EU-k, exact unlearning of the last k blocks: draws the end of the network anew, trains it on the retain set and freezes
 * the rest.
 *
 * <pre>
 *   min_θ_k E_{(x,y) ∈ D_R} CE(f_θ(x), y) + λ/2 · ‖θ_k − θ_fresh,k‖²,   θ_k the last k parts and the classifier, from θ_fresh
 * </pre>
 *
 * <p>Reads D_R. Nothing of D_F is left in θ_k itself, but the frozen parts still compute what they learned from it, so the
 * method as a whole is not exact. For what counts as a part see {@link CatastrophicForgettingK}. Batch normalisation in
 * evaluation mode in frozen parts, in training mode in moving ones unless told otherwise; training augmentation; SGD
 * without momentum and weight decay. Rate, epochs and pull are those of the code of Kurmanji et al. (2023).
 *
 * <p>Unlike that code, the classifier is drawn anew and trained, where theirs never trains it; fresh weights come from the
 * seed, where theirs are the saved initialisation of the original; fresh normalisation learns its statistics, since those
 * of evaluation mode belong to other weights; and the rate falls to a tenth every ten epochs, where theirs falls to a
 * twentieth of that after the tenth, so that nothing more is learned.
 *
 * @param k the number of parts before the classifier that are trained
 * @param frozenStatistics whether batch normalisation of the trained parts is in evaluation mode too
 * @param pull λ, how strongly θ_k is pulled back to where it started
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay weight decay of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2201.06640">Goel et al., 2022</a>
 */
@Named("exact-unlearning-k")
@AutoService(UnlearningMethod.class)
public record ExactUnlearningK(
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

    public ExactUnlearningK {
        LastBlocks.require(k, pull);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public ExactUnlearningK() {
        this(1, false, 5e-4, 30, 0.01, 128, 0, 0, new StepDecay(10, 0.1));
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
        try (Model start = start(original, trial.random("fresh"))) {
            return blocks().tune(
                            start,
                            split,
                            trial,
                            new Tuning(epochs, learningRate, momentum, weightDecay, schedule),
                            batch);
        }
    }

    /** The original with a fresh end. */
    Model start(Model original, Seed seed) {
        Model start = original.copy();
        blocks().reinitialise(start, seed);
        return start;
    }

    LastBlocks blocks() {
        return new LastBlocks(k, frozenStatistics, pull);
    }
}
