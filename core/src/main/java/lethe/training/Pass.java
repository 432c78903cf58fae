package lethe.training;

/**
 * One pass over some batches with one objective.
 *
 * @param batches what is visited, in order
 * @param objective what is made smaller
 * @param penalty added to the objective, its gradient known in closed form
 */
public record Pass(Batches batches, Objective objective, Penalty penalty) {
    /** A pass without penalty. */
    public Pass(Batches batches, Objective objective) {
        this(batches, objective, weights -> {});
    }
}
