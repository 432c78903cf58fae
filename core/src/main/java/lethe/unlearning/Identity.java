package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Trial;

/** Does nothing: a copy of the original model, the ceiling of every audit. */
@Named("identity")
@AutoService(UnlearningMethod.class)
public record Identity() implements UnlearningMethod {
    @Override
    public Traits traits() {
        return new Traits(false, false, false, "the original model, unchanged; the ceiling of every audit");
    }

    @Override
    public boolean isDeterministic() {
        return true;
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
        return original.copy();
    }
}
