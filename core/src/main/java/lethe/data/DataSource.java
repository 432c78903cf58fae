package lethe.data;

import lethe.engine.Seed;

/** Where a data set comes from. An implementation is a record whose components are what a plan may set. */
public interface DataSource {
    /**
     * Reads or makes the data.
     *
     * @param seed used only by sources that draw; the same seed gives the same examples
     * @throws IllegalArgumentException if a file is missing, truncated or malformed, naming it and what was expected
     */
    Holdout load(Seed seed);
}
