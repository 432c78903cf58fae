package lethe.experiments;

import java.util.Map;
import java.util.TreeMap;
import lethe.catalog.Digest;

/**
 * One training or one unlearning with the evaluation that follows it, identified by everything its result depends on.
 *
 * @param kind what is done
 * @param world the world, or {@link #DEPLOYED}
 * @param set the forget set within the world, 0 for trainings
 * @param label the method's label in the plan, or {@code "original"}
 * @param inputs everything the result depends on, as plain values
 */
record Step(Kind kind, int world, int set, String label, Map<String, Object> inputs) {
    /** The pseudo-world of the model that the user asked about: all training data, the user's own forget set. */
    static final int DEPLOYED = -1;

    enum Kind {
        TRAIN,
        UNLEARN
    }

    Step {
        inputs = new TreeMap<>(inputs);
    }

    /** The content address of the result. */
    String key() {
        return Digest.ofSettings(inputs).substring(0, 24);
    }

    /** Where the step belongs, apart from its inputs; a step with the same place and other inputs is stale. */
    String place() {
        return kind + " world " + world + " set " + set + " " + label;
    }
}
