package lethe.data;

/**
 * A data set as published: what may be trained on and what may not.
 *
 * @param train training examples
 * @param test examples no model ever trains on
 */
public record Holdout(Dataset train, Dataset test) {
    public Holdout {
        if (!train.classes().equals(test.classes())) {
            throw new IllegalArgumentException(
                    "Training and test examples disagree on classes: " + train.classes() + " and " + test.classes());
        }
    }
}
