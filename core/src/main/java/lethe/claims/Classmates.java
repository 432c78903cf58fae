package lethe.claims;

import java.util.Arrays;
import lethe.attacks.ShadowDesign;

/** In which worlds an example stays while its class is forgotten. */
final class Classmates {
    /** A forget set holds classes by chance too; one is forgotten as such where it is so many times as frequent. */
    static final int CONCENTRATION = 2;

    /** A kind of worlds with a smaller share says nothing of what usually happens. */
    private static final double FEWEST = 0.05;

    private final int worlds;
    private final boolean[] same; // (n × T)
    private final double share;

    private Classmates(int worlds, boolean[] same, double share) {
        this.worlds = worlds;
        this.same = same;
        this.share = share;
    }

    /**
     * By the forget set whose unlearned model scores the example.
     *
     * @param design with two or more forget sets
     */
    static Classmates of(Evidence.Classes classes, ShadowDesign design) {
        int worlds = design.worlds();
        int n = design.examples();
        boolean[] same = new boolean[n * worlds];
        int stays = 0;
        int together = 0;
        for (int w = 0; w < worlds; w++) {
            boolean[][] forgotten = new boolean[design.forgetSets()][];
            for (int f = 0; f < forgotten.length; f++) {
                forgotten[f] = forgotten(classes, design.forgetSet(w, f));
            }
            for (int i : design.members(w)) {
                boolean classmate = forgotten[design.retainedSlot(w, i)][classes.labels()[i]];
                same[i * worlds + w] = classmate;
                stays++;
                together += classmate ? 1 : 0;
            }
        }
        return new Classmates(worlds, same, together / (double) stays);
    }

    /** Of each class whether a forget set has so much more of it than the training data have. */
    private static boolean[] forgotten(Evidence.Classes classes, int[] forgetSet) {
        int[] counts = new int[classes.shares().length];
        Arrays.stream(forgetSet).forEach(i -> counts[classes.labels()[i]]++);
        boolean[] forgotten = new boolean[counts.length];
        for (int c = 0; c < counts.length; c++) {
            forgotten[c] = counts[c] > 0 && counts[c] >= CONCENTRATION * classes.shares()[c] * forgetSet.length;
        }
        return forgotten;
    }

    /** Whether the example stays in that world and its class was forgotten. */
    boolean isSame(int example, int world) {
        return same[example * worlds + world];
    }

    /** The share of pairs of an example and a world in which it stays where its class was forgotten. */
    double share() {
        return share;
    }

    /** Whether there are enough pairs of both kinds to be compared. */
    boolean areOfBothKinds() {
        return share >= FEWEST && share <= 1 - FEWEST;
    }
}
