package lethe.claims;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.WorldSignals;
import lethe.metrics.Estimate;
import lethe.metrics.ExampleAreas;

/**
 * How recognisable a group of examples is before and after unlearning.
 *
 * <p>An average over all examples hides the few that were learned by heart. Who was, however, is read off the same
 * signals: groups formed and measured in the same worlds would differ by luck alone. Thirds by memorisation are therefore
 * formed in one half of the worlds and measured in the other, both ways; labels known to be wrong need no such care.
 *
 * @param name the group
 * @param selected whether it was formed by signals, and thus measured in worlds that had no part in forming it
 * @param examples its size, the mean of both ways
 * @param before mean vulnerability {@code |2·AUC − 1|} of {@code IN^O} against {@code OUT^O}; positive under noise alone,
 *     and more so in half of the worlds, so it is read beside the same group after retraining
 * @param after mean vulnerability of {@code FOR^U} against {@code OUT^U}
 * @param area mean signed area of {@code FOR^U} against {@code OUT^U}; ½ is safe, and noise does not move it
 */
public record Stratum(String name, boolean selected, int examples, Estimate before, Estimate after, Estimate area) {
    static final List<String> THIRDS = List.of("least memorised third", "middle third", "most memorised third");
    static final String MISLABELLED = "known mislabels";
    static final String OTHERS = "all others";

    private static final int REPLICATES = 200; // the areas of all examples are computed anew in each

    /**
     * The strata of one unlearning method.
     *
     * @param signals in all worlds
     * @param mislabelled of each example, whether its label is known to be wrong
     * @param replicates bootstrap replicates of every interval, of which at most 200 are drawn
     * @param seed of the bootstrap and of the halves of the worlds
     * @return thirds by memorisation from eight worlds on, then, where the data know some and not all to be wrong, known
     *     mislabels and all others
     */
    public static List<Stratum> of(WorldSignals signals, boolean[] mislabelled, int replicates, long seed) {
        Observations classic = Game.CLASSIC.observe(signals).orElseThrow();
        if (mislabelled.length != classic.examples()) {
            throw new IllegalArgumentException("There are " + classic.examples() + " examples, but "
                    + mislabelled.length + " are known to be mislabelled or not");
        }
        ExampleAreas before = Resampling.areas(classic);
        ExampleAreas after = Resampling.areas(Game.PRIVACY.observe(signals).orElseThrow());
        var resampling = new Resampling(classic.worlds(), Math.min(replicates, REPLICATES), seed);
        List<Stratum> strata = new ArrayList<>();
        if (classic.worlds() >= Finding.FEWEST_WORLDS) {
            strata.addAll(thirds(classic, before, after, resampling));
        }
        int wrong = (int) IntStream.range(0, mislabelled.length)
                .filter(i -> mislabelled[i])
                .count();
        if (wrong > 0 && wrong < mislabelled.length) {
            int[] group = IntStream.range(0, mislabelled.length)
                    .map(i -> mislabelled[i] ? 0 : 1)
                    .toArray();
            Estimate[] means = resampling.estimate(
                    group.length,
                    (worlds, examples) -> Half.of(before, after, worlds, group).means(group, 2, examples));
            strata.add(new Stratum(MISLABELLED, false, wrong, means[0], means[1], means[2]));
            strata.add(new Stratum(OTHERS, false, group.length - wrong, means[3], means[4], means[5]));
        }
        return strata;
    }

    private static List<Stratum> thirds(
            Observations classic, ExampleAreas before, ExampleAreas after, Resampling resampling) {
        int groups = THIRDS.size();
        Estimate[] means = resampling.crossFit(
                classic.examples(),
                worlds -> Half.of(before, after, worlds, thirds(memorisation(classic, worlds))),
                (choosing, measuring, examples) -> {
                    double[] values = Arrays.copyOf(measuring.means(choosing.group(), groups, examples), 4 * groups);
                    for (int third : choosing.group()) {
                        if (third >= 0) {
                            values[3 * groups + third]++;
                        }
                    }
                    return values;
                });
        List<Stratum> strata = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            int size = (int) Math.round(means[3 * groups + g].value());
            strata.add(new Stratum(THIRDS.get(g), true, size, means[3 * g], means[3 * g + 1], means[3 * g + 2]));
        }
        return strata;
    }

    /** What some worlds say of each example, and the groups that they form. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Half(double[] before, double[] after, double[] area, int[] group) {
        static Half of(ExampleAreas before, ExampleAreas after, int[] worlds, int[] group) {
            double[] area = after.areas(worlds);
            return new Half(
                    Resampling.vulnerability(before.areas(worlds)), Resampling.vulnerability(area), area, group);
        }

        /** Of each group the means of before, after and area. */
        double[] means(int[] groupOf, int groups, int[] exampleWeights) {
            double[] means = new double[3 * groups];
            for (int g = 0; g < groups; g++) {
                int[] weights = new int[groupOf.length];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = groupOf[i] == g ? exampleWeights[i] : 0;
                }
                means[3 * g] = Resampling.mean(before, weights);
                means[3 * g + 1] = Resampling.mean(after, weights);
                means[3 * g + 2] = Resampling.mean(area, weights);
            }
            return means;
        }
    }

    /** The gap of means in pooled standard deviations, where worlds count so often; NaN without both classes. */
    static double[] memorisation(Observations observations, int[] worldWeights) {
        double[] gaps = new double[observations.examples()];
        for (int i = 0; i < gaps.length; i++) {
            double[] weight = new double[2];
            double[] sum = new double[2];
            double[] squares = new double[2];
            for (int w = 0; w < observations.worlds(); w++) {
                int side = observations.isPositive(i, w) ? 1 : 0;
                double value = observations.value(i, w);
                weight[side] += worldWeights[w];
                sum[side] += worldWeights[w] * value;
                squares[side] += worldWeights[w] * value * value;
            }
            double within = squares[0] - sum[0] * sum[0] / weight[0] + squares[1] - sum[1] * sum[1] / weight[1];
            double deviation = Math.sqrt(Math.max(0, within) / (weight[0] + weight[1]));
            double gap = sum[1] / weight[1] - sum[0] / weight[0];
            gaps[i] = gap == 0 ? 0 : gap / deviation;
        }
        return gaps;
    }

    /** The third that each value falls into, from 0; −1 where it is NaN. */
    static int[] thirds(double[] values) {
        int[] ascending = IntStream.range(0, values.length)
                .filter(i -> !Double.isNaN(values[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] third = new int[values.length];
        Arrays.fill(third, -1);
        for (int rank = 0; rank < ascending.length; rank++) {
            third[ascending[rank]] = 3 * rank / ascending.length;
        }
        return third;
    }
}
