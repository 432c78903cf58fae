package lethe.attacks;

import lethe.metrics.Blocks;
import lethe.metrics.Roc;

/**
 * The answers of one attack to one game: for each value a score, larger meaning "more likely positive", and for each world
 * the threshold above which the attack says "positive". Both are made without anything from that world but the value
 * scored.
 */
public final class Scores {
    private static final int BLOCK = 1 << 10; // examples worth another thread

    private final double[] values;
    private final double[] thresholds;
    private final boolean byHalves;

    /**
     * Scores.
     *
     * @param values (n × T), example-major; kept, not copied
     * @param thresholds (T)
     */
    public Scores(double[] values, double[] thresholds) {
        this(values, thresholds, false);
    }

    private Scores(double[] values, double[] thresholds, boolean byHalves) {
        this.values = values;
        this.thresholds = thresholds;
        this.byHalves = byHalves;
    }

    /** Those of two rules for everybody, each taught by the half of the worlds that the other judges. */
    static Scores byHalves(double[] values, double[] thresholds) {
        return new Scores(values, thresholds, true);
    }

    /** Whether all worlds of a half are judged by one rule, which the other half taught. */
    boolean areByHalves() {
        return byHalves;
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

    /** The curve of all scores against the labels of these observations. */
    public Roc curve(Observations observations) {
        return Roc.of(values, observations.labels());
    }

    /** Whether the attack says "positive" of these observations (n × T). */
    boolean[] answers(Observations observations) {
        boolean[] said = new boolean[values.length];
        int columns = thresholds.length;
        Blocks.forEach(observations.examples(), BLOCK, (from, to) -> {
            for (int i = from; i < to; i++) {
                for (int c = 0; c < columns; c++) {
                    said[i * columns + c] = value(i, c) > thresholds[observations.world(i, c)];
                }
            }
        });
        return said;
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
