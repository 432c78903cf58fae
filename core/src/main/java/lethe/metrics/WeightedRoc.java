package lethe.metrics;

/** A curve of binned scores with whole-number weights, best bin first. */
final class WeightedRoc {
    private final int[] histogram; // (bins × {negative, positive})
    private long positives;
    private long negatives;

    WeightedRoc(int[] histogram) {
        this.histogram = histogram;
        for (int k = 0; k < histogram.length; k += 2) {
            negatives += histogram[k];
            positives += histogram[k + 1];
        }
    }

    long negatives() {
        return negatives;
    }

    /** The area; NaN where a side has no weight. */
    double auc() {
        long caught = 0;
        double halves = 0; // exact up to 2⁵³
        for (int k = 0; k < histogram.length; k += 2) {
            long more = histogram[k + 1];
            halves += (double) histogram[k] * (2 * caught + more);
            caught += more;
        }
        return halves / (2.0 * positives * negatives);
    }

    /** The conservative rates at ascending admissible false-positive rates; NaN where a side has no weight. */
    double[] tprAtFpr(double[] ascendingFprs) {
        double[] rates = new double[ascendingFprs.length];
        int bin = 0;
        long passed = 0;
        long caught = 0;
        for (int a = 0; a < ascendingFprs.length; a++) {
            long allowed = (long) Math.floor(ascendingFprs[a] * negatives + 1e-9);
            while (bin < histogram.length && passed + histogram[bin] <= allowed) {
                passed += histogram[bin];
                caught += histogram[bin + 1];
                bin += 2;
            }
            rates[a] = negatives == 0 ? Double.NaN : (double) caught / positives;
        }
        return rates;
    }
}
