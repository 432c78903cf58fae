package lethe.attacks;

/**
 * The answers of one attack to one game: for each example in each world a score, larger meaning "more likely positive",
 * and for each world the threshold above which the attack says "positive". Both are made without anything from that
 * world but the value scored.
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

    /** The score of {@code example} in {@code world}. */
    public double value(int example, int world) {
        return values[example * thresholds.length + world];
    }

    /** The calibrated threshold for {@code world}. */
    public double threshold(int world) {
        return thresholds[world];
    }

    /** All scores (n × T), shared with the package. */
    double[] values() {
        return values;
    }

    /** 1 where the attack says "positive" and 0 elsewhere (n × T). */
    double[] decisions() {
        double[] said = new double[values.length];
        for (int cell = 0; cell < said.length; cell++) {
            said[cell] = values[cell] > thresholds[cell % thresholds.length] ? 1 : 0;
        }
        return said;
    }
}
