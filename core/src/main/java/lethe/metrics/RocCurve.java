package lethe.metrics;

import java.util.List;

/**
 * Vertices of a receiver operating characteristic, thinned for drawing, with a pointwise 95 % band.
 *
 * @param fpr false-positive rates, ascending
 * @param tpr true-positive rates at those vertices
 * @param low lower ends of the band
 * @param high upper ends of the band
 */
public record RocCurve(List<Double> fpr, List<Double> tpr, List<Double> low, List<Double> high) {
    public RocCurve {
        fpr = List.copyOf(fpr);
        tpr = List.copyOf(tpr);
        low = List.copyOf(low);
        high = List.copyOf(high);
    }
}
