package lethe.data;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.engine.Seed;

/** The targets of a data set that was made with look-alikes, such as {@code augmented-copies}. */
@Named("targets")
@AutoService(ForgetSelection.class)
public record LookalikeTargets() implements ForgetSelection {
    @Override
    public int[] rows(Dataset train, Seed seed) {
        int[] rows = KnownLookalikes.targetsIn(train);
        if (rows.length == 0) {
            throw new IllegalArgumentException("'" + train.name()
                    + "' was not made with look-alikes, so that it has no targets to forget; use a source such as"
                    + " augmented-copies, or select examples in another way");
        }
        return rows;
    }
}
