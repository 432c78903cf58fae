package lethe.attacks;

import java.util.Arrays;

/**
 * The reference values of one example for one target world, by their moments: all that most densities need.
 *
 * <p>There are two ways to fill it. {@link #of} computes the moments of given values. {@link Row} holds a whole row and
 * moves from world to world by taking single values out of the class sums, at constant cost each instead of one
 * proportional to the number of worlds.
 */
class References {
    int k;
    double meanPositive;
    double squaresPositive;
    double meanNegative;
    double squaresNegative;

    /** The moments of these values, equally many on both sides. */
    static References of(double[] positives, double[] negatives) {
        var references = new References() {
            @Override
            double[] positives() {
                return positives;
            }

            @Override
            double[] negatives() {
                return negatives;
            }
        };
        if (positives.length != negatives.length) {
            throw new IllegalArgumentException("Unequal numbers of references betray the label: " + positives.length
                    + " positive, " + negatives.length + " negative");
        }
        references.k = positives.length;
        references.meanPositive = mean(positives);
        references.squaresPositive = squares(positives, references.meanPositive);
        references.meanNegative = mean(negatives);
        references.squaresNegative = squares(negatives, references.meanNegative);
        return references;
    }

    /** The moments of negative values alone. */
    static References ofNegatives(double[] negatives) {
        var references = new References() {
            @Override
            double[] negatives() {
                return negatives;
            }
        };
        references.k = negatives.length;
        references.meanNegative = mean(negatives);
        references.squaresNegative = squares(negatives, references.meanNegative);
        return references;
    }

    /** The positive values themselves. */
    double[] positives() {
        throw new IllegalStateException("Only moments are known");
    }

    /** The negative values themselves. */
    double[] negatives() {
        throw new IllegalStateException("Only moments are known");
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double squares(double[] values, double mean) {
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum;
    }

    /** The value in a column of an example's row. */
    interface Values {
        double at(int example, int column);
    }

    /** The references of one example as each world becomes the target. */
    static final class Row extends References {
        private static final double CANCELLED = 1e-6; // share of the squares below which the difference lost its digits

        private final Observations observations;
        private final Values values;
        private final double[] row; // the values of the example
        private final int[][] classWorlds; // {negative, positive}
        private final int[] targets; // both, one after the other
        private final double[] mean = new double[2];
        private final double[] squares = new double[2];
        private final double[] meanWithout; // of the class of each column without that column
        private final double[] squaresWithout;
        private int example;
        private int world;

        Row(Observations observations) {
            this(observations, observations::value);
        }

        /** Other values in the place of those observed. */
        Row(Observations observations, Values values) {
            this.observations = observations;
            this.values = values;
            this.row = new double[observations.worlds()];
            this.meanWithout = new double[observations.worlds()];
            this.squaresWithout = new double[observations.worlds()];
            this.targets = new int[observations.worlds()];
            this.classWorlds = new int[2][observations.worlds() / 2];
            this.k = observations.shadowsPerClass();
        }

        /** Reads the row of {@code example}. */
        void enter(int example) {
            this.example = example;
            int half = observations.worlds() / 2;
            int[] count = new int[2];
            for (int w = 0; w < observations.worlds(); w++) {
                int label = observations.isPositive(example, w) ? 1 : 0;
                classWorlds[label][count[label]++] = w;
                row[w] = values.at(example, w);
            }
            for (int label = 0; label < 2; label++) {
                double sum = 0;
                for (int w : classWorlds[label]) {
                    sum += row[w];
                }
                System.arraycopy(classWorlds[label], 0, targets, label * half, half);
                mean[label] = sum / half;
                double spread = 0;
                for (int w : classWorlds[label]) {
                    double deviation = row[w] - mean[label];
                    spread += deviation * deviation;
                }
                squares[label] = spread;
                for (int w : classWorlds[label]) {
                    remove(label, w);
                }
            }
        }

        /** All columns, class by class: in this order the next target is one of the same class, mostly. */
        int[] targets() {
            return targets;
        }

        /** Takes {@code world} out, and with it one world of the other class. */
        void target(int world) {
            this.world = world;
            boolean positive = observations.isPositive(example, world);
            int dropped = classWorlds[positive ? 0 : 1][observations.leftOut(example, world)];
            int fromPositives = positive ? world : dropped;
            int fromNegatives = positive ? dropped : world;
            meanPositive = meanWithout[fromPositives];
            squaresPositive = squaresWithout[fromPositives];
            meanNegative = meanWithout[fromNegatives];
            squaresNegative = squaresWithout[fromNegatives];
        }

        /** The value under test. */
        double value() {
            return row[world];
        }

        /** The moments of one class without its value in {@code column}. */
        private void remove(int label, int column) {
            double deviation = row[column] - mean[label];
            double newMean = mean[label] - deviation / k;
            double newSquares = squares[label] - deviation * deviation * (k + 1) / k;
            if (newSquares < CANCELLED * squares[label]) {
                newSquares = 0;
                newMean = 0;
                for (int w : classWorlds[label]) {
                    newMean += w == column ? 0 : row[w] / k;
                }
                for (int w : classWorlds[label]) {
                    double rest = row[w] - newMean;
                    newSquares += w == column ? 0 : rest * rest;
                }
            }
            meanWithout[column] = newMean;
            squaresWithout[column] = newSquares;
        }

        @Override
        double[] positives() {
            return at(observations.positiveColumns(example, world));
        }

        @Override
        double[] negatives() {
            return at(observations.negativeColumns(example, world));
        }

        private double[] at(int[] columns) {
            return Arrays.stream(columns).mapToDouble(c -> row[c]).toArray();
        }
    }
}
