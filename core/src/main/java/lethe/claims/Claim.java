package lethe.claims;

import lethe.catalog.Named;

/**
 * A claim about unlearning with a rule, fixed beforehand, by which a run decides it.
 *
 * <p>A new one is a record with {@link Named} and {@code @AutoService(Claim.class)}; nothing else has to know it.
 */
public interface Claim {
    /** What is claimed, in one sentence. */
    String statement();

    /** When it is said to hold for a method, and when the endpoints behave. */
    String rule();

    /** What a run says about it. */
    Finding examine(Evidence evidence);

    /** The catalogue name. */
    default String name() {
        Named named = getClass().getAnnotation(Named.class);
        return named == null ? getClass().getSimpleName() : named.value();
    }
}
