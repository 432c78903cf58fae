package lethe.attacks;

/** Finds the cut with the best balanced accuracy among labelled scores offered from the largest down. */
final class BalancedThreshold {
    private long positives;
    private long negatives;
    private double last = Double.POSITIVE_INFINITY;
    private final double[] scores;
    private final boolean[] labels;
    private int size;

    BalancedThreshold(int capacity) {
        scores = new double[capacity];
        labels = new boolean[capacity];
    }

    void offer(double score, boolean positive) {
        if (score > last) {
            throw new IllegalStateException("Scores must descend, but " + score + " follows " + last);
        }
        last = score;
        scores[size] = score;
        labels[size++] = positive;
        if (positive) {
            positives++;
        } else {
            negatives++;
        }
    }

    /** Whether scores of both classes were offered, without which no cut separates anything. */
    boolean hasBothSides() {
        return positives > 0 && negatives > 0;
    }

    /** The middle between the two distinct scores that the best cut separates; scores above it are positive. */
    double best() {
        long caught = 0;
        long passed = 0;
        double bestGain = 0;
        double best = size == 0 ? 0 : scores[0];
        for (int k = 0; k < size; k++) {
            if (labels[k]) {
                caught++;
            } else {
                passed++;
            }
            double gain = (double) caught / Math.max(1, positives) - (double) passed / Math.max(1, negatives);
            boolean boundary = k + 1 < size && scores[k + 1] < scores[k];
            if (boundary && gain > bestGain) {
                bestGain = gain;
                best = 0.5 * (scores[k] + scores[k + 1]);
            }
        }
        return best;
    }
}
