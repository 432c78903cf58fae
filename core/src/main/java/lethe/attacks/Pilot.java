package lethe.attacks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.metrics.CrossedVariance;

/**
 * What the worlds at hand foretell about the intervals of more worlds.
 *
 * @param attack the attack as reports name it
 * @param game the game played
 * @param auc variance of the pooled area
 * @param tpr variance of the true-positive rate at each reported false-positive rate
 */
public record Pilot(String attack, Game game, CrossedVariance auc, Map<Double, CrossedVariance> tpr) {
    public Pilot {
        tpr = Collections.unmodifiableMap(new LinkedHashMap<>(tpr));
    }

    /** One for every attack of an audit in every game, game by game. */
    public static List<Pilot> of(Audit audit, WorldSignals... signals) {
        Map<Signal, WorldSignals> bySignal = new LinkedHashMap<>();
        for (WorldSignals each : signals) {
            bySignal.put(each.signal(), each);
        }
        List<Pilot> pilots = new ArrayList<>();
        for (Game game : signals[0].games()) {
            for (Attack attack : audit.attacks()) {
                Observations observations = Audit.observe(game, bySignal, attack);
                double[] scores = attack.score(observations).values();
                Map<Double, CrossedVariance> tpr = new LinkedHashMap<>();
                for (double fpr : audit.fprs()) {
                    tpr.put(fpr, CrossedVariance.ofTpr(scores, observations.labels(), observations.worlds(), fpr));
                }
                pilots.add(new Pilot(
                        audit.label(attack),
                        game,
                        CrossedVariance.ofAuc(scores, observations.labels(), observations.worlds()),
                        tpr));
            }
        }
        return pilots;
    }

    /** Variance of one example's own area after unlearning, {@code AUC(FOR^U, OUT^U)} of the raw signal. */
    public static CrossedVariance ofExample(WorldSignals signals) {
        Observations after = Game.PRIVACY.observe(signals).orElseThrow();
        double[] values = new double[after.examples() * after.worlds()];
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = after.value(cell / after.worlds(), cell % after.worlds());
        }
        return CrossedVariance.ofExampleAuc(values, after.labels(), after.worlds());
    }
}
