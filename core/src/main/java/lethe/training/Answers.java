package lethe.training;

import java.util.Map;

/**
 * What a model says about some examples.
 *
 * @param logits row-major (n, K), see {@link Evaluation#logits}
 * @param texts further numbers (n) about each text; where the examples are none, norms of gradients at most
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answers(float[] logits, Map<TextScore, float[]> texts) {
    public Answers {
        texts = Map.copyOf(texts);
    }

    /** The numbers held. */
    public long floats() {
        return logits.length
                + texts.values().stream().mapToLong(it -> it.length).sum();
    }

    /** Whether all are finite; weights that are can still give others. */
    public boolean isFinite() {
        return isFinite(logits) && texts.values().stream().allMatch(Answers::isFinite);
    }

    private static boolean isFinite(float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }
}
