package lethe.attacks;

import java.util.Comparator;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Sourced;

/**
 * A membership attack: it turns the observations of a game into scores and decisions.
 *
 * <p>A new one is a record with {@link Named} and {@code @AutoService(Attack.class)}; nothing else has to know it. For
 * each target world it may learn from all others but must not use the target's labels or other values, except those of a
 * population where {@link #comparesWithPopulation} says so.
 */
public interface Attack extends Sourced {
    /** The signal that it reads, or the first of several. */
    Signal signal();

    /** All signals that it reads, {@link #signal} first; the others by {@link Observations#of}. */
    default List<Signal> signals() {
        return List.of(signal());
    }

    /** Whether its decision is tailored to each example; otherwise one function judges all, a population attack. */
    boolean perExample();

    /** What it must be shown: it plays the games that show just that. */
    default Snapshots snapshots() {
        return Snapshots.AFTER;
    }

    /** How many versions of each example it reads of these. */
    default int queries(Observations observations) {
        return 1;
    }

    /** What it must be able to ask of the model that these observations are of. */
    default Access access(Observations observations) {
        Access.Output most = signals().stream()
                .map(Signal::output)
                .max(Comparator.naturalOrder())
                .orElse(Access.Output.LOGITS);
        return new Access(most, snapshots(), queries(observations));
    }

    /** Whether it compares a target with other examples known not to be members of the same model. */
    default boolean comparesWithPopulation() {
        return false;
    }

    @Override
    default String needs() {
        return (perExample() ? "shadow worlds; per example" : "shadow worlds; population")
                + (snapshots() == Snapshots.AFTER ? "" : "; models before and after");
    }

    /** The fewest worlds from which it can learn. */
    default int fewestWorlds() {
        return 4;
    }

    /** The same where each example is queried so often. */
    default int fewestWorlds(int queries) {
        return fewestWorlds();
    }

    /** Scores every value, each world being the target in turn. */
    Scores score(Observations observations);

    /** The catalogue name. */
    default String name() {
        Named named = getClass().getAnnotation(Named.class);
        return named == null ? getClass().getSimpleName() : named.value();
    }
}
