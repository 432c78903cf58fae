package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Evaluation;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Gradient ascent: undoes learning by climbing the loss of the forget set.
 *
 * <pre>
 *   max_θ E_{(x,y) ∈ D_F} CE(f_θ(x), y),   from θ_o
 * </pre>
 *
 * <p>Reads D_F only. Batch normalisation in training mode, training augmentation, SGD with momentum. Nothing bounds the
 * ascent: it ends after {@code epochs}, or as soon as the forget set is classified no better than
 * {@code stopAtForgetAccuracy}, or with an exception once a number is no longer finite. A good value for the stop is the
 * accuracy that a model has on unseen data. Defaults are those of the l1-sparse experiments (Jia et al., 2023).
 *
 * <p>Unlike their code, which reads validation data to end the ascent, the stop is a setting: the method itself sees no
 * other data.
 *
 * @param epochs passes over D_F at most
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param stopAtForgetAccuracy accuracy on D_F, a share, at or below which no further epoch begins; 0 never stops
 * @param schedule course of the learning rate
 * @see <a href="https://arxiv.org/abs/1911.04933">Golatkar et al., 2020</a>
 */
@Named("gradient-ascent")
@AutoService(UnlearningMethod.class)
public record GradientAscent(
        int epochs,
        double learningRate,
        int batch,
        double momentum,
        double weightDecay,
        double stopAtForgetAccuracy,
        Schedule schedule)
        implements UnlearningMethod {

    public GradientAscent {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
        Require.within("stopAtForgetAccuracy", stopAtForgetAccuracy, 0, 1);
    }

    public GradientAscent() {
        this(5, 1e-4, 256, 0.9, 5e-4, 0, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, false, "Golatkar et al., 2020; Thudi et al., 2022");
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * forgetShare;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset data = split.forget();
        Source forget = new Source(data, trial.augmentation());
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .of(original, trial)
                .stoppingAfter(
                        model -> stopAtForgetAccuracy > 0 && Evaluation.accuracy(model, data) <= stopAtForgetAccuracy)
                .run((model, epoch) -> List.of(new Pass(
                        Batches.shuffled(batch, trial.random("forget", epoch), forget),
                        b -> loss(model.logits(b.inputs()), b.labels()))));
    }

    /** −CE. */
    static Tensor loss(Tensor logits, Tensor labels) {
        return logits.crossEntropy(labels).neg();
    }
}
