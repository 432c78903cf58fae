package lethe.attacks;

/**
 * The answers of one attack to one game: for each value a score, larger meaning "more likely positive", and for each world
 * the threshold above which the attack says "positive". Both are made without anything from that world but the value
 * scored.
 */
public final class Scores {
    private final double[] values;
    private final double[] thresholds;

    /**
     * Scores.
     *
     * @param values (n × T), example-major; kept, not copied
     * @param thresholds (T)
     */
    public Scores(double[] values, double[] thresholds) {
        this.values = values;
        this.thresholds = thresholds;
    }

    /** The score of the value in this column of the example's row. */
    public double value(int example, int column) {
        return values[example * thresholds.length + column];
    }

    /** The calibrated threshold for {@code world}. */
    public double threshold(int world) {
        return thresholds[world];
    }

    /** All scores (n × T), shared with the package. */
    double[] values() {
        return values;
    }

    /** 1 where the attack says "positive" of these observations and 0 elsewhere (n × T). */
    double[] decisions(Observations observations) {
        double[] said = new double[values.length];
        int columns = thresholds.length;
        for (int cell = 0; cell < said.length; cell++) {
            int world = observations.world(cell / columns, cell % columns);
            said[cell] = values[cell] > thresholds[world] ? 1 : 0;
        }
        return said;
    }
}
