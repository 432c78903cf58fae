package lethe.experiments;

import java.util.List;
import java.util.function.ToDoubleFunction;
import lethe.attacks.Signal;
import lethe.metrics.Intervals;
import lethe.metrics.Roc;
import lethe.metrics.Wasserstein;

/**
 * How a model treats what was forgotten, what stays, and what no model has seen.
 *
 * @param forget accuracy on the forget set
 * @param retain accuracy on retained examples
 * @param heldOut accuracy on examples never seen
 * @param auc area of a population attack, forgotten against held-out examples by the logit-scaled confidence; larger means
 *     that forgotten examples look more like members
 * @param forgetConfidence mean probability of the label on the forget set
 * @param heldOutConfidence mean probability of the label on examples never seen
 * @param distance Wasserstein-1 distance of the two distributions of that probability
 */
public record Behaviour(
        double forget,
        double retain,
        double heldOut,
        double auc,
        double forgetConfidence,
        double heldOutConfidence,
        double distance) {

    /** Logits of one group of examples and their labels, (n, K) and (n). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Group(float[] logits, int[] labels) {
        private double[] signal(Signal signal) {
            float[] narrow = signal.signals(logits, labels);
            double[] wide = new double[narrow.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = narrow[i];
            }
            return wide;
        }
    }

    static Behaviour of(Group forget, Group retain, Group heldOut) {
        double[] forgetConfidences = forget.signal(Signal.CONFIDENCE);
        double[] heldOutConfidences = heldOut.signal(Signal.CONFIDENCE);
        return new Behaviour(
                Intervals.mean(forget.signal(Signal.CORRECT)),
                Intervals.mean(retain.signal(Signal.CORRECT)),
                Intervals.mean(heldOut.signal(Signal.CORRECT)),
                Roc.auc(forget.signal(Signal.PHI), heldOut.signal(Signal.PHI)),
                Intervals.mean(forgetConfidences),
                Intervals.mean(heldOutConfidences),
                Wasserstein.distance(forgetConfidences, heldOutConfidences));
    }

    /** The mean of several, number by number. */
    static Behaviour mean(List<Behaviour> worlds) {
        return new Behaviour(
                mean(worlds, Behaviour::forget),
                mean(worlds, Behaviour::retain),
                mean(worlds, Behaviour::heldOut),
                mean(worlds, Behaviour::auc),
                mean(worlds, Behaviour::forgetConfidence),
                mean(worlds, Behaviour::heldOutConfidence),
                mean(worlds, Behaviour::distance));
    }

    /** Average gap to another model: the mean difference of three accuracies and the area. */
    double gapTo(Behaviour other) {
        return (Math.abs(forget - other.forget)
                        + Math.abs(retain - other.retain)
                        + Math.abs(heldOut - other.heldOut)
                        + Math.abs(auc - other.auc))
                / 4;
    }

    private static double mean(List<Behaviour> worlds, ToDoubleFunction<Behaviour> number) {
        return Intervals.mean(worlds.stream().mapToDouble(number).toArray());
    }
}
