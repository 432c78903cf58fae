package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.data.ForgetSelection;
import lethe.data.RandomFraction;
import lethe.engine.Seed;

/**
 * Another selection together with the training examples that resemble it, as a policy: who asks to be forgotten takes
 * look-alikes along, whoever owns them. There is no model yet when examples are selected, so detectors compare inputs.
 *
 * @param of what is asked for
 * @param detector what finds look-alikes
 * @param transitive whether look-alikes of look-alikes count
 * @param cap the most examples in one group of connected look-alikes, if transitive
 */
@Named("closure")
@AutoService(ForgetSelection.class)
public record ClosureSelection(ForgetSelection of, SimilarityDetector detector, boolean transitive, int cap)
        implements ForgetSelection {
    public ClosureSelection {
        Require.that(cap >= 2, "cap must be at least 2, but is " + cap);
    }

    /** Exact duplicates of one example in ten. */
    public ClosureSelection() {
        this(new RandomFraction(), new ExactDuplicates(), false, 50);
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        return closure(train, seed).rows();
    }

    /** What is asked for, and what is taken along with its owners. */
    public Closure closure(Dataset train, Seed seed) {
        int[] asked = of.rows(train, seed);
        List<SimilarityDetector> detectors = List.of(detector);
        return transitive
                ? Closure.transitive(detectors, train, asked, Optional.empty(), cap)
                : Closure.oneStep(detectors, train, asked, Optional.empty());
    }
}
