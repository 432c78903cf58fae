package lethe.search;

import java.util.List;
import java.util.random.RandomGenerator;
import lethe.catalog.Sourced;

/**
 * Proposes points at which a function may be small. It remembers nothing: the same history and the same stream give the
 * same proposal, so a search that was interrupted goes on as if it had not been.
 */
public interface Sampler extends Sourced {
    /**
     * The next point to try.
     *
     * @param axes one for each coordinate
     * @param history everything tried so far, in that order
     * @param random a stream for this proposal alone
     * @return one coordinate for each axis, see {@link Axis}
     */
    List<Double> propose(List<Axis> axes, List<Tried> history, RandomGenerator random);
}
