package lethe.attacks;

import java.util.List;
import lethe.metrics.Estimate;
import lethe.metrics.OperatingPoint;
import lethe.metrics.RocCurve;

/**
 * What one attack achieved in one game against one unlearning method, every world having been the target in turn.
 *
 * @param attack catalogue name of the attack
 * @param perExample whether its decision is tailored to each example; otherwise it is a population attack
 * @param game the game played
 * @param signal name of the signal it read
 * @param shadowsPerClass reference values per example and class, the target world excluded
 * @param auc area under the pooled curve, crossed-bootstrap interval
 * @param balancedAccuracy mean of true-positive and true-negative rate at the attack's own calibrated threshold, fixed
 *     without the target world
 * @param points true-positive rates at the reported false-positive rates
 * @param roc the pooled curve
 * @param worldAucs the area within each world, in world order
 * @param positives scored positives
 * @param negatives scored negatives
 * @param access what it had to ask of the model
 */
public record AttackResult(
        String attack,
        boolean perExample,
        Game game,
        String signal,
        int shadowsPerClass,
        Estimate auc,
        Estimate balancedAccuracy,
        List<OperatingPoint> points,
        RocCurve roc,
        List<Double> worldAucs,
        long positives,
        long negatives,
        Access access) {
    public AttackResult {
        points = List.copyOf(points);
        worldAucs = List.copyOf(worldAucs);
    }
}
