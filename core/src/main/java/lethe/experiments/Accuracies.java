package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.attacks.Signal;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.training.Answers;
import lethe.training.TextScore;
import lethe.unlearning.UnlearningMethod;
import org.jspecify.annotations.Nullable;

/** How often models answer as the labels say, and how sure they are of them. */
final class Accuracies {
    private static final int BINS = 20;

    private final FinishedRun finished;
    private final Setting setting;
    private final int[] labels; // of the pool

    Accuracies(FinishedRun finished) {
        this.finished = finished;
        this.setting = finished.setting();
        this.labels = finished.labels();
    }

    /** Of forget, retain and test examples of one world and forget set. */
    double[] of(Evaluated evaluated, World world, int set) {
        return of(evaluated, world, forgotten(world, set));
    }

    /** The same, of forget examples those that have been asked for. */
    double[] of(Evaluated evaluated, World world, int set, boolean[] asked) {
        return of(
                evaluated,
                world,
                Arrays.stream(forgotten(world, set))
                        .filter(position -> asked[position])
                        .toArray());
    }

    /** Positions in the pool of a forget set, without canaries: who answers those as their labels say is wrong. */
    private int[] forgotten(World world, int set) {
        return Arrays.stream(finished.positionsInPool(world.forgetRows()[set]))
                .filter(position -> Arrays.binarySearch(setting.canaries(), position) < 0)
                .toArray();
    }

    /** The same with other forget examples, by their positions in the pool. */
    double[] of(Evaluated evaluated, World world, int[] forgotten) {
        return new double[] {
            accuracy(evaluated.pool(), forgotten, labels),
            accuracy(evaluated.retain(), all(world.retainSample().length), labelsOf(world.retainSample())),
            accuracy(evaluated.test(), all(setting.test().size()), testLabels())
        };
    }

    double onTest(Evaluated evaluated) {
        return accuracy(evaluated.test(), all(setting.test().size()), testLabels());
    }

    /** Means over worlds, with the gap to retraining. */
    Results.Accuracy accuracy(Measured measured, Measured floor) {
        double retrainSeconds = Intervals.mean(doubles(floor.seconds()));
        int sets = setting.plan().audit().forgetSets();
        Estimate none = new Estimate(Double.NaN, Double.NaN, Double.NaN);
        if (measured.failed()) {
            Estimate seconds = perWorld(measured.seconds(), sets);
            return new Results.Accuracy(none, none, none, none, "", seconds, retrainSeconds, List.of());
        }
        List<Results.Run> runs = new ArrayList<>();
        for (int r = 0; r < measured.runs().size(); r++) {
            int world = r / sets;
            double[] own = measured.runs().get(r);
            double auc = measured.gapAreas()
                    .map(areas -> areas.worlds().get(world).area())
                    .orElse(Double.NaN);
            double gap = floor.failed() ? Double.NaN : AverageGap.gap(measured, floor, r, world);
            runs.add(new Results.Run(world, r % sets, own[0], own[1], own[2], auc, gap));
        }
        return new Results.Accuracy(
                perWorld(column(measured.runs(), 0), sets),
                perWorld(column(measured.runs(), 1), sets),
                perWorld(column(measured.runs(), 2), sets),
                floor.failed()
                        ? none
                        : AverageGap.mean(
                                measured,
                                floor,
                                worldMeans(runs.stream().map(Results.Run::gap).toList(), sets)),
                measured.gapAttack(),
                perWorld(measured.seconds(), sets),
                retrainSeconds,
                runs);
    }

    /** Forget sets of one world share a model, so the interval counts worlds. */
    static Estimate perWorld(List<Double> runs, int sets) {
        return Intervals.ofMean(worldMeans(runs, sets));
    }

    private static double[] worldMeans(List<Double> runs, int sets) {
        double[] worlds = new double[runs.size() / sets];
        for (int w = 0; w < worlds.length; w++) {
            worlds[w] = Intervals.mean(doubles(runs.subList(w * sets, (w + 1) * sets)));
        }
        return worlds;
    }

    /** The share of examples answered as their labels say; of texts, the mean share of their tokens. */
    private double accuracy(Answers answers, int[] rows, int[] rowLabels) {
        float @Nullable [] memorized = answers.texts().get(TextScore.EXACT_MEMORIZATION);
        if (memorized != null) {
            return Arrays.stream(rows)
                    .mapToDouble(row -> memorized[row])
                    .average()
                    .orElse(Double.NaN);
        }
        int classes = setting.train().classes().size();
        double[] z = new double[classes];
        double correct = 0;
        for (int row : rows) {
            widen(answers.logits(), row, z);
            correct += Signal.CORRECT.signal(z, rowLabels[row]);
        }
        return rows.length == 0 ? Double.NaN : correct / rows.length;
    }

    /** How many examples of each kind are given their label with which confidence, before and after. */
    Results.Confidences confidences(String label, UnlearningMethod method) {
        int[][] counts = new int[6][BINS];
        for (World world : finished.worlds()) {
            for (int f = 0; f < world.forgetRows().length; f++) {
                StepRecord after = finished.unlearned(world, f, label, method);
                int[] forgotten = forgotten(world, f);
                addConfidences(finished.original(world), world, forgotten, counts, 0);
                if (!after.failed()) {
                    addConfidences(finished.evaluated(after), world, forgotten, counts, 3);
                }
            }
        }
        List<List<Integer>> lists = Arrays.stream(counts)
                .map(bins -> Arrays.stream(bins).boxed().toList())
                .toList();
        return new Results.Confidences(
                lists.get(0), lists.get(1), lists.get(2), lists.get(3), lists.get(4), lists.get(5));
    }

    private void addConfidences(Evaluated evaluated, World world, int[] forgotten, int[][] counts, int first) {
        addConfidences(evaluated.pool(), forgotten, labels, counts[first]);
        addConfidences(
                evaluated.retain(),
                all(world.retainSample().length),
                labelsOf(world.retainSample()),
                counts[first + 1]);
        addConfidences(evaluated.test(), all(setting.test().size()), testLabels(), counts[first + 2]);
    }

    private void addConfidences(Answers answers, int[] rows, int[] rowLabels, int[] bins) {
        double[] z = new double[setting.train().classes().size()];
        for (int row : rows) {
            widen(answers.logits(), row, z);
            double confidence = Signal.CONFIDENCE.signal(z, rowLabels[row]);
            bins[Math.min(BINS - 1, (int) (confidence * BINS))]++;
        }
    }

    private void widen(float[] logits, int row, double[] z) {
        for (int k = 0; k < z.length; k++) {
            z[k] = logits[row * z.length + k];
        }
    }

    private int[] labelsOf(int[] rows) {
        return Arrays.stream(rows).map(row -> setting.train().label(row)).toArray();
    }

    private int[] testLabels() {
        return Arrays.stream(all(setting.test().size()))
                .map(row -> setting.test().label(row))
                .toArray();
    }

    private static int[] all(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    /** Of one kind: forget, retain or test. */
    static List<Double> column(List<double[]> runs, int kind) {
        return runs.stream().map(run -> run[kind]).toList();
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
