package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * Forgets look-alikes too: D_F ∪ S is the forget set, D_R ∖ S remains. It removes the most influence, and data of people
 * who did not ask.
 */
@Named("expand")
@AutoService(Remedy.class)
public record Expand() implements Remedy {
    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        return Remedy.over(split, split.train(), closure.rows());
    }

    @Override
    public int forgotten(int found) {
        return found;
    }
}
