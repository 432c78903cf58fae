package lethe.search;

import java.util.random.RandomGenerator;

/** How likely the coordinates of one axis are. */
public interface Density {
    /** A coordinate drawn from it. */
    double draw(RandomGenerator random);

    /** The logarithm of the density, up to a constant of the axis. */
    double log(double coordinate);
}
