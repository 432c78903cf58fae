package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * A random forest on φ, entropy, modified entropy, margin and correctness, trained on pairs of other worlds of the same
 * game: the strongest population attack where several signals together betray what none does alone.
 *
 * <p>Each tree sees a bootstrap sample and at each node the better of two features drawn at random, about √5, split where Gini's
 * impurity falls most, among 255 quantiles of each. The score is the mean share of positives in the leaves, the cut ½. The
 * loss is left out: as a monotone function of φ it splits no differently.
 *
 * <p>Each half of the worlds is judged by a forest trained on up to 8,192 pairs of the other half.
 *
 * @param trees number of trees
 * @param depth splits on the way to a leaf, at most 12
 * @param seed of the samples and features
 * @see <a href="https://doi.org/10.1023/A:1010933404324">Breiman, 2001</a>
 */
@Named("random-forest")
@AutoService(Attack.class)
public record RandomForest(int trees, int depth, long seed) implements Attack {
    private static final List<Signal> FEATURES =
            List.of(Signal.PHI, Signal.NEG_ENTROPY, Signal.NEG_MENTROPY, Signal.MARGIN, Signal.CORRECT);
    private static final int SEEDS = 8; // from one seed to the next
    private static final int TRAINED = 1 << 13;
    private static final int EDGES = 255;

    public RandomForest {
        Require.positive("trees", trees);
        Require.within("depth", depth, 1, 12);
    }

    public RandomForest() {
        this(100, 8, 1);
    }

    @Override
    public String source() {
        return "Breiman, 2001, on the signals of other attacks";
    }

    @Override
    public Signal signal() {
        return FEATURES.get(0);
    }

    @Override
    public List<Signal> signals() {
        return FEATURES;
    }

    @Override
    public boolean perExample() {
        return false;
    }

    @Override
    public Scores score(Observations observations) {
        int worlds = observations.worlds();
        Observations[] features = FEATURES.stream().map(observations::of).toArray(Observations[]::new);
        double[] scores = new double[observations.examples() * worlds];
        int[] bins = new int[features.length];
        for (int half = 0; half < Halves.COUNT; half++) {
            Forest forest = new Forest(features, half, new SplittableRandom(seed * SEEDS + half));
            for (int i = 0; i < observations.examples(); i++) {
                for (int w = 0; w < worlds; w++) {
                    if (Halves.of(observations.world(i, w)) == half) {
                        for (int k = 0; k < bins.length; k++) {
                            bins[k] = forest.bin(k, features[k].value(i, w));
                        }
                        scores[i * worlds + w] = forest.share(bins);
                    }
                }
            }
        }
        double[] thresholds = new double[worlds];
        Arrays.fill(thresholds, 0.5);
        return Scores.byHalves(scores, thresholds);
    }

    /** Trees grown on pairs of one half of the worlds, all complete to the full depth: a leaf above it is repeated below. */
    private final class Forest {
        private final double[][] edges = new double[FEATURES.size()][];
        private final int[] feature = new int[trees * inner()];
        private final int[] cut = new int[trees * inner()];
        private final double[] leaf = new double[trees * (inner() + 1)];
        private final int[][] binned; // feature × pair
        private final boolean[] positive;
        private final RandomGenerator random;

        Forest(Observations[] features, int judged, RandomGenerator random) {
            this.random = random;
            int worlds = features[0].worlds();
            int rows = Math.min(features[0].examples(), Math.max(1, TRAINED * Halves.COUNT / worlds));
            int[] examples = IntStream.range(0, rows)
                    .map(r -> (int) ((long) r * features[0].examples() / rows))
                    .toArray();
            int[] cells = Halves.teaching(features[0], judged, examples);
            int pairs = cells.length;
            positive = new boolean[pairs];
            for (int p = 0; p < pairs; p++) {
                positive[p] = features[0].isPositive(cells[p] / worlds, cells[p] % worlds);
            }
            binned = new int[features.length][pairs];
            for (int k = 0; k < features.length; k++) {
                Observations signal = features[k];
                double[] values = Arrays.stream(cells)
                        .mapToDouble(cell -> signal.value(cell / worlds, cell % worlds))
                        .toArray();
                edges[k] = edges(values);
                for (int p = 0; p < pairs; p++) {
                    binned[k][p] = bin(k, values[p]);
                }
            }
            for (int tree = 0; tree < trees; tree++) {
                int[] sample = random.ints(pairs, 0, pairs).toArray();
                grow(tree, 0, 0, sample, 0, pairs);
            }
        }

        private int inner() {
            return (1 << depth) - 1;
        }

        /** Distinct quantiles; the largest value is none, as nothing lies above it. */
        private double[] edges(double[] values) {
            double[] ascending = values.clone();
            Arrays.sort(ascending);
            double last = ascending[ascending.length - 1];
            return IntStream.range(0, EDGES)
                    .mapToDouble(e -> ascending[(int) ((e + 1L) * ascending.length / (EDGES + 1))])
                    .filter(edge -> edge < last)
                    .distinct()
                    .toArray();
        }

        /** The number of edges below a value. */
        int bin(int k, double value) {
            double[] ascending = edges[k];
            int low = 0;
            int high = ascending.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ascending[middle] < value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        double share(int[] bins) {
            double sum = 0;
            for (int tree = 0; tree < trees; tree++) {
                int base = tree * inner();
                int node = 0;
                for (int level = 0; level < depth; level++) {
                    node = 2 * node + 1 + (bins[feature[base + node]] > cut[base + node] ? 1 : 0);
                }
                sum += leaf[tree * (inner() + 1) + node - inner()];
            }
            return sum / trees;
        }

        /** Grows {@code node} on {@code sample[from…to)}, which it reorders. */
        private void grow(int tree, int node, int level, int[] sample, int from, int to) {
            int positives = 0;
            for (int s = from; s < to; s++) {
                positives += positive[sample[s]] ? 1 : 0;
            }
            int[] split = level < depth && positives > 0 && positives < to - from
                    ? split(sample, from, to, positives)
                    : new int[0];
            if (split.length == 0) {
                fill(tree, node, level, (double) positives / (to - from));
                return;
            }
            feature[tree * inner() + node] = split[0];
            cut[tree * inner() + node] = split[1];
            int middle = from;
            for (int s = from; s < to; s++) {
                if (binned[split[0]][sample[s]] <= split[1]) {
                    int other = sample[middle];
                    sample[middle++] = sample[s];
                    sample[s] = other;
                }
            }
            grow(tree, 2 * node + 1, level + 1, sample, from, middle);
            grow(tree, 2 * node + 2, level + 1, sample, middle, to);
        }

        /** Every leaf below {@code node} says the same. */
        private void fill(int tree, int node, int level, double share) {
            int below = 1 << (depth - level);
            int first = node * below + below - 1 - inner();
            Arrays.fill(leaf, tree * (inner() + 1) + first, tree * (inner() + 1) + first + below, share);
        }

        /** The feature and the bin up to which examples go left, or nothing where no split helps. */
        private int[] split(int[] sample, int from, int to, int positives) {
            int size = to - from;
            double best = squares(positives, size) * (1 + 1e-12);
            int[] chosen = new int[0];
            int first = random.nextInt(binned.length);
            int second = (first + 1 + random.nextInt(binned.length - 1)) % binned.length;
            for (int k : new int[] {first, second}) {
                int[] all = new int[edges[k].length + 1];
                int[] positiveOnly = new int[all.length];
                for (int s = from; s < to; s++) {
                    int bin = binned[k][sample[s]];
                    all[bin]++;
                    positiveOnly[bin] += positive[sample[s]] ? 1 : 0;
                }
                int left = 0;
                int leftPositives = 0;
                for (int bin = 0; bin + 1 < all.length; bin++) {
                    left += all[bin];
                    leftPositives += positiveOnly[bin];
                    if (all[bin] > 0 && left < size) {
                        double purity = squares(leftPositives, left) + squares(positives - leftPositives, size - left);
                        if (purity > best) {
                            best = purity;
                            chosen = new int[] {k, bin};
                        }
                    }
                }
            }
            return chosen;
        }

        /** {@code size · (p² + (1 − p)²)}, whose sum over both sides Gini's impurity makes largest. */
        private double squares(int positives, int size) {
            double negatives = size - positives;
            return ((double) positives * positives + negatives * negatives) / size;
        }
    }
}
