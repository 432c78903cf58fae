package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * Throws the model away and answers with fresh random weights of the same form: a reference, not a remedy.
 *
 * <p>It is the random model of zero-retrain forgetting (Chundawat et al., 2023), which an audit reports for every method
 * of a plan that has this one. And it is a warning to be read beside them: a model that knows nothing forgets everything,
 * and passes each attack that sees unlearned models alone.
 *
 * <p>Reads no data. Weights are those of a network before training, also where the original started from a checkpoint.
 */
@Named("untrained")
@AutoService(UnlearningMethod.class)
public record Untrained() implements UnlearningMethod {
    @Override
    public Traits traits() {
        return new Traits(false, false, false, "fresh random weights; the reference of ZRF, Chundawat et al., 2023");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return 0;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        // Not those that retraining of the same execution starts from, to which it would stay nearer than chance.
        return original.fresh(trial.random("untrained"));
    }
}
