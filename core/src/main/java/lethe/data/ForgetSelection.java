package lethe.data;

import lethe.engine.Seed;

/** Which training examples are to be forgotten. */
public interface ForgetSelection {
    /**
     * The rows of the chosen examples, ascending, without repetition, not empty.
     *
     * @throws IllegalArgumentException if an example, class or subject is unknown, or if nothing is chosen
     */
    int[] rows(Dataset train, Seed seed);
}
