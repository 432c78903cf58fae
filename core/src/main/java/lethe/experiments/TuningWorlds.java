package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lethe.engine.Seed;

/**
 * Worlds in which settings are tried. None of them is audited, and nothing that an audit measures takes part in them:
 *
 * <ul>
 *   <li>their seeds derive from the plan's for another purpose, so that no draw is shared;
 *   <li>forget sets are drawn from the training examples outside the audit pool;
 *   <li>what stands for the test set is a part of the training set, also outside the pool, that no tuning world learns.
 *       The test set itself is not read.
 * </ul>
 *
 * <p>Shared are training examples outside the pool: audited worlds learn them too, as background, and never forget them.
 * If the examples to be forgotten are more than the pool holds, the others among them may appear here, as they may in the
 * background of every audited world.
 *
 * <p>Training and forget sets are as large as in an audited world, as far as there are examples outside the pool.
 */
final class TuningWorlds {
    /** At most this share of the examples outside the pool is held out. */
    private static final int HELD_OUT_SHARE = 4;

    private TuningWorlds() {}

    /** The setting of the tuning worlds beside that of the audit. */
    static Setting beside(Setting audit) {
        Plan plan = audit.plan();
        Seed seed = Seed.of(plan.seed()).derive("tune", plan.tune().seed());
        int[] outside = IntStream.range(0, audit.train().size())
                .filter(row -> Arrays.binarySearch(audit.pool(), row) < 0)
                .toArray();
        int forget = plan.audit().forgetSize();
        if (outside.length < HELD_OUT_SHARE * forget) {
            throw new IllegalArgumentException(
                    "Tuning forgets " + forget + " training examples that are not audited, but"
                            + " outside the audit pool there are " + outside.length + ", expected at least "
                            + HELD_OUT_SHARE * forget + "; lower audit.pool or use more data");
        }
        int[] order = Arrays.stream(seed.derive("rows").permutation(outside.length))
                .map(i -> outside[i])
                .toArray();
        int heldOut = Math.min(plan.audit().evaluation(), outside.length / HELD_OUT_SHARE);
        int[] learnable = Arrays.copyOfRange(order, heldOut, order.length);
        int audited = audit.pool().length / 2 + (int) Math.round(plan.audit().background() * outside.length);
        int size = Math.min(Math.max(audited, 2 * forget), learnable.length); // something must remain
        List<World> worlds = new ArrayList<>();
        for (int w = 0; w < plan.tune().worlds(); w++) {
            worlds.add(world(w, seed.derive("world", w), learnable, size, plan.audit()));
        }
        int[] forgotten = worlds.stream()
                .flatMapToInt(world -> Arrays.stream(world.forgetRows()[0]))
                .sorted()
                .distinct()
                .toArray();
        int[] evaluated = sorted(Arrays.copyOf(order, heldOut));
        return audit.beside(audit.train().select(evaluated), forgotten, worlds);
    }

    private static World world(int index, Seed seed, int[] learnable, int size, AuditPlan plan) {
        int[] order = Arrays.stream(seed.derive("rows").permutation(learnable.length))
                .map(i -> learnable[i])
                .toArray();
        int forget = plan.forgetSize();
        int retained = Math.min(size - forget, plan.evaluation());
        return new World(
                index,
                seed,
                sorted(Arrays.copyOf(order, size)),
                new int[][] {sorted(Arrays.copyOf(order, forget))},
                sorted(Arrays.copyOfRange(order, forget, forget + retained)));
    }

    private static int[] sorted(int[] rows) {
        Arrays.sort(rows);
        return rows;
    }
}
