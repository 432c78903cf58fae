package lethe.experiments;

import java.util.List;
import java.util.Optional;
import lethe.attacks.Audit;
import lethe.claims.Stratum;
import lethe.metrics.Estimate;
import lethe.metrics.WorldAreas;

/**
 * What the worlds say about one method.
 *
 * @param failure why there is nothing, empty if there is
 * @param findings of the examples with their own labels
 * @param strata groups of these
 * @param canaries of those that got a wrong one
 * @param runs accuracies (forget, retain, test) of each world × set
 * @param seconds of each world × set
 * @param gapAttack the attack whose areas enter the gap
 * @param gapAreas its area in each world; empty without such an attack
 * @param predictions how far they are from those of retrained models; empty where there are none
 * @param samples the signals of forgotten examples; empty where predictions are
 * @param zeroRetrain zero-retrain forgetting; empty where no model was left untrained
 * @param relearned how soon the model of each world × set knew again what it forgot; empty where nobody tried
 */
record Measured(
        String failure,
        Audit.Findings findings,
        List<Stratum> strata,
        Audit.Findings canaries,
        List<double[]> runs,
        List<Double> seconds,
        String gapAttack,
        Optional<WorldAreas> gapAreas,
        Optional<Distances.Predictions> predictions,
        Optional<Distances.Samples> samples,
        Optional<Estimate> zeroRetrain,
        List<Relearned> relearned) {
    static final Audit.Findings NOTHING = new Audit.Findings(List.of(), List.of(), List.of());

    /** Of a method that was not attacked. */
    static Measured without(String failure, List<double[]> runs, List<Double> seconds) {
        return new Measured(
                failure,
                NOTHING,
                List.of(),
                NOTHING,
                runs,
                seconds,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    boolean failed() {
        return !failure.isEmpty();
    }
}
