package lethe.attacks;

import java.util.Locale;

/**
 * What an attack must be able to ask of the model under attack. Beside it the auditor knows more than an outsider: the
 * training population, the recipe and the unlearning method, with which it trains models of its own.
 *
 * @param output what it reads of an answer
 * @param snapshots which models it queries
 * @param queries versions of each example that it queries
 */
public record Access(Output output, Snapshots snapshots, int queries) {
    /** What is read of an answer, from least to most. */
    public enum Output {
        /** The class with the largest probability. */
        LABEL_ONLY,
        /** The probability of the true class. */
        CONFIDENCE,
        /** The probabilities of all classes. */
        VECTOR,
        /** Logits, which probabilities determine only up to a constant. */
        LOGITS,
        /** Gradients of the loss, which take the weights themselves. */
        WEIGHTS
    }

    /** In words, such as {@code confidence, one model, 1 query}. */
    public String words() {
        return output.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (snapshots == Snapshots.AFTER ? ", one model, " : ", models before and after, ")
                + queries
                + (queries == 1 ? " query" : " queries");
    }
}
