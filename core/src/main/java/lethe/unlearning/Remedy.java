package lethe.unlearning;

import lethe.data.Dataset;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * What is done about training examples that resemble the forget set. A remedy changes what a method is given or what it
 * leaves, never the method, so that it goes with all of them.
 *
 * <p>Symbols: D_F the forget set, S the look-alikes that were found in the remaining data, D_R the remaining data, S
 * included.
 */
public interface Remedy {
    /**
     * The split that the method gets instead.
     *
     * @param split with the remaining data
     * @param closure the forget set of the split with its look-alikes, as rows of the training set
     * @param trial whose random choices may be drawn from
     */
    Split apply(Split split, Closure closure, Trial trial);

    /**
     * The model that counts, where that is not what the method leaves.
     *
     * @param original what the method started from
     * @param unlearned what it left; may be changed and returned
     * @param split with the remaining data, as it was before {@link #apply}
     */
    default Model finish(Model original, Model unlearned, Split split, Closure closure, Trial trial) {
        return unlearned;
    }

    /**
     * Fails, saying why, if the remedy does not go with a method.
     *
     * @throws IllegalArgumentException if it does not
     */
    default void requireSuitable(UnlearningMethod method) {}

    /** How many look-alikes are forgotten although nobody asked, of so many that were found. */
    int forgotten(int found);

    /** The same split of other data, with the validation set and what is withheld. */
    static Split over(Split split, Dataset train, int[] forgetRows) {
        Split other = Split.ofRows(train, split.test(), forgetRows);
        return split.hasValidation() ? other.withValidation(split.validation()) : other;
    }
}
