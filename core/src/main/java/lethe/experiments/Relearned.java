package lethe.experiments;

import java.util.Map;
import java.util.Optional;

/**
 * How soon one unlearned model learned again what it was to forget.
 *
 * @param steps taken until then, or until it was given up
 * @param reached whether the loss came down to {@code target}
 * @param target τ
 */
record Relearned(int steps, boolean reached, double target) {
    private static final String STEPS = "relearn.steps";
    private static final String REACHED = "relearn.reached";
    private static final String TARGET = "relearn.target";

    /** The steps, or infinite if it was given up. */
    double time() {
        return reached ? steps : Double.POSITIVE_INFINITY;
    }

    /** As it is kept beside what the model says. */
    Map<String, String> notes() {
        return Map.of(
                STEPS, Integer.toString(steps), REACHED, Boolean.toString(reached), TARGET, Double.toString(target));
    }

    /** From the notes of a file; empty where nobody tried. */
    static Optional<Relearned> of(Map<String, String> notes) {
        return Optional.ofNullable(notes.get(STEPS))
                .map(steps -> new Relearned(
                        Integer.parseInt(steps),
                        Boolean.parseBoolean(notes.get(REACHED)),
                        Double.parseDouble(notes.getOrDefault(TARGET, "NaN"))));
    }
}
