package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * Forgets as many of the remaining examples as there are look-alikes, drawn at random: the control of {@link Expand}. What
 * it achieves is due to forgetting more, not to forgetting what is similar.
 */
@Named("random-extra")
@AutoService(Remedy.class)
public record RandomExtra() implements Remedy {
    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        int[] retained = split.retainRows();
        int[] order = trial.random("random-extra").permutation(retained.length);
        IntStream drawn = Arrays.stream(order).limit(closure.members().size()).map(i -> retained[i]);
        int[] rows = IntStream.concat(Arrays.stream(split.forgetRows()), drawn).toArray();
        return Remedy.over(split, split.train(), rows);
    }

    @Override
    public int forgotten(int found) {
        return found;
    }
}
