package lethe.attacks;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;

/**
 * One threshold on the raw signal for all examples, a population attack. The cut for each target world is the one with
 * the best balanced accuracy in the other worlds.
 *
 * <p>The default signal φ is a strictly decreasing function of the loss, so a threshold on either is the same attack; φ
 * does not tie where the loss rounds to zero.
 *
 * @param signal the signal cut
 * @see <a href="https://arxiv.org/abs/1709.01604">Yeom et al., 2018</a>
 */
@Named("loss-threshold")
@AutoService(Attack.class)
public record LossThreshold(Signal signal) implements Attack {
    public LossThreshold() {
        this(Signal.PHI);
    }

    @Override
    public String source() {
        return "Yeom et al., 2018";
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
        PooledPairs pairs = PooledPairs.of(observations);
        double[] thresholds = new double[worlds];
        for (int target = 0; target < worlds; target++) {
            var cut = new BalancedThreshold(pairs.size());
            for (int k = pairs.size() - 1; k >= 0; k--) {
                if (pairs.world(k) != target) {
                    cut.offer(pairs.value(k), pairs.isPositive(k));
                }
            }
            thresholds[target] = cut.best();
        }
        return new Scores(scores, thresholds);
    }
}
