package lethe.experiments;

import java.util.Map;

/**
 * A finished step, one line of {@code results.jsonl}.
 *
 * @param key content address
 * @param place kind, world, set and method
 * @param inputs everything the result depends on
 * @param seconds time of the training or unlearning alone
 * @param failure why there is no result, empty if there is one
 * @param signalsDigest SHA-256 of the signals file, empty if the step failed
 * @param modelDigest SHA-256 of the model file, empty if none is kept
 */
record StepRecord(
        String key,
        String place,
        Map<String, Object> inputs,
        double seconds,
        String failure,
        String signalsDigest,
        String modelDigest) {
    boolean failed() {
        return !failure.isEmpty();
    }
}
