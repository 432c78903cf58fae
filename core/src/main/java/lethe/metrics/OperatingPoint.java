package lethe.metrics;

/**
 * The true-positive rate at an admissible false-positive rate.
 *
 * @param fpr admissible false-positive rate asked for, a fraction
 * @param realisedFpr false-positive rate of the ROC vertex used, at most {@code fpr}
 * @param tpr true-positive rate at that vertex with its crossed-bootstrap interval
 * @param falsePositives number of negatives above the threshold
 * @param realisedFprHigh upper 95 % Clopper–Pearson limit of the realised false-positive rate
 * @param reportable whether {@code fpr · negatives >= 10}; otherwise the number must be printed as not available
 * @param negativesNeeded negatives that would make it reportable
 */
public record OperatingPoint(
        double fpr,
        double realisedFpr,
        Estimate tpr,
        long falsePositives,
        double realisedFprHigh,
        boolean reportable,
        long negativesNeeded) {}
