package lethe.data;

import java.util.List;

/**
 * Questions that show what a model knows: each with its answer, the same in other words, and wrong answers.
 *
 * @param learned about texts of the training set, whose ids they have; some of these may be asked to be forgotten
 * @param realAuthors about authors who exist, close to what is learned
 * @param worldFacts about the world, far from it
 */
public record Quiz(List<Tofu.Question> learned, List<Tofu.Question> realAuthors, List<Tofu.Question> worldFacts) {
    public Quiz {
        learned = List.copyOf(learned);
        realAuthors = List.copyOf(realAuthors);
        worldFacts = List.copyOf(worldFacts);
    }
}
