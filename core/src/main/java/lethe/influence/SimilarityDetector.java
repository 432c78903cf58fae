package lethe.influence;

import java.util.List;
import java.util.Optional;
import lethe.data.Dataset;
import lethe.models.Model;

/**
 * Finds training examples that resemble some others. An implementation is a record whose components are its settings.
 * Its work and its memory grow with the training set no faster than in proportion.
 */
public interface SimilarityDetector {
    /** The score from which on two examples count as similar. */
    double threshold();

    /**
     * All pairs of one of the asked rows and one other row that are similar enough, in any order.
     *
     * @param train all examples, those asked for included
     * @param asked rows that others may resemble, without repetition
     * @param model trained on these examples; without one, detectors that can do so compare inputs instead
     * @param least the lowest score of interest
     * @throws IllegalArgumentException if the examples are of no kind that this can compare, or a model is needed
     */
    List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least);

    /** All pairs from the threshold on. */
    default List<Match> matches(Dataset train, int[] asked, Optional<Model> model) {
        return matches(train, asked, model, threshold());
    }
}
