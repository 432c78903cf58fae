package lethe.search;

import java.util.random.RandomGenerator;
import lethe.metrics.SpecialFunctions;

/**
 * Parzen estimator on an interval mapped to [0, 1]: a mixture, in equal parts, of one normal distribution around each
 * coordinate seen, cut off at 0 and 1, and of the uniform one. Each is as wide as the larger distance to its
 * neighbours, the ends of the interval among them, but not narrower than {@code 1 / (n + 2)} for {@code n} coordinates:
 * few points must not look like certainty.
 */
final class Parzen implements Density {
    private final Axis.Interval axis;
    private final double[] centres;
    private final double[] widths;

    /**
     * The estimator around some places.
     *
     * @param centres places in [0, 1], ascending; kept, not copied
     */
    Parzen(Axis.Interval axis, double[] centres) {
        this.axis = axis;
        this.centres = centres;
        this.widths = new double[centres.length];
        double narrowest = 1 / (centres.length + 2.0);
        for (int k = 0; k < centres.length; k++) {
            double left = k == 0 ? 0 : centres[k - 1];
            double right = k == centres.length - 1 ? 1 : centres[k + 1];
            widths[k] = Math.max(narrowest, Math.max(centres[k] - left, right - centres[k]));
        }
    }

    @Override
    public double draw(RandomGenerator random) {
        int component = random.nextInt(centres.length + 1);
        if (component == centres.length) {
            return axis.value(random.nextDouble());
        }
        double unit;
        do { // a centre lies within, so at least a third of the draws do
            unit = centres[component] + widths[component] * random.nextGaussian();
        } while (unit < 0 || unit > 1);
        return axis.value(unit);
    }

    @Override
    public double log(double coordinate) {
        return Math.log(density(axis.unit(coordinate)));
    }

    /** The density at a place in [0, 1]. */
    double density(double unit) {
        double sum = 1;
        for (int k = 0; k < centres.length; k++) {
            double z = (unit - centres[k]) / widths[k];
            double within = SpecialFunctions.normalCdf((1 - centres[k]) / widths[k])
                    - SpecialFunctions.normalCdf(-centres[k] / widths[k]);
            sum += Math.exp(-z * z / 2) / (Math.sqrt(2 * Math.PI) * widths[k] * within);
        }
        return sum / (centres.length + 1);
    }
}
