package lethe.scores;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Positives and negatives with the same mix of classes: an attack on a forgotten class against a test set of all classes
 * would find the class. The larger side gives up what is too much of each class, drawn at random; where neither side has
 * enough of every class, each class keeps as many of both.
 *
 * @param positives the examples kept
 * @param negatives the examples kept
 */
record ClassMatch(int[] positives, int[] negatives) {
    static ClassMatch of(ScoreSheet sheet, int[] positives, int[] negatives, long seed) {
        Map<Integer, Integer> left = counts(sheet, positives);
        Map<Integer, Integer> right = counts(sheet, negatives);
        if (left.containsKey(-1) || right.containsKey(-1)) {
            return new ClassMatch(positives, negatives);
        }
        double moreNegatives = fewestTimes(left, right);
        double morePositives = fewestTimes(right, left);
        Map<Integer, Integer> keptLeft = new HashMap<>();
        Map<Integer, Integer> keptRight = new HashMap<>();
        for (int label : left.keySet()) {
            int l = left.getOrDefault(label, 0);
            int r = right.getOrDefault(label, 0);
            keptLeft.put(
                    label,
                    moreNegatives >= 1 ? l : morePositives >= 1 ? (int) (morePositives * r + 1e-9) : Math.min(l, r));
            keptRight.put(
                    label,
                    moreNegatives >= 1 ? (int) (moreNegatives * l + 1e-9) : morePositives >= 1 ? r : Math.min(l, r));
        }
        var random = new SplittableRandom(seed);
        return new ClassMatch(chosen(sheet, positives, keptLeft, random), chosen(sheet, negatives, keptRight, random));
    }

    private static Map<Integer, Integer> counts(ScoreSheet sheet, int[] examples) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int example : examples) {
            counts.merge(sheet.label(example), 1, Integer::sum);
        }
        return counts;
    }

    /** How many times over {@code many} has the classes of {@code few}, by its scarcest one. */
    private static double fewestTimes(Map<Integer, Integer> few, Map<Integer, Integer> many) {
        return few.entrySet().stream()
                .mapToDouble(each -> (double) many.getOrDefault(each.getKey(), 0) / each.getValue())
                .min()
                .orElse(0);
    }

    private static int[] chosen(ScoreSheet sheet, int[] examples, Map<Integer, Integer> kept, SplittableRandom random) {
        int[] order = examples.clone();
        for (int k = order.length - 1; k > 0; k--) {
            int other = random.nextInt(k + 1);
            int swapped = order[k];
            order[k] = order[other];
            order[other] = swapped;
        }
        Map<Integer, Integer> left = new HashMap<>(kept);
        IntStream taken =
                Arrays.stream(order).filter(example -> left.merge(sheet.label(example), -1, Integer::sum) >= 0);
        return taken.sorted().toArray();
    }
}
