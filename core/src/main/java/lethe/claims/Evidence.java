package lethe.claims;

import java.util.List;
import java.util.Map;
import lethe.attacks.Audit;
import lethe.attacks.WorldSignals;
import lethe.metrics.Estimate;

/**
 * What a finished run knows about its methods, as far as claims read it.
 *
 * @param floor exact retraining
 * @param ceiling doing nothing
 * @param methods all others, in the order of the plan
 * @param leftOut why methods of the plan are not among them, a sentence each
 * @param replicates bootstrap replicates of every interval
 * @param seed of the bootstrap and of the halves of the worlds
 */
public record Evidence(
        Subject floor, Subject ceiling, List<Subject> methods, List<String> leftOut, int replicates, long seed) {
    public Evidence {
        methods = List.copyOf(methods);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * One unlearning method in all worlds.
     *
     * @param label unique in the run
     * @param name catalogue name
     * @param settings its settings by name
     * @param findings what the attacks of the audit found
     * @param testAccuracy a fraction
     * @param seconds of one unlearning
     * @param signals the signal φ
     */
    public record Subject(
            String label,
            String name,
            Map<String, Object> settings,
            Audit.Findings findings,
            Estimate testAccuracy,
            Estimate seconds,
            Signals signals) {
        public Subject {
            settings = Map.copyOf(settings);
        }
    }

    /** The signal φ of one method, read when it is asked for. */
    public interface Signals {
        /** Under the unlearned models. */
        WorldSignals atTheEnd();

        /**
         * Under the original model, then after each epoch of unlearning; a run that ended early keeps its last value. Where
         * no epoch was recorded, the original and the end.
         */
        List<WorldSignals> trajectory();
    }

    /** The number T of worlds. */
    public int worlds() {
        return floor.signals().atTheEnd().design().worlds();
    }
}
