package lethe.unlearning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lethe.catalog.Catalog;
import lethe.catalog.Sourced;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * Makes a model forget. An implementation is a record whose components are its hyper-parameters and whose constructor
 * without arguments gives the published values.
 */
public interface UnlearningMethod extends Sourced {
    /** What the method is and what it may read. */
    Traits traits();

    @Override
    default String source() {
        return traits().source();
    }

    @Override
    default String needs() {
        Traits traits = traits();
        List<String> sets = new ArrayList<>();
        if (traits.readsForget()) {
            sets.add("forget");
        }
        if (traits.readsRetain()) {
            sets.add("retain");
        }
        if (traits.readsValidation()) {
            sets.add("validation");
        }
        String data = sets.isEmpty() ? "" : String.join(" and ", sets) + " set";
        return data + (traits.exact() ? "; exact" : "") + (suitsTexts() ? "; texts" : "");
    }

    /** Whether data and original alone decide the result, so that the seed plays no part. */
    default boolean isDeterministic() {
        return false;
    }

    /** Whether the method can let language models forget texts. */
    default boolean suitsTexts() {
        return false;
    }

    /**
     * Fails, saying what would do, if the method cannot work on models of this form; most work on all classifiers.
     *
     * @throws IllegalArgumentException if it cannot
     */
    default void requireSuitable(Architecture architecture) {
        if (architecture.readsTokens() && !suitsTexts()) {
            throw new IllegalArgumentException(
                    Catalog.of(UnlearningMethod.class).nameOf(this)
                            + " cannot make language models forget; 'lethe methods' says which methods can");
        }
    }

    /** The work to be expected in training epochs of an original of 200 that forgets a tenth of its data. */
    @Override
    default String cost() {
        return String.format(Locale.ROOT, "%.1f", cost(0.1, 200));
    }

    /**
     * The work to be expected, in training epochs: 1 is a forward and a backward pass over the whole training set of the
     * original, a forward pass alone counts a third. What nobody can know beforehand, such as the steps of a search, is
     * not in it.
     *
     * @param forgetShare n_F / N, in (0, 1)
     * @param trainingEpochs epochs that the original was trained for
     */
    double cost(double forgetShare, int trainingEpochs);

    /**
     * The epoch, or whatever else watchers are told of, from which on each forget example has been asked for: the first,
     * unless requests come one after the other.
     *
     * @param forgetSize n_F
     * @param seed the {@linkplain Trial#seed origin} of the execution
     * @return one number for each forget example, from 1
     */
    default int[] askedSince(int forgetSize, Seed seed) {
        int[] since = new int[forgetSize];
        Arrays.fill(since, 1);
        return since;
    }

    /**
     * Returns a model that has forgotten {@code split.forget()}.
     *
     * @param original trained on the whole training set; neither its weights nor its mode are changed
     * @param split without the retain set if {@link Traits#readsRetain} is false, with a validation set if
     *     {@link Traits#readsValidation} is true
     * @param trial seed, progress and checkpoints; its recipe says how the original was trained
     * @return a new model in evaluation mode
     * @throws lethe.training.DivergedException if the weights are no longer finite numbers
     */
    Model unlearn(Model original, Split split, Trial trial);

    /**
     * What a method is and what it may read.
     *
     * @param readsForget whether it reads the forget set
     * @param readsRetain whether it reads the remaining data
     * @param readsValidation whether it reads examples that no model was trained on
     * @param exact whether its result is distributed as that of training without the forget set
     * @param source citation, one line
     */
    record Traits(boolean readsForget, boolean readsRetain, boolean readsValidation, boolean exact, String source) {
        /** A method that reads no validation set. */
        public Traits(boolean readsForget, boolean readsRetain, boolean exact, String source) {
            this(readsForget, readsRetain, false, exact, source);
        }
    }
}
