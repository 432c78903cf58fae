package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.influence.EmbeddingSimilarity;
import lethe.influence.SimilarityDetector;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.Trial;

/**
 * Another method that takes into account which of the remaining examples resemble those to be forgotten. Look-alikes keep
 * alive what a forgotten example taught; they are found first, in the whole training set and with the original model, and
 * then a remedy changes what the method is given or what it leaves.
 *
 * @param method what forgets
 * @param remedy what is done about look-alikes
 * @param detector what finds them
 * @param transitive whether look-alikes of look-alikes count
 * @param cap the most examples in one group of connected look-alikes, if transitive
 * @param share at most this share of the remaining data counts as look-alikes, the most similar ones
 */
@Named("closure")
@AutoService(UnlearningMethod.class)
public record WithLookalikes(
        UnlearningMethod method, Remedy remedy, SimilarityDetector detector, boolean transitive, int cap, double share)
        implements UnlearningMethod {

    public WithLookalikes {
        Require.that(cap >= 2, "cap must be at least 2, but is " + cap);
        Require.that(share > 0 && share < 1, "share must lie in (0, 1), but is " + share);
        remedy.requireSuitable(method);
    }

    /** Fine-tuning that forgets look-alikes too, groups of at most 50 and at most a quarter of the remaining data. */
    public WithLookalikes() {
        this(
                new FineTune(10, 0.01, 128, 0.9, 5e-4, Schedule.constant()),
                new Expand(),
                new EmbeddingSimilarity(),
                false,
                50,
                0.25);
    }

    /** Reads both sets, to find look-alikes in one of the other, whatever the method reads. */
    @Override
    public Traits traits() {
        Traits own = method.traits();
        return new Traits(true, true, own.readsValidation(), false, own.source() + "; remedy is ours");
    }

    @Override
    public void requireSuitable(Architecture architecture) {
        method.requireSuitable(architecture);
    }

    /** The method's, and a forward pass over everything for the detector; look-alikes are not known beforehand. */
    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return method.cost(forgetShare, trainingEpochs) + 1.0 / 3;
    }

    /** The forget set and what resembles it. */
    public Closure closure(Model original, Split split) {
        List<SimilarityDetector> detectors = List.of(detector);
        int[] asked = split.forgetRows();
        Closure found = transitive
                ? Closure.transitive(detectors, split.train(), asked, Optional.of(original), cap)
                : Closure.oneStep(detectors, split.train(), asked, Optional.of(original));
        return found.limited((int) (share * (split.train().size() - asked.length)));
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        Closure closure = closure(original, split);
        Split changed = remedy.apply(split, closure, trial);
        Model unlearned =
                method.unlearn(original, method.traits().readsRetain() ? changed : changed.withoutRetain(), trial);
        return remedy.finish(original, unlearned, split, closure, trial);
    }
}
