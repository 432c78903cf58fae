package lethe.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores find what is looked for.
 *
 * @param precision the share of what is found that was looked for; 1 if nothing is found
 * @param recall the share of what was looked for that is found
 * @param averagePrecision the mean, over all that was looked for, of the precision down to where it ranks; what has no
 *     score counts 0. Ties rank in their worst order.
 */
public record Retrieval(double precision, double recall, double averagePrecision) {
    /**
     * Grades scores.
     *
     * @param scores of everything that has one
     * @param wanted whether it was looked for
     * @param total how many were looked for, those without score included
     * @param threshold score from which on something counts as found
     */
    public static Retrieval of(double[] scores, boolean[] wanted, int total, double threshold) {
        if (scores.length != wanted.length || total < 1) {
            throw new IllegalArgumentException("Expected a label for each of " + scores.length
                    + " scores and something to look for, but got " + wanted.length + " labels and " + total);
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparing(i -> wanted[i] ? 1 : 0))
                .mapToInt(Integer::intValue)
                .toArray();
        int found = 0;
        int right = 0;
        int rightSoFar = 0;
        double sum = 0;
        for (int rank = 0; rank < order.length; rank++) {
            int i = order[rank];
            if (wanted[i]) {
                rightSoFar++;
                sum += rightSoFar / (rank + 1.0);
            }
            if (scores[i] >= threshold) {
                found++;
                right += wanted[i] ? 1 : 0;
            }
        }
        return new Retrieval(found == 0 ? 1 : right / (double) found, right / (double) total, sum / total);
    }
}
