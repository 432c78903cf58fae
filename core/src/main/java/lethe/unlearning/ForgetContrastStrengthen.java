package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Batch;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Optimizer;
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
 * Forget, contrast, strengthen (FCS): makes the model undecided about the forget set, then in turn pulls forget logits
 * evenly towards those of the retain set and repairs on it. First of the NeurIPS 2023 challenge.
 *
 * <pre>
 *   once           min_θ KL(uniform ‖ p_θ) over D_F
 *   each epoch     min_θ −mean log softmax_rows( z_F z_Rᵀ / τ ) over D_F, batch by batch with random ones of D_R
 *   then           min_θ CE over D_R
 * </pre>
 *
 * <p>z are logits, z_R without gradient. Reads D_F and D_R. Batch normalisation in training mode, the two batches of a
 * contrast one after the other; training augmentation; three optimizers, SGD with one momentum, each with its own rate
 * and memory. The rate of the contrast falls along a cosine over all epochs, the others stay. Defaults are those of the
 * competition, as given by Cadet et al.; the rate of the repair is theirs of 1e-3 for each 64 examples of a batch.
 *
 * <p>Unlike their code, the cosine ends at 0 and not at 1e-6, and the contrast does not stop where D_R has fewer batches
 * than D_F.
 *
 * @param temperature τ of the contrast
 * @param uniformRate step size of the first stage
 * @param contrastRate peak step size of the contrast
 * @param epochs of contrast and repair
 * @param learningRate step size of the repair
 * @param batch examples of each set in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of the repair; the others have none
 * @see <a href="https://arxiv.org/abs/2410.01276">Cadet et al., 2024</a>
 */
@Named("forget-contrast-strengthen")
@AutoService(UnlearningMethod.class)
public record ForgetContrastStrengthen(
        double temperature,
        double uniformRate,
        double contrastRate,
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay)
        implements UnlearningMethod {

    public ForgetContrastStrengthen {
        Require.positive("temperature", temperature);
        Require.positive("uniformRate", uniformRate);
        Require.positive("contrastRate", contrastRate);
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public ForgetContrastStrengthen() {
        this(1.15, 5e-3, 3e-4, 8, 4e-3, 256, 0.9, 1e-2);
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, false, "NeurIPS 2023 challenge, 1st; Cadet et al., 2024");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return forgetShare + epochs * (1 - forgetShare + forgetShare * 4 / 3); // z_R is a forward pass
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Source forget = new Source(split.forget(), trial.augmentation());
        Source retain = new Source(split.retain(), trial.augmentation());
        return Surgery.on(original, model -> {
            try (Optimizer undecided = new Sgd(model.weights(), momentum, false, 0)) {
                var passes = new Pass(
                        Batches.shuffled(batch, trial.random("uniform"), forget),
                        b -> uniformity(model.logits(b.inputs())));
                new Descent(model, undecided, uniformRate, Schedule.constant(), trial).run(1, e -> List.of(passes));
            }
            try (Optimizer contrasting = new Sgd(model.weights(), momentum, false, 0);
                    Optimizer repairing = new Sgd(model.weights(), momentum, false, weightDecay)) {
                for (int epoch = 0; epoch < epochs; epoch++) {
                    var contrast = new Pass(
                            Batches.paired(batch, trial.random("contrast", epoch), forget, retain),
                            b -> contrast(model, b, forget.data().size()));
                    var repair = new Pass(
                            Batches.shuffled(batch, trial.random("retain", epoch), retain), Tuning.crossEntropy(model));
                    Schedule falling = Tuning.excerpt(new CosineDecay(), epoch, epochs);
                    new Descent(model, contrasting, contrastRate, falling, trial).run(1, e -> List.of(contrast));
                    new Descent(model, repairing, learningRate, Schedule.constant(), trial)
                            .run(1, e -> List.of(repair));
                }
            }
        });
    }

    /** KL(uniform ‖ p), in nats, of logits (B, K); a scalar. */
    static Tensor uniformity(Tensor logits) {
        return logits.logSoftmax().mean().neg().add(-Math.log(logits.size(1)));
    }

    private Tensor contrast(Model model, Batch batch, int forgetSize) {
        int first = batch.countBelow(forgetSize);
        Tensor forget = model.logits(batch.part(0, first).inputs());
        Tensor retain;
        try (NoGrad guard = NoGrad.enter()) {
            retain = model.logits(batch.part(first, batch.size() - first).inputs());
        }
        return contrast(forget, retain);
    }

    /** −mean log softmax of the rows of z_F z_Rᵀ / τ; logits (B_F, K) and (B_R, K). */
    Tensor contrast(Tensor forget, Tensor retain) {
        return forget.matmul(retain.transpose())
                .mul(1 / temperature)
                .logSoftmax()
                .mean()
                .neg();
    }
}
