package lethe.experiments;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lethe.attacks.Attack;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.LogisticRegression;
import lethe.attacks.LossThreshold;
import lethe.attacks.TwoSidedThreshold;
import lethe.catalog.Require;
import lethe.data.Query;

/**
 * How carefully unlearning is examined.
 *
 * @param worlds independent worlds T, even and enough for every attack; every interval narrows with their number
 * @param pool audit examples n; the examples to forget come first, others are drawn to fill it
 * @param forgetSets forget sets F in each world; each holds {@code n / 2F} examples
 * @param background share of the training examples outside the pool that each world learns, drawn anew for each
 * @param evaluation at most so many test and so many retained examples are evaluated for accuracies and histograms
 * @param attacks what tries to tell
 * @param fprs false-positive rates at which true-positive rates are reported
 * @param bootstrap replicates behind every interval
 * @param trajectory whether every epoch of every unlearning is evaluated, not only the last
 * @param queries how many versions of each audit example every model is asked about, {@link Query#first}; for images only
 * @param canaries how many audit examples get a wrong label, the same in every world; they are attacked apart from the
 *     others, and the deployed model learns none of them
 * @param anytime when to stop before all worlds are there; empty if never
 * @param grownFrom numbers of worlds that the run had before it was given more, ascending: those worlds are kept as they
 *     are, since each addition is a design of its own. Without it another number of worlds means other worlds
 * @param relearn how unlearned models are taught again what they forgot, to see how soon they know it; empty if not
 */
public record AuditPlan(
        int worlds,
        int pool,
        int forgetSets,
        double background,
        int evaluation,
        List<Attack> attacks,
        List<Double> fprs,
        int bootstrap,
        boolean trajectory,
        int queries,
        int canaries,
        Optional<Anytime> anytime,
        Optional<List<Integer>> grownFrom,
        Optional<Relearn> relearn) {
    /** Every world needs some that it learns and some that it does not. */
    private static final int FEWEST_CANARIES = 16;

    /** Fewer cannot be balanced and random at once. */
    private static final int FEWEST_WORLDS = 4;

    public AuditPlan {
        Require.that(
                worlds >= FEWEST_WORLDS && worlds % 2 == 0, "worlds must be even and at least 4, but is " + worlds);
        Require.positive("forgetSets", forgetSets);
        Require.that(
                pool > 0 && pool % (2 * forgetSets) == 0,
                "pool must be a multiple of 2·forgetSets = " + 2 * forgetSets + ", but is " + pool);
        Require.that(background > 0 && background <= 1, "background must lie in (0, 1], but is " + background);
        Require.positive("evaluation", evaluation);
        Require.positive("bootstrap", bootstrap);
        Require.that(!attacks.isEmpty(), "attacks must name at least one attack");
        Require.within("queries", queries, 1, Query.MOST);
        Require.that(
                canaries == 0 || canaries >= FEWEST_CANARIES && canaries < pool,
                "canaries must be 0, or at least " + FEWEST_CANARIES + " and fewer than the pool, but is " + canaries);
        attacks.forEach(attack -> Require.that(
                worlds >= attack.fewestWorlds(queries),
                "worlds must be at least " + attack.fewestWorlds(queries) + " for the attack " + attack.name()
                        + (queries > 1 ? " with " + queries + " queries" : "") + ", but is " + worlds));
        Require.that(!fprs.isEmpty(), "fprs must name at least one false-positive rate");
        fprs.forEach(fpr -> Require.that(fpr > 0 && fpr < 1, "fprs must lie in (0, 1), but one is " + fpr));
        anytime.ifPresent(it -> Require.that(
                it.first() < worlds,
                "anytime must judge a world, but its first " + it.first() + " of " + worlds
                        + " worlds serve as references only"));
        attacks = List.copyOf(attacks);
        fprs = List.copyOf(fprs);
        grownFrom = grownFrom.filter(before -> !before.isEmpty()).map(List::copyOf);
        for (int added : added(worlds, grownFrom.orElse(List.of()))) {
            Require.that(
                    added >= FEWEST_WORLDS && added % 2 == 0,
                    "grownFrom must ascend to fewer than worlds in steps that are even and at least 4, but is "
                            + grownFrom.orElse(List.of()) + " with worlds " + worlds);
        }
    }

    /** Sixteen worlds, 800 examples in forget sets of 200, population attacks beside the per-example one. */
    public AuditPlan() {
        this(
                16,
                800,
                2,
                0.5,
                1000,
                List.of(new LossThreshold(), new LogisticRegression(), new TwoSidedThreshold(), new LikelihoodRatio()),
                List.of(0.01, 0.05),
                1000,
                false,
                1,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** What {@code grownFrom} is to be in a plan with more worlds that keeps these. */
    public List<Integer> grown() {
        return Stream.concat(grownFrom.stream().flatMap(List::stream), Stream.of(worlds))
                .toList();
    }

    /** How many worlds the run began with, and how many came with each addition. */
    int[] added() {
        return added(worlds, grownFrom.orElse(List.of()));
    }

    private static int[] added(int worlds, List<Integer> grownFrom) {
        int[] added = new int[grownFrom.size() + 1];
        int before = 0;
        for (int k = 0; k < added.length; k++) {
            int until = k < grownFrom.size() ? grownFrom.get(k) : worlds;
            added[k] = until - before;
            before = until;
        }
        return added;
    }

    /** Examples in each forget set of a world. */
    public int forgetSize() {
        return pool / (2 * forgetSets);
    }
}
