package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Trainer;
import lethe.training.Trial;

/**
 * Trains a fresh model on the retain set by the recipe of the original: exact by construction, the floor of every audit.
 * No weight, statistic or random number of the original is used.
 */
@Named("retrain")
@AutoService(UnlearningMethod.class)
public record Retrain() implements UnlearningMethod {
    @Override
    public Traits traits() {
        return new Traits(false, true, true, "training without the forget set; the floor of every audit");
    }

    @Override
    public boolean suitsTexts() {
        return true;
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return trainingEpochs * (1 - forgetShare);
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        return new Trainer(trial.recipe()).fit(original.architecture(), split.retain(), trial);
    }
}
