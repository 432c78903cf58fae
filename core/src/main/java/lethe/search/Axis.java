package lethe.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.random.RandomGenerator;
import lethe.catalog.Require;

/** What one coordinate of a point can be. */
public sealed interface Axis {
    /** A coordinate drawn with no preference. */
    double draw(RandomGenerator random);

    /** What is likely, given coordinates that were drawn before. */
    Density density(Collection<Double> seen);

    /**
     * A number between two, both included. Numbers are rounded to about a thousandth of what they range over, so that
     * they read well; finer steps would drown in noise.
     *
     * @param low the smallest
     * @param high the largest
     * @param log whether magnitudes rather than numbers are equally likely
     * @param whole whether only whole numbers are meant
     */
    record Interval(double low, double high, boolean log, boolean whole) implements Axis {
        public Interval {
            Require.that(
                    low < high && Double.isFinite(high - low),
                    "low must be less than high, but they are " + low + " and " + high);
            Require.that(!log || low > 0, "low must be positive on a logarithmic axis, but is " + low);
            Require.that(
                    !whole || low == Math.rint(low) && high == Math.rint(high),
                    "low and high must be whole numbers, but are " + low + " and " + high);
        }

        @Override
        public double draw(RandomGenerator random) {
            return value(random.nextDouble());
        }

        @Override
        public Density density(Collection<Double> seen) {
            return new Parzen(
                    this, seen.stream().mapToDouble(this::unit).sorted().toArray());
        }

        /** Where in [0, 1] a coordinate lies; a whole number lies in the middle of its share. */
        double unit(double coordinate) {
            return (scaled(coordinate) - scaled(from())) / (scaled(to()) - scaled(from()));
        }

        /** The coordinate at a place in [0, 1]. */
        double value(double unit) {
            double scaled = scaled(from()) + unit * (scaled(to()) - scaled(from()));
            double exact = log ? Math.exp(scaled) : scaled;
            double rounded = whole ? Math.rint(exact) : rounded(exact);
            return Math.min(high, Math.max(low, rounded));
        }

        private double from() {
            return whole ? low - 0.5 : low;
        }

        private double to() {
            return whole ? high + 0.5 : high;
        }

        private double scaled(double coordinate) {
            return log ? Math.log(coordinate) : coordinate;
        }

        private double rounded(double exact) {
            if (log) {
                return new BigDecimal(exact).round(new MathContext(3)).doubleValue();
            }
            int decimals = 3 - (int) Math.floor(Math.log10(high - low));
            return new BigDecimal(exact)
                    .setScale(decimals, RoundingMode.HALF_EVEN)
                    .doubleValue();
        }
    }

    /**
     * One of some alternatives without an order; the coordinate is its number, from 0.
     *
     * @param count how many there are
     */
    record Choice(int count) implements Axis {
        public Choice {
            Require.positive("count", count);
        }

        @Override
        public double draw(RandomGenerator random) {
            return random.nextInt(count);
        }

        @Override
        public Density density(Collection<Double> seen) {
            return new Frequencies(count, seen);
        }
    }
}
