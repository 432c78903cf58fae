package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import lethe.ReferenceValues;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CrossedBootstrapTest {
    @Test
    void aTableWhoseRowsAreReorderedResamplesAlike() {
        var random = new SplittableRandom(12);
        int worlds = 6;
        double[] scores = random.doubles(20 * worlds).toArray();
        boolean[] labels = new boolean[scores.length];
        double[] moved = new double[scores.length];
        boolean[] movedLabels = new boolean[scores.length];
        for (int cell = 0; cell < scores.length; cell++) {
            labels[cell] = random.nextBoolean();
            int to = cell / worlds * worlds + (cell % worlds + cell / worlds) % worlds;
            moved[to] = scores[cell];
            movedLabels[to] = labels[cell];
        }
        ScoreTable table = ScoreTable.of(scores, labels, worlds);
        ScoreTable scattered =
                ScoreTable.of(moved, movedLabels, worlds, cell -> Math.floorMod(cell % worlds - cell / worlds, worlds));
        var bootstrap = new CrossedBootstrap(20, 3);
        int[] half = {4, 1, 3};

        assertThat(scattered.auc()).isEqualTo(table.auc());
        assertThat(bootstrap.replicate(scattered, 0.1)).isDeepEqualTo(bootstrap.replicate(table, 0.1));
        assertThat(bootstrap.replicate(scattered.inWorlds(half), 0.1))
                .isDeepEqualTo(bootstrap.replicate(table.inWorlds(half), 0.1));
    }

    @Test
    void weightedScoresAgreeWithTheDefinition() {
        JsonNode pin = ReferenceValues.of("roc");
        JsonNode weighted = pin.get("weighted");
        double[] positives = ReferenceValues.doubles(pin.get("positives"));
        double[] negatives = ReferenceValues.doubles(pin.get("negatives"));
        double[] scores = new double[10];
        boolean[] labels = new boolean[10];
        int[] weights = new int[10];
        for (int k = 0; k < 5; k++) {
            scores[k] = positives[k];
            labels[k] = true;
            weights[k] = weighted.get("positiveWeights").get(k).asInt();
            scores[5 + k] = negatives[k];
            weights[5 + k] = weighted.get("negativeWeights").get(k).asInt();
        }

        WeightedRoc roc = ScoreTable.of(scores, labels, 1).weighted(weights, new int[] {1});

        assertThat(roc.auc()).isCloseTo(weighted.get("auc").asDouble(), within(1e-12));
        assertThat(roc.tprAtFpr(new double[] {0.1, 0.2, 0.4}))
                .containsExactly(
                        new double[] {
                            weighted.get("tpr").get("0.1").asDouble(),
                            weighted.get("tpr").get("0.2").asDouble(),
                            weighted.get("tpr").get("0.4").asDouble()
                        },
                        within(1e-12));
    }

    @Test
    void aPairCountsAsOftenAsTheProductOfItsDraws() {
        var world = new Simulated(7, 5, 0.8, 3);
        int[] examples = {0, 2, 1, 1, 3, 0, 1};
        int[] worlds = {2, 0, 1, 1, 1};
        double[] repeated = new double[0];
        boolean[] labels = new boolean[0];
        for (int i = 0; i < 7; i++) {
            for (int w = 0; w < 5; w++) {
                int times = examples[i] * worlds[w];
                int from = repeated.length;
                repeated = Arrays.copyOf(repeated, from + times);
                labels = Arrays.copyOf(labels, from + times);
                Arrays.fill(repeated, from, from + times, world.scores[i * 5 + w]);
                Arrays.fill(labels, from, from + times, world.labels[i * 5 + w]);
            }
        }

        double auc = world.table().weighted(examples, worlds).auc();

        assertThat(auc).isCloseTo(Roc.of(repeated, labels).auc(), within(1e-12));
    }

    @Test
    void decisionsAreResampledLikeScores() {
        var world = new Simulated(9, 6, 1, 12);
        int[] examples = {0, 2, 1, 1, 3, 0, 1, 1, 0};
        int[] worlds = {2, 0, 1, 1, 0, 2};
        double[] shares = new double[2]; // {negative, positive} said to be positive
        double[] totals = new double[2];
        double[] decisions = new double[9 * 6];
        for (int cell = 0; cell < 54; cell++) {
            decisions[cell] = world.scores[cell] > 0.5 ? 1 : 0;
            int times = examples[cell / 6] * worlds[cell % 6];
            int label = world.labels[cell] ? 1 : 0;
            shares[label] += times * decisions[cell];
            totals[label] += times;
        }

        double auc = ScoreTable.of(decisions, world.labels, 6)
                .weighted(examples, worlds)
                .auc();

        // balanced accuracy ½ (TPR + TNR)
        assertThat(auc).isCloseTo(0.5 * (shares[1] / totals[1] + 1 - shares[0] / totals[0]), within(1e-12));
    }

    @Test
    void manyScoresKeepTheirAreaAndLowRatesWithinTheResolutionOfTheBins() {
        var world = new Simulated(5_000, 40, 1, 4);
        Roc exact = Roc.of(world.scores, world.labels);

        ScoreTable table = world.table();

        assertThat(table.auc()).isCloseTo(exact.auc(), within(1e-6));
        for (double fpr : new double[] {0.0005, 0.001, 0.01, 0.1}) {
            // a bin spans 2·10⁻⁴ of the rank; the slope of the curve turns that into at most as much of the rate
            assertThat(table.tprAtFpr(fpr) / exact.tprAtFpr(fpr)).isBetween(1 - 2e-3, 1.0);
        }
    }

    @Test
    void fewScoresAreReproducedExactly() {
        var world = new Simulated(300, 16, 1, 5);
        Roc exact = Roc.of(world.scores, world.labels);

        assertThat(world.table().auc()).isEqualTo(exact.auc());
        assertThat(world.table().tprAtFpr(0.01)).isEqualTo(exact.tprAtFpr(0.01));
    }

    @Test
    void aShiftSharedByAWorldWidensTheInterval() {
        var plain = new Simulated(200, 20, 0.5, 6);
        var shifted = new Simulated(200, 20, 0.5, 6);
        var random = new SplittableRandom(1);
        for (int w = 0; w < 20; w++) {
            double shift = random.nextGaussian();
            for (int i = 0; i < 200; i++) {
                int cell = i * 20 + w;
                shifted.scores[cell] += shifted.labels[cell] ? shift : 0;
            }
        }
        var bootstrap = new CrossedBootstrap(200, 1);

        assertThat(width(bootstrap, shifted)).isGreaterThan(2 * width(bootstrap, plain));
    }

    /** The crossed bootstrap errs on the wide side: of 100 intervals without effect, at least 95 must cover ½. */
    @Test
    void intervalsCoverTheTruth() {
        int covered = 0;
        for (int seed = 0; seed < 100; seed++) {
            var world = new Simulated(40, 16, 0, seed);
            double[][] replicates = new CrossedBootstrap(200, seed).replicate(world.table());
            covered += CrossedBootstrap.interval(world.table().auc(), replicates[0])
                            .excludes(0.5)
                    ? 0
                    : 1;
        }

        assertThat(covered).isGreaterThanOrEqualTo(95);
    }

    @Test
    void tablesOfEqualShapeGetTheSameDrawsAndGroupsOfWorldsDifferentOnes() {
        var world = new Simulated(50, 10, 1, 8);
        var bootstrap = new CrossedBootstrap(50, 3);
        double[] fprs = {0.2, 0.05};

        double[][] first = bootstrap.replicate(world.table(), 0, fprs);
        double[][] again = bootstrap.replicate(world.table(), fprs);
        double[][] other = bootstrap.replicate(world.table(), 1, fprs);

        assertThat(again).isDeepEqualTo(first);
        assertThat(other[0]).isNotEqualTo(first[0]);
        for (int r = 0; r < 50; r++) {
            assertThat(first[1][r]).isGreaterThanOrEqualTo(first[2][r]); // rates come back in the order asked for
        }
    }

    @Test
    void worldsOfATableCanBeTakenApart() {
        var world = new Simulated(30, 4, 1, 9);
        double[] part = new double[60];
        boolean[] labels = new boolean[60];
        for (int i = 0; i < 30; i++) {
            for (int k = 0; k < 2; k++) {
                part[2 * i + k] = world.scores[4 * i + (k == 0 ? 3 : 1)];
                labels[2 * i + k] = world.labels[4 * i + (k == 0 ? 3 : 1)];
            }
        }

        assertThat(world.table().inWorlds(new int[] {3, 1}).auc())
                .isEqualTo(Roc.of(part, labels).auc());
    }

    @Test
    void tooFewReplicatesAreRefused() {
        assertThatThrownBy(() -> new CrossedBootstrap(10, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 20 replicates, but got 10");
    }

    private static double width(CrossedBootstrap bootstrap, Simulated world) {
        Estimate interval =
                CrossedBootstrap.interval(world.table().auc(), bootstrap.replicate(world.table())[0]);
        return interval.high() - interval.low();
    }

    /** Normal scores, positives {@code gap} higher; alternating labels, so that rows and columns are balanced. */
    private static final class Simulated {
        private final double[] scores;
        private final boolean[] labels;
        private final int worlds;

        Simulated(int examples, int worlds, double gap, long seed) {
            var random = new SplittableRandom(seed);
            this.worlds = worlds;
            scores = new double[examples * worlds];
            labels = new boolean[examples * worlds];
            for (int i = 0; i < examples; i++) {
                for (int w = 0; w < worlds; w++) {
                    labels[i * worlds + w] = (i + w) % 2 == 0;
                    scores[i * worlds + w] = random.nextGaussian() + (labels[i * worlds + w] ? gap : 0);
                }
            }
        }

        ScoreTable table() {
            return ScoreTable.of(scores, labels, worlds);
        }
    }
}
