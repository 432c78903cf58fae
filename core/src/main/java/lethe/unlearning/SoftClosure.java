package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * Forgets each look-alike as far as it resembles the forget set. With the weight w(x) = sim(x)^q a look-alike counts w in
 * what is forgotten and 1 − w in what remains:
 *
 * <pre>
 *   L = Σ_{D_F} L_forget + Σ_{x ∈ S} [ w(x) · L_forget(x) + (1 − w(x)) · L_retain(x) ] + Σ_{D_R ∖ S} L_retain
 * </pre>
 *
 * <p>So that any method can do so, weights are chances: x is forgotten with probability w(x), drawn once, and remains
 * otherwise. The loss above is what is expected. With the detector {@code gradient} similarity is that of influences.
 *
 * @param q exponent; large ones leave only close look-alikes
 */
@Named("soft")
@AutoService(Remedy.class)
public record SoftClosure(double q) implements Remedy {
    public SoftClosure {
        Require.positive("q", q);
    }

    /** q = 2. */
    public SoftClosure() {
        this(2);
    }

    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        RandomGenerator random = trial.random("soft-closure").random();
        int[] drawn = closure.members().stream()
                .filter(member -> random.nextDouble() < Math.pow(member.score(), q))
                .mapToInt(Closure.Member::row)
                .toArray();
        int[] rows = IntStream.concat(Arrays.stream(split.forgetRows()), Arrays.stream(drawn))
                .toArray();
        return Remedy.over(split, split.train(), rows);
    }

    /** At most so many. */
    @Override
    public int forgotten(int found) {
        return found;
    }
}
