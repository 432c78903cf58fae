package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Pass;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;

/**
 * Fine-tuning on the retain set alone, trusting that what is not rehearsed is forgotten:
 *
 * <pre>
 *   min_θ E_{(x,y) ∈ D_R} CE(f_θ(x), y),   from θ_o
 * </pre>
 *
 * <p>Reads D_R. Batch normalisation in training mode, training augmentation, SGD with momentum. Defaults are those of
 * the l1-sparse experiments (Jia et al., 2023): constant rate 0.01 for ten epochs.
 *
 * @param epochs passes over D_R
 * @param learningRate peak step size
 * @param batch examples in a step
 * @param momentum μ of SGD
 * @param weightDecay λ of SGD
 * @param schedule course of the learning rate
 */
@Named("finetune")
@AutoService(UnlearningMethod.class)
public record FineTune(
        int epochs, double learningRate, int batch, double momentum, double weightDecay, Schedule schedule)
        implements UnlearningMethod {

    public FineTune {
        Tuning.require(epochs, learningRate, batch, momentum, weightDecay);
    }

    public FineTune() {
        this(10, 0.01, 128, 0.9, 5e-4, Schedule.constant());
    }

    @Override
    public Traits traits() {
        return new Traits(false, true, false, "Warnecke et al., 2021; Golatkar et al., 2020");
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
                                Tuning.crossEntropy(model))));
    }
}
