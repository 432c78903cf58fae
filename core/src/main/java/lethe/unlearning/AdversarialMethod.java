package lethe.unlearning;

import lethe.data.Split;
import lethe.models.Model;
import lethe.training.Trial;

/** A method that learns from adversarial examples, which need not be those of the model that is to forget. */
public interface AdversarialMethod extends UnlearningMethod {
    /**
     * Returns a model that has forgotten {@code split.forget()}, with adversaries of another model than it begins from.
     *
     * @param start whose weights are changed, on a copy
     * @param attacked whose adversaries are found; left as it is
     */
    Model unlearn(Model start, Model attacked, Split split, Trial trial);

    @Override
    default Model unlearn(Model original, Split split, Trial trial) {
        return unlearn(original, original, split, trial);
    }
}
