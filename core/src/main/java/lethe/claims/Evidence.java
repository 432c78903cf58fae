package lethe.claims;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param likeness of the examples; empty where distances between them mean nothing
 * @param classes of the examples; empty where they have none, as texts
 */
public record Evidence(
        Subject floor,
        Subject ceiling,
        List<Subject> methods,
        List<String> leftOut,
        int replicates,
        long seed,
        Optional<Likeness> likeness,
        Optional<Classes> classes) {
    public Evidence {
        methods = List.copyOf(methods);
        leftOut = List.copyOf(leftOut);
    }

    /** How alike examples are to originals that never saw them. */
    public interface Likeness {
        /** What of these originals is compared, as in "the logits". */
        String basis();

        /** Reads it, which may take a while. */
        Distances read();
    }

    /** How far examples are from each other. */
    @FunctionalInterface
    public interface Distances {
        /** From one to each. */
        double[] from(int example);
    }

    /**
     * Which classes there are.
     *
     * @param labels of each example
     * @param shares of each class among all training examples
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Classes(int[] labels, double[] shares) {}

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

        /** What every run was worth and cost on the way, for the same moments. */
        Course course();
    }

    /**
     * Worth and cost of every run, moment by moment.
     *
     * @param testAccuracy by moment (worlds × forget sets), fractions; a run that ended early keeps its last
     * @param seconds (worlds × forget sets) of the whole run
     * @param moments (worlds × forget sets), how many there were after the original
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Course(List<double[][]> testAccuracy, double[][] seconds, int[][] moments) {
        public Course {
            testAccuracy = List.copyOf(testAccuracy);
        }

        /** The share of a run's time until it stops after so many moments, all of which take as long as each other. */
        double secondsUntil(int world, int set, int moment) {
            int own = moments[world][set];
            return own == 0 ? 0 : seconds[world][set] * Math.min(moment, own) / own;
        }
    }

    /** The number T of worlds. */
    public int worlds() {
        return floor.signals().atTheEnd().design().worlds();
    }
}
