package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.function.IntPredicate;
import lethe.catalog.Named;
import lethe.metrics.Blocks;

/**
 * One threshold on the raw signal for all examples, a population attack. The cut for each target world is the one with
 * the best balanced accuracy in the other worlds.
 *
 * <p>The default signal φ is a strictly decreasing function of the loss, so a threshold on either is the same attack; φ
 * does not tie where the loss rounds to zero.
 *
 * <p>Where forgotten and never-seen examples differ in their mix of classes, one threshold may tell classes instead of
 * members. With {@code perClass} each class has its own, and the score is the distance from it. A class without pairs of
 * both kinds in the other worlds is cut where all are.
 *
 * @param signal the signal cut
 * @param perClass whether each class of examples has its own threshold
 * @see <a href="https://arxiv.org/abs/1709.01604">Yeom et al., 2018</a>
 */
@Named("loss-threshold")
@AutoService(Attack.class)
public record LossThreshold(Signal signal, boolean perClass) implements Attack {
    private static final int BLOCK = 1 << 10; // examples worth another thread
    private static final int TARGETS = 8; // worlds worth another thread

    public LossThreshold() {
        this(Signal.PHI);
    }

    /** One threshold for all classes. */
    public LossThreshold(Signal signal) {
        this(signal, false);
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
        Blocks.forEach(observations.examples(), BLOCK, (from, to) -> {
            for (int i = from; i < to; i++) {
                for (int w = 0; w < worlds; w++) {
                    scores[i * worlds + w] = observations.value(i, w);
                }
            }
        });
        PooledPairs pairs = PooledPairs.of(observations);
        double[] thresholds = new double[worlds];
        Blocks.forEach(worlds, TARGETS, (from, to) -> {
            for (int target = from; target < to; target++) {
                thresholds[target] = cut(pairs, target, label -> true).best();
            }
        });
        if (!perClass) {
            return new Scores(scores, thresholds);
        }
        double[][] cuts = new double[observations.classes()][worlds];
        for (int c = 0; c < cuts.length; c++) {
            int wanted = c;
            for (int target = 0; target < worlds; target++) {
                BalancedThreshold cut = cut(pairs, target, label -> label == wanted);
                cuts[c][target] = cut.hasBothSides() ? cut.best() : thresholds[target];
            }
        }
        for (int cell = 0; cell < scores.length; cell++) {
            int i = cell / worlds;
            scores[cell] -= cuts[observations.classOf(i)][observations.world(i, cell % worlds)];
        }
        return new Scores(scores, new double[worlds]);
    }

    private static BalancedThreshold cut(PooledPairs pairs, int target, IntPredicate classes) {
        var cut = new BalancedThreshold(pairs.size());
        for (int k = pairs.size() - 1; k >= 0; k--) {
            if (pairs.world(k) != target && classes.test(pairs.classOf(k))) {
                cut.offer(pairs.value(k), pairs.isPositive(k));
            }
        }
        return cut;
    }
}
