package lethe.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Orders drawn at random, all alike likely (Fisher and Yates). */
public final class Permutation {
    private Permutation() {}

    /** The numbers 0…n − 1 in random order. */
    public static int[] random(int n, RandomGenerator random) {
        int[] order = new int[n];
        for (int k = 0; k < n; k++) {
            int other = random.nextInt(k + 1);
            order[k] = order[other];
            order[other] = k;
        }
        return order;
    }

    /** The numbers 0…n − 1 in two random halves, of which the second has one more if n is odd; equal seeds halve alike. */
    public static int[][] halves(int n, long seed) {
        int[] order = random(n, new SplittableRandom(seed));
        return new int[][] {Arrays.copyOfRange(order, 0, n / 2), Arrays.copyOfRange(order, n / 2, n)};
    }
}
