package lethe.data;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;

/**
 * A uniformly random share of the training set, without replacement.
 *
 * @param fraction share in (0, 1); at least one example is chosen
 */
@Named("random")
@AutoService(ForgetSelection.class)
public record RandomFraction(double fraction) implements ForgetSelection {
    public RandomFraction {
        Require.that(fraction > 0 && fraction < 1, "fraction must lie in (0, 1), but is " + fraction);
    }

    /** One example in ten, the most common protocol of the literature. */
    public RandomFraction() {
        this(0.1);
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        int count = (int) Math.max(1, Math.round(fraction * train.size()));
        int[] rows = Arrays.copyOf(seed.derive("forget").permutation(train.size()), count);
        Arrays.sort(rows);
        return rows;
    }
}
