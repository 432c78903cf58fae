package lethe.attacks;

import java.util.Arrays;

/**
 * Thresholds for scores that are made with references. A score from another world has the target among its references, so
 * the cut for each target is found on scores made afresh without it: those of a few other worlds and of examples spread
 * evenly over the pool, enough for a cut whose accuracy is flat around its maximum.
 */
final class HeldOutCut {
    private static final int WORLDS = 8;
    private static final int EXAMPLES = 512;

    private HeldOutCut() {}

    /** Scores of values of one world, made with references neither from it nor from the world {@code without}. */
    interface Scorer {
        double[] scores(int[] cells, int without);
    }

    /** The examples whose scores decide, ascending. */
    static int[] examples(Observations observations) {
        int count = Math.min(EXAMPLES, observations.examples());
        int[] rows = new int[count];
        for (int r = 0; r < count; r++) {
            rows[r] = (int) ((long) r * observations.examples() / count);
        }
        return rows;
    }

    /** The worlds on which the cut for {@code target} is found. */
    static int[] worlds(Observations observations, int target) {
        int count = Math.min(WORLDS, observations.worlds() - 1);
        int[] chosen = new int[count];
        for (int k = 0; k < count; k++) {
            int step = 1 + (int) ((long) k * (observations.worlds() - 1) / count);
            chosen[k] = (target + step) % observations.worlds();
        }
        return chosen;
    }

    /** For each target world the cut with the best balanced accuracy on the scores of {@link #examples}. */
    static double[] thresholds(Observations observations, Scorer scorer) {
        int[] rows = examples(observations);
        double[] thresholds = new double[observations.worlds()];
        for (int target = 0; target < thresholds.length; target++) {
            int[] worlds = worlds(observations, target);
            double[][] sides = new double[2][2 * rows.length * worlds.length];
            int[] count = new int[2];
            for (int world : worlds) {
                int[] cells = observations.cells(rows, world);
                double[] scores = scorer.scores(cells, target);
                for (int k = 0; k < cells.length; k++) {
                    int side = observations.labels()[cells[k]] ? 1 : 0;
                    sides[side][count[side]++] = scores[k];
                }
            }
            Arrays.sort(sides[0], 0, count[0]);
            Arrays.sort(sides[1], 0, count[1]);
            var cut = new BalancedThreshold(count[0] + count[1]);
            int negative = count[0] - 1;
            int positive = count[1] - 1;
            while (negative >= 0 || positive >= 0) {
                boolean next = negative < 0 || positive >= 0 && sides[1][positive] >= sides[0][negative];
                cut.offer(next ? sides[1][positive--] : sides[0][negative--], next);
            }
            thresholds[target] = cut.best();
        }
        return thresholds;
    }
}
