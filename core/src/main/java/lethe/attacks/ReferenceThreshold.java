package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import lethe.catalog.Named;

/**
 * The signal compared with that of models which never saw the example, cut by one threshold for all examples:
 *
 * <pre>
 *   score = φ − mean of the negatives of this example in the other worlds
 * </pre>
 *
 * <p>The reference attack on language models calibrates a loss by that of one other model; here it is the mean of all that
 * there are. It allows for examples that are easy or hard, and for nothing else: {@code lira-offline} also asks how much
 * such models differ. The cut for each target world is the best in the other worlds.
 *
 * @param signal the signal φ; {@code neg-loss} makes it a difference of losses
 * @see <a href="https://arxiv.org/abs/2012.07805">Carlini et al., 2021</a>
 */
@Named("reference")
@AutoService(Attack.class)
public record ReferenceThreshold(Signal signal) implements Attack {
    private static final int NONE = -1;

    public ReferenceThreshold() {
        this(Signal.NEG_LOSS);
    }

    @Override
    public String source() {
        return "Carlini et al., 2021";
    }

    /** One threshold for all, but on a score that needs references of each example. */
    @Override
    public boolean perExample() {
        return true;
    }

    /** One reference must remain when the target and a world to calibrate on are both taken out. */
    @Override
    public int fewestWorlds() {
        return 6;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        double[] scores = new double[observations.examples() * worlds];
        for (int cell = 0; cell < scores.length; cell++) {
            scores[cell] = difference(observations, cell, NONE);
        }
        double[] thresholds = HeldOutCut.thresholds(
                observations,
                (cells, target) -> Arrays.stream(cells)
                        .mapToDouble(cell -> difference(observations, cell, target))
                        .toArray());
        return new Scores(scores, thresholds);
    }

    /** The score of one cell by references outside its own world and world {@code without}. */
    private static double difference(Observations observations, int cell, int without) {
        int i = cell / observations.worlds();
        int w = cell % observations.worlds();
        double[] negatives = OfflineLikelihoodRatio.negatives(observations, i, w, without);
        return observations.value(i, w) - Arrays.stream(negatives).average().orElseThrow();
    }
}
