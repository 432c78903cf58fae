package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.training.Trial;

/** Does nothing about look-alikes. */
@Named("none")
@AutoService(Remedy.class)
public record Untouched() implements Remedy {
    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        return split;
    }

    @Override
    public int forgotten(int found) {
        return 0;
    }
}
