package lethe.claims;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import lethe.attacks.ShadowDesign;
import lethe.metrics.Blocks;

/** In which worlds an example that stays was nearer to what was forgotten than in its other worlds. */
final class Neighbours {
    /** So many of the forgotten examples count as neighbours, or all if there are fewer. */
    static final int NEAREST = 5;

    private static final int BLOCK = 16; // examples worth another thread

    private final int worlds;
    private final boolean[] near; // (n × T)

    private Neighbours(int worlds, boolean[] near) {
        this.worlds = worlds;
        this.near = near;
    }

    /**
     * By mean distance to the nearest examples of the forget set whose unlearned model scores the example.
     *
     * @param likeness read by several threads at once
     * @param design with two or more forget sets
     */
    static Neighbours of(Evidence.Distances likeness, ShadowDesign design) {
        int worlds = design.worlds();
        int n = design.examples();
        boolean[] near = new boolean[n * worlds];
        int[][][] sets = IntStream.range(0, worlds)
                .mapToObj(w -> IntStream.range(0, design.forgetSets())
                        .mapToObj(f -> design.forgetSet(w, f))
                        .toArray(int[][]::new))
                .toArray(int[][][]::new);
        Blocks.forEach(n, BLOCK, (from, to) -> {
            for (int example = from; example < to; example++) {
                int i = example;
                double[] distances = likeness.from(i);
                double[] toForgotten = new double[worlds];
                List<Integer> stays = IntStream.range(0, worlds)
                        .filter(w -> design.isMember(w, i))
                        .boxed()
                        .toList();
                for (int w : stays) {
                    toForgotten[w] = toNearest(distances, sets[w][design.retainedSlot(w, i)]);
                }
                stays.stream()
                        .sorted(Comparator.comparingDouble(w -> toForgotten[w]))
                        .limit(stays.size() / 2)
                        .forEach(w -> near[i * worlds + w] = true);
            }
        });
        return new Neighbours(worlds, near);
    }

    /** Whether the example stays in that world and its neighbours were among the forgotten. */
    boolean isNear(int example, int world) {
        return near[example * worlds + world];
    }

    private static double toNearest(double[] distances, int[] forgotten) {
        return Arrays.stream(forgotten)
                .mapToDouble(j -> distances[j])
                .sorted()
                .limit(NEAREST)
                .average()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
