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
 * <p>Reads D_F, and D_R only if told to: each epoch then begins with a pass that descends on it, by the same optimizer, so
 * that momentum carries its direction some way into the ascent. Batch normalisation in training mode, training augmentation, SGD with momentum. Nothing bounds the
 * ascent: it ends after {@code epochs}, or as soon as the forget set is classified no better than
 * {@code stopAtForgetAccuracy}, or with an exception once a number is no longer finite. A good value for the stop is the
 * accuracy that a model has on unseen data. Defaults are those of the l1-sparse experiments (Jia et al., 2023).
 *
 * <p>The descent first is that of the AMUN experiments' variant with remaining data, whose code, unlike this, does not
 * shuffle it. Unlike the l1-sparse code, which reads validation data to end the ascent, the stop is a setting: the method
 * itself sees no other data.
 *
 * @param useRetain whether each epoch first descends on D_R
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
        boolean useRetain,
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
        this(false, 5, 1e-4, 256, 0.9, 5e-4, 0, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(true, useRetain, false, "Golatkar et al., 2020; Thudi et al., 2022");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return epochs * (useRetain ? 1 : forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Dataset forget = split.forget();
        return new Tuning(epochs, learningRate, momentum, weightDecay, schedule)
                .of(original, trial)
                .stoppingAfter(
                        model -> stopAtForgetAccuracy > 0 && Evaluation.accuracy(model, forget) <= stopAtForgetAccuracy)
                .run((model, epoch) -> {
                    Pass ascent = new Pass(
                            batches(trial, "forget", epoch, forget), b -> loss(model.logits(b.inputs()), b.labels()));
                    return useRetain
                            ? List.of(
                                    new Pass(
                                            batches(trial, "retain", epoch, split.retain()),
                                            Tuning.crossEntropy(model)),
                                    ascent)
                            : List.of(ascent);
                });
    }

    private Batches batches(Trial trial, String purpose, int epoch, Dataset data) {
        return Batches.shuffled(batch, trial.random(purpose, epoch), new Source(data, trial.augmentation()));
    }

    /** −CE. */
    static Tensor loss(Tensor logits, Tensor labels) {
        return logits.crossEntropy(labels).neg();
    }
}
