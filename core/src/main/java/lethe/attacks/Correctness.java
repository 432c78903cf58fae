package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import lethe.catalog.Named;

/**
 * Calls a member whatever the model classifies rightly: the least an adversary can do, knowing only the answer. Its
 * balanced accuracy is ½ plus half the gap between training and test accuracy.
 *
 * @see <a href="https://arxiv.org/abs/1709.01604">Yeom et al., 2018</a>
 */
@Named("correctness")
@AutoService(Attack.class)
public record Correctness() implements Attack {
    @Override
    public String source() {
        return "Yeom et al., 2018";
    }

    @Override
    public Signal signal() {
        return Signal.CORRECT;
    }

    @Override
    public boolean perExample() {
        return false;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        double[] scores = new double[observations.examples() * worlds];
        for (int i = 0; i < observations.examples(); i++) {
            for (int w = 0; w < worlds; w++) {
                scores[i * worlds + w] = observations.value(i, w);
            }
        }
        double[] thresholds = new double[worlds];
        Arrays.fill(thresholds, 0.5);
        return new Scores(scores, thresholds);
    }
}
