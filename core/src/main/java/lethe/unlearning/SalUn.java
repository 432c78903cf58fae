package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Saliency unlearning: random labels, moving only the weights that matter most for the forget set.
 *
 * <pre>
 *   G = Σ_batches ∇_θ CE(f_θ(x), y) over D_F at θ_o;   m_j = 1 for the ⌊r·P⌋ largest |G_j|, otherwise 0
 *   θ ← θ_o + m ⊙ (θ_RL − θ_o) at every step of {@link RandomLabel}
 * </pre>
 *
 * <p>Reads D_F, and D_R unless told to do without. All P weights, biases and scales of normalisation included, are ranked
 * together; gradients are summed with their signs. The mask is found in evaluation mode; random labels then run with
 * batch normalisation in training mode, training augmentation and SGD with momentum. Running statistics are not weights:
 * they move. Rate 0.013 and r = 0.5 are those of the authors for a tenth of CIFAR-10.
 *
 * <p>Unlike the authors' code before 2026, the mask is applied after weight decay and momentum, so that weights outside
 * it keep their bits; and the mask is found without augmentation, so that it depends on the forget set alone. For the
 * choices of random labels see {@link RandomLabel}.
 *
 * @param ratio r, the share of weights that may move
 * @param useRetain whether D_R is learned too
 * @param excludeTrueLabel whether the true label is never drawn
 * @param redraw how often labels are drawn
 * @param order how relabelled and remaining examples follow each other within an epoch
 * @param epochs passes over the data
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/2310.12508">Fan et al., 2024</a>
 */
@Named("salun")
@AutoService(UnlearningMethod.class)
public record SalUn(
        double ratio,
        boolean useRetain,
        boolean excludeTrueLabel,
        RandomLabel.Redraw redraw,
        RandomLabel.Order order,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        Schedule schedule)
        implements UnlearningMethod {
    private static final int MASK_BATCH = 256;

    public SalUn {
        Require.within("ratio", ratio, 0, 1);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public SalUn() {
        this(
                0.5,
                true,
                true,
                RandomLabel.Redraw.EPOCH,
                RandomLabel.Order.MIXED,
                10,
                0.013,
                128,
                0.9,
                5e-4,
                Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, useRetain, false, "Fan et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return randomLabel().cost(forgetShare, trainingEpochs) + forgetShare;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        try (Scope scope = Scope.open()) {
            return randomLabel().unlearn(original, split, trial, mask(original, split.forget()));
        }
    }

    private RandomLabel randomLabel() {
        return new RandomLabel(
                useRetain,
                excludeTrueLabel,
                redraw,
                order,
                epochs,
                learningRate,
                batch,
                momentum,
                weightDecay,
                schedule);
    }

    /** The mask m, a vector of length P. */
    Tensor mask(Model original, Dataset forget) {
        try (Scope scope = Scope.open();
                Model model = original.copy()) {
            model.weights().clearGradient();
            // The order changes nothing but the composition of batches.
            Batches batches = Batches.shuffled(MASK_BATCH, Seed.of(0), Source.plain(forget));
            for (int i = 0; i < batches.count(); i++) {
                try (Scope step = Scope.open()) {
                    Batch batch = batches.batch(i);
                    model.logits(batch.inputs()).crossEntropy(batch.labels()).backward();
                }
            }
            try (NoGrad guard = NoGrad.enter()) {
                long count = (long) Math.floor(ratio * model.weights().size());
                Tensor salient = model.weights().gradient().abs().largest(count); // (⌊r·P⌋)
                return scope.keep(Tensor.zeros(model.weights().size()).indexFillInPlace(salient, 1));
            }
        }
    }
}
