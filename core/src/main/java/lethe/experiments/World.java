package lethe.experiments;

import java.util.Arrays;
import lethe.attacks.ShadowDesign;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Seed;

/**
 * One independent draw: what is trained on, what is to be forgotten, which examples are evaluated. The world of the
 * deployed model is one of these too, so that shadows and target share one code path.
 *
 * @param index its number, or {@link Step#DEPLOYED}
 * @param seed the origin of its randomness
 * @param trainRows rows of the training set that it learns, ascending
 * @param forgetRows rows of each forget set, ascending; all are in {@code trainRows}
 * @param retainSample rows it learns and never forgets, on which accuracies are measured
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record World(int index, Seed seed, int[] trainRows, int[][] forgetRows, int[] retainSample) {

    /** A shadow world: the design's members of the pool, and a background drawn for this world. */
    static World shadow(int index, ShadowDesign design, int[] pool, int trainSize, AuditPlan plan, Seed origin) {
        Seed seed = origin.derive("world", index);
        boolean[] inPool = new boolean[trainSize];
        for (int row : pool) {
            inPool[row] = true;
        }
        int[] others =
                Arrays.stream(range(trainSize)).filter(row -> !inPool[row]).toArray();
        int[] order = seed.derive("background").permutation(others.length);
        int[] background = Arrays.stream(order)
                .limit(Math.round(plan.background() * others.length))
                .map(i -> others[i])
                .toArray();
        int[] members = Arrays.stream(design.members(index)).map(i -> pool[i]).toArray();
        int[][] sets = new int[design.forgetSets()][];
        for (int f = 0; f < sets.length; f++) {
            sets[f] = sorted(
                    Arrays.stream(design.forgetSet(index, f)).map(i -> pool[i]).toArray());
        }
        int[] train = new int[members.length + background.length];
        System.arraycopy(members, 0, train, 0, members.length);
        System.arraycopy(background, 0, train, members.length, background.length);
        int[] sample = Arrays.copyOf(background, Math.min(background.length, plan.evaluation()));
        return new World(index, seed, sorted(train), sets, sorted(sample));
    }

    /**
     * The model the user asked about.
     *
     * @param leftOut rows it does not learn, ascending; none are in {@code forget}
     */
    static World deployed(int[] forget, int trainSize, int[] leftOut, AuditPlan plan, Seed origin) {
        Seed seed = origin.derive("deployed");
        int[] train = Arrays.stream(range(trainSize))
                .filter(row -> Arrays.binarySearch(leftOut, row) < 0)
                .toArray();
        int[] retain = Arrays.stream(train)
                .filter(row -> Arrays.binarySearch(forget, row) < 0)
                .toArray();
        int[] order = seed.derive("evaluation").permutation(retain.length);
        int[] sample = Arrays.stream(order)
                .limit(plan.evaluation())
                .map(i -> retain[i])
                .toArray();
        return new World(Step.DEPLOYED, seed, train, new int[][] {forget}, sorted(sample));
    }

    /** What the original model of this world learns. */
    Dataset trainingData(Dataset train) {
        return train.select(trainRows);
    }

    /** The training data of this world with one forget set. */
    Split split(Dataset train, Dataset test, int set) {
        int[] positions = Arrays.stream(forgetRows[set])
                .map(row -> Arrays.binarySearch(trainRows, row))
                .toArray();
        return Split.ofRows(trainingData(train), test, positions);
    }

    /** The origin of the randomness with which one forget set is unlearned. */
    Seed unlearningSeed(int set) {
        return seed.derive("unlearn", set);
    }

    /** Its number as people count: 0 for the deployed model, then from 1. */
    int number() {
        return index == Step.DEPLOYED ? 0 : index + 1;
    }

    /** A readable name. */
    String name() {
        return index == Step.DEPLOYED ? "deployed model" : "world " + number();
    }

    private static int[] range(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private static int[] sorted(int[] rows) {
        int[] copy = rows.clone();
        Arrays.sort(copy);
        return copy;
    }
}
