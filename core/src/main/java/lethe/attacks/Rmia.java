package lethe.attacks;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.metrics.Roc;

/**
 * RMIA: how many never-seen examples {@code z} gain less from the target model than the example {@code x} does.
 *
 * <pre>
 *   ratio(x)     = p(x|target) / p̄(x)
 *   p̄ online     = ½ (mean of p(x|θ) over positive references + mean over negative ones)
 *   p̄ offline    = ½ ((1 + a) · mean over negative references + 1 − a)
 *   score(x)     = share of the z ∈ Z with ratio(x) / ratio(z) &gt; γ
 * </pre>
 *
 * <p>References are the other worlds' values of the same game, {@code T/2 − 1} of each class. Z are the other never-seen
 * examples of the target's world, under the very model that is the target; always one fewer than there are, so that their
 * number does not betray whether x is among them. Unlike published code, Z holds no member, and {@code a} is never chosen
 * on the target's labels.
 *
 * <p>Within one model the score ranks as {@code ratio} does whatever γ and Z are, up to ties. These matter where models
 * are pooled. Without the population the score is {@code log ratio}, which does not tie; that attack is known as BASE.
 *
 * <p>Z is sorted once a model and each x is then looked up: at most O(n log n) for a world where the definition is O(n²).
 *
 * @param online whether positive references are used; otherwise those who never saw the example suffice
 * @param gamma γ, at least 1
 * @param a slope of the line {@code p_in ≈ a · p_out + 1 − a} by which offline references stand for positive ones;
 *     ignored online
 * @param tuneA whether a is instead the one of 0, 0.1, …, 1 that separates best in other worlds
 * @param population whether the ratio is compared with those of never-seen examples
 * @param signal a likelihood, such as {@code phi}, which stands for the softmax probability, or {@code
 *     taylor-soft-margin}, used with γ = 2 in AMUN's tables
 * @see <a href="https://arxiv.org/abs/2312.03262">Zarifzadeh et al., 2024</a>
 */
@Named("rmia")
@AutoService(Attack.class)
public record Rmia(boolean online, double gamma, double a, boolean tuneA, boolean population, Signal signal)
        implements Attack {
    private static final double SMALLEST = Double.MIN_NORMAL; // a likelihood that underflows is small, not nothing
    private static final double CANCELLED = 1e-6; // share of a sum below which a difference lost its digits
    private static final int NONE = -1;
    private static final int BLOCK = 8; // worlds; as many doubles share a line of the cache

    public Rmia {
        Require.that(gamma >= 1 && Double.isFinite(gamma), "gamma must be at least 1, but is " + gamma);
        Require.within("a", a, 0, 1);
        Require.that(!(online && tuneA), "tuneA chooses a, which is read only with online: false");
        signal.likelihood(0);
    }

    /** The authors' offline attack: γ = 1, a = 0.3. */
    public Rmia() {
        this(false, 1, 0.3, false, true, Signal.PHI);
    }

    @Override
    public String source() {
        return "Zarifzadeh et al., 2024";
    }

    @Override
    public boolean perExample() {
        return true;
    }

    @Override
    public boolean comparesWithPopulation() {
        return population;
    }

    /** A reference must remain when the target and a world to calibrate on are both taken out. */
    @Override
    public int fewestWorlds() {
        return 6;
    }

    @Override
    public Scores score(Observations observations) {
        if (observations.shadowsPerClass() < 2) {
            throw new IllegalArgumentException("rmia needs at least 6 worlds, but there are " + observations.worlds());
        }
        Sample sample = new Sample(observations);
        double[] slopes = slopes(observations, sample);
        double[] scores = new double[observations.examples() * observations.worlds()];
        double[] ofPopulation =
                population && observations.negativesHaveTheirOwnModel() ? new double[scores.length] : scores;
        ratios(observations, slopes, scores, ofPopulation);
        if (population) {
            compare(observations, scores, ofPopulation);
        } else {
            for (int cell = 0; cell < scores.length; cell++) {
                scores[cell] = Math.log(scores[cell]);
            }
        }
        double[] thresholds =
                HeldOutCut.thresholds(observations, (cells, target) -> sample.scores(cells, target, slopes[target]));
        return new Scores(scores, thresholds);
    }

    private double likelihood(double value) {
        return Math.max(SMALLEST, signal.likelihood(value));
    }

    private double evidence(double meanPositive, double meanNegative, double slope) {
        return online ? 0.5 * (meanPositive + meanNegative) : 0.5 * ((1 + slope) * meanNegative + 1 - slope);
    }

    /** Of every cell its ratio and, where the population's model is another, also that of the example as part of it. */
    private void ratios(Observations observations, double[] slopes, double[] ratios, double[] ofPopulation) {
        int worlds = observations.worlds();
        var row = new Row(observations);
        for (int i = 0; i < observations.examples(); i++) {
            row.enter(i);
            for (int w = 0; w < worlds; w++) {
                double slope = slopes[observations.world(i, w)];
                double evidence = evidence(online ? row.mean(1, w) : 0, row.mean(0, w), slope);
                int cell = i * worlds + w;
                ratios[cell] = row.p[w] / evidence;
                if (ofPopulation != ratios && !observations.isPositive(i, w)) {
                    ofPopulation[cell] = likelihood(observations.neverSeen(i, w)) / evidence;
                }
            }
        }
    }

    /** Replaces each ratio by the share of the population that it exceeds γ times, world by world. */
    private void compare(Observations observations, double[] ratios, double[] ofPopulation) {
        int n = observations.examples();
        int worlds = observations.worlds();
        boolean own = ofPopulation != ratios;
        double[][] columns = new double[BLOCK][n];
        double[][] against = own ? new double[BLOCK][n] : columns;
        int[][] cells = new int[BLOCK][];
        for (int first = 0; first < worlds; first += BLOCK) {
            int block = Math.min(BLOCK, worlds - first);
            for (int b = 0; b < block; b++) {
                cells[b] = observations.cells(first + b);
            }
            for (int k = 0; k < n; k++) {
                for (int b = 0; b < block; b++) {
                    columns[b][k] = ratios[cells[b][k]];
                    if (own) {
                        against[b][k] = ofPopulation[cells[b][k]];
                    }
                }
            }
            for (int b = 0; b < block; b++) {
                int w = first + b;
                var forPositives = new Population(observations, w, cells[b], against[b]);
                var forNegatives = own ? new Population(observations, w, cells[b], columns[b]) : forPositives;
                for (int k = 0; k < n; k++) {
                    int i = cells[b][k] / worlds;
                    int column = cells[b][k] % worlds;
                    int model = observations.model(i, column);
                    columns[b][k] = observations.isPositive(i, column)
                            ? forPositives.shareWithoutOne(model, columns[b][k], i, w)
                            : forNegatives.shareOfOthers(model, columns[b][k]);
                }
            }
            for (int k = 0; k < n; k++) {
                for (int b = 0; b < block; b++) {
                    ratios[cells[b][k]] = columns[b][k];
                }
            }
        }
    }

    /** The never-seen examples of one world, model by model, by γ times their ratio. */
    private final class Population {
        private final double[][] unordered;
        private final Ascending[] ascending;

        Population(Observations observations, int world, int[] cells, double[] ratios) {
            int worlds = observations.worlds();
            int[] count = new int[observations.models()];
            for (int cell : cells) {
                count[observations.model(cell / worlds, cell % worlds)] +=
                        observations.labels()[cell] ? 0 : 1;
            }
            unordered = new double[count.length][];
            ascending = new Ascending[count.length];
            for (int m = 0; m < count.length; m++) {
                if (count[m] < 2) {
                    throw new IllegalArgumentException("rmia compares with other never-seen examples, but in world "
                            + world + " model " + m + " has " + count[m]
                            + "; enlarge the pool, make fewer forget sets or set population: false");
                }
                unordered[m] = new double[count[m]];
            }
            for (int k = 0; k < cells.length; k++) {
                if (!observations.labels()[cells[k]]) {
                    int m = observations.model(cells[k] / worlds, cells[k] % worlds);
                    unordered[m][--count[m]] = gamma * ratios[k];
                }
            }
            for (int m = 0; m < count.length; m++) {
                ascending[m] = new Ascending(unordered[m]);
            }
        }

        /** For an example that is part of the population: as γ ≥ 1 it never exceeds itself. */
        double shareOfOthers(int model, double ratio) {
            return (double) ascending[model].below(ratio) / (unordered[model].length - 1);
        }

        double shareWithoutOne(int model, double ratio, int example, int world) {
            double left = unordered[model][Scatter.below(unordered[model].length, example, world)];
            return (double) (ascending[model].below(ratio) - (left < ratio ? 1 : 0)) / (unordered[model].length - 1);
        }
    }

    /**
     * Values in order, in as many equally wide buckets as there are values: where these hold few each, sorting and looking
     * up take constant time a value, and where all share one, no more than without.
     */
    private static final class Ascending {
        private final double[] values;
        private final int[] start; // of each bucket, and the end
        private final double low;
        private final double perUnit;

        Ascending(double[] unordered) {
            int n = unordered.length;
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (double value : unordered) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            low = least;
            double scale = n / (most - least);
            perUnit = Double.isFinite(scale) ? scale : 0;
            start = new int[n + 1];
            int[] bucket = new int[n];
            for (int k = 0; k < n; k++) {
                bucket[k] = bucket(unordered[k]);
                start[bucket[k] + 1]++;
            }
            for (int b = 0; b < n; b++) {
                start[b + 1] += start[b];
            }
            values = new double[n];
            int[] next = start.clone();
            for (int k = 0; k < n; k++) {
                values[next[bucket[k]]++] = unordered[k];
            }
            for (int b = 0; b < n; b++) {
                if (start[b + 1] - start[b] > 1) {
                    Arrays.sort(values, start[b], start[b + 1]);
                }
            }
        }

        /** Never falls where the value rises, so that values of lower buckets are smaller. */
        private int bucket(double value) {
            return (int) Math.max(0, Math.min((value - low) * perUnit, start.length - 2));
        }

        /** The number of values below {@code bound}. */
        int below(double bound) {
            int bucket = bucket(bound);
            int first = start[bucket];
            int end = start[bucket + 1];
            while (first < end) {
                int middle = (first + end) >>> 1;
                if (values[middle] < bound) {
                    first = middle + 1;
                } else {
                    end = middle;
                }
            }
            return first;
        }
    }

    private double[] slopes(Observations observations, Sample sample) {
        double[] slopes = new double[observations.worlds()];
        for (int target = 0; target < slopes.length; target++) {
            slopes[target] = tuneA ? sample.bestSlope(target) : a;
        }
        return slopes;
    }

    /** The likelihoods of one example in all worlds. */
    private final class Row {
        private final Observations observations;
        private final double[] p;
        private final int[][] classWorlds; // {negative, positive}
        private final double[] sum = new double[2];
        private int example;

        Row(Observations observations) {
            this.observations = observations;
            this.p = new double[observations.worlds()];
            this.classWorlds = new int[2][observations.worlds() / 2];
        }

        void enter(int example) {
            this.example = example;
            int[] count = new int[2];
            sum[0] = 0;
            sum[1] = 0;
            for (int w = 0; w < p.length; w++) {
                p[w] = likelihood(observations.value(example, w));
                int label = observations.isPositive(example, w) ? 1 : 0;
                classWorlds[label][count[label]++] = w;
                sum[label] += p[w];
            }
        }

        /** The world that is no reference against {@code target}: itself, or the one left out of the other class. */
        private int absent(int label, int target) {
            boolean own = observations.isPositive(example, target) == (label == 1);
            return own ? target : classWorlds[label][observations.leftOut(example, target)];
        }

        double mean(int label, int target) {
            double rest = sum[label] - p[absent(label, target)];
            return rest < CANCELLED * sum[label] ? mean(label, target, NONE) : rest / observations.shadowsPerClass();
        }

        double mean(int label, int target, int without) {
            int absent = absent(label, target);
            double rest = 0;
            int count = 0;
            for (int w : classWorlds[label]) {
                if (w != absent && observations.world(example, w) != without) {
                    rest += p[w];
                    count++;
                }
            }
            return rest / count;
        }
    }

    /** The examples on which cuts and slopes are found, with what is needed to score them without any two worlds. */
    private final class Sample {
        private final Observations observations;
        private final int worlds;
        private final int[] examples;
        private final Row[] rows;

        Sample(Observations observations) {
            this.observations = observations;
            this.worlds = observations.worlds();
            this.examples = HeldOutCut.examples(observations);
            this.rows = new Row[examples.length];
            for (int r = 0; r < rows.length; r++) {
                rows[r] = new Row(observations);
                rows[r].enter(examples[r]);
            }
        }

        private Row row(int cell) {
            return rows[Arrays.binarySearch(examples, cell / worlds)];
        }

        double[] scores(int[] cells, int without, double slope) {
            double[] ratios = new double[cells.length];
            double[] ofPopulation = new double[cells.length];
            for (int k = 0; k < cells.length; k++) {
                Row row = row(cells[k]);
                int column = cells[k] % worlds;
                double evidence =
                        evidence(online ? row.mean(1, column, without) : 0, row.mean(0, column, without), slope);
                ratios[k] = row.p[column] / evidence;
                ofPopulation[k] = observations.negativesHaveTheirOwnModel()
                        ? likelihood(observations.neverSeen(row.example, column)) / evidence
                        : ratios[k];
            }
            return population ? shares(cells, ratios, ofPopulation) : logs(ratios);
        }

        /** As in {@link #compare}, without the care for one example more or fewer. */
        private double[] shares(int[] cells, double[] ratios, double[] ofPopulation) {
            Ascending[][] ascending = {ascending(cells, ratios), ascending(cells, ofPopulation)};
            double[] shares = new double[cells.length];
            for (int k = 0; k < cells.length; k++) {
                int label = observations.labels()[cells[k]] ? 1 : 0;
                Ascending others = ascending[label][observations.model(cells[k] / worlds, cells[k] % worlds)];
                int size = others.values.length;
                shares[k] = size == 0 ? 0 : (double) others.below(ratios[k]) / size;
            }
            return shares;
        }

        private Ascending[] ascending(int[] cells, double[] ratios) {
            int[] count = new int[observations.models()];
            double[][] values = new double[count.length][cells.length];
            for (int k = 0; k < cells.length; k++) {
                if (!observations.labels()[cells[k]]) {
                    int m = observations.model(cells[k] / worlds, cells[k] % worlds);
                    values[m][count[m]++] = gamma * ratios[k];
                }
            }
            Ascending[] ascending = new Ascending[count.length];
            for (int m = 0; m < count.length; m++) {
                ascending[m] = new Ascending(Arrays.copyOf(values[m], count[m]));
            }
            return ascending;
        }

        private double[] logs(double[] ratios) {
            return Arrays.stream(ratios).map(Math::log).toArray();
        }

        /** The slope whose ratios separate best within the worlds that calibrate {@code target}. */
        double bestSlope(int target) {
            int[][] cells = Arrays.stream(HeldOutCut.worlds(observations, target))
                    .mapToObj(world -> observations.cells(examples, world))
                    .toArray(int[][]::new);
            double best = 0;
            double bestArea = Double.NEGATIVE_INFINITY;
            double[][] means = new double[cells.length][];
            for (int k = 0; k < cells.length; k++) {
                means[k] = Arrays.stream(cells[k])
                        .mapToDouble(cell -> row(cell).mean(0, cell % worlds, target))
                        .toArray();
            }
            for (int tenths = 0; tenths <= 10; tenths++) {
                double slope = tenths / 10.0;
                double area = 0;
                for (int k = 0; k < cells.length; k++) {
                    double[] ratios = new double[cells[k].length];
                    boolean[] labels = new boolean[ratios.length];
                    for (int r = 0; r < ratios.length; r++) {
                        int cell = cells[k][r];
                        ratios[r] = row(cell).p[cell % worlds] / evidence(0, means[k][r], slope);
                        labels[r] = observations.labels()[cell];
                    }
                    area += Roc.of(ratios, labels).auc();
                }
                if (area > bestArea) {
                    bestArea = area;
                    best = slope;
                }
            }
            return best;
        }
    }
}
