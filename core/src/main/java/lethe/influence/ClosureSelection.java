package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.catalog.ShortForm;
import lethe.data.Dataset;
import lethe.data.ForgetSelection;
import lethe.data.KnownLookalikes;
import lethe.data.LookalikeTargets;
import lethe.data.RandomFraction;
import lethe.engine.Seed;

/**
 * Another selection together with the training examples that resemble it, as a policy: who asks to be forgotten takes
 * look-alikes along, whoever owns them. There is no model yet when examples are selected, so detectors compare inputs.
 *
 * <p>The short form {@code {closure: 0.9}} widens the targets of data that was made with look-alikes by what has content
 * of that similarity; {@code {closure: {of: {subjects: [ann]}, similarity: 0.9}}} says whom to widen in other data, and
 * must. It stands for {@code {name: closure, of: targets, detector: {name: content, threshold: 0.9}}}.
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

    /**
     * The targets of data that was made with look-alikes, with what has similar content.
     *
     * @param similarity from which on two examples belong together, in (0, 1]
     */
    @ShortForm(value = "similarity", decides = "detector")
    public ClosureSelection(double similarity) {
        this(new LookalikeTargets(), content(similarity), false, 50);
    }

    private static SimilarityDetector content(double similarity) {
        Require.that(similarity > 0 && similarity <= 1, "similarity must lie in (0, 1], but is " + similarity);
        return new ContentSimilarity(similarity);
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        return closure(train, seed).rows();
    }

    /** What is asked for, and what is taken along with its owners. */
    public Closure closure(Dataset train, Seed seed) {
        requireSomebodyAsked(train);
        int[] asked = of.rows(train, seed);
        List<SimilarityDetector> detectors = List.of(detector);
        return transitive
                ? Closure.transitive(detectors, train, asked, Optional.empty(), cap)
                : Closure.oneStep(detectors, train, asked, Optional.empty());
    }

    private void requireSomebodyAsked(Dataset train) {
        Require.that(
                !(of instanceof LookalikeTargets) || KnownLookalikes.targetsIn(train).length > 0,
                "closure says how similar examples must be to be forgotten too, but not to whom: '" + train.name()
                        + "' was not made with targets. Write what is asked for, such as forget: {closure: {of:"
                        + " {subjects: [ann]}, similarity: " + detector.threshold() + "}}");
    }
}
