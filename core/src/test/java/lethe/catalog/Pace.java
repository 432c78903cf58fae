package lethe.catalog;

/** A closed set of choices, one of which has no defaults. */
public sealed interface Pace {
    /** Off. */
    @Named("constant")
    record Constant() implements Pace {}

    /** Needs its length. */
    @Named("warm-up")
    record WarmUp(int steps) implements Pace {}
}
