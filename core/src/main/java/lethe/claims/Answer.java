package lethe.claims;

import lethe.metrics.Estimate;

/** Whether a claim is said to hold. */
public enum Answer {
    /** The rule fires. */
    HOLDS("holds"),
    /** The rule does not fire, and an effect that matters would have been seen. */
    DOES_NOT_HOLD("does not hold"),
    /** The rule does not fire, but so few worlds could have hidden an effect that matters. */
    CANNOT_BE_TOLD("cannot be told with so many worlds"),
    /** Floor, ceiling or a row for comparison, which the rule is not applied to. */
    CONTROL("control");

    private final String words;

    Answer(String words) {
        this.words = words;
    }

    /** The words printed, never varied. */
    public String words() {
        return words;
    }

    /** Whether an effect is above zero, and if that cannot be seen, whether it is at least below what matters. */
    static Answer above(Estimate effect, double matters) {
        if (effect.low() > 0) {
            return HOLDS;
        }
        return effect.high() < matters ? DOES_NOT_HOLD : CANNOT_BE_TOLD;
    }
}
