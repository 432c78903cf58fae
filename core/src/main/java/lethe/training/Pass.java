package lethe.training;

/**
 * One pass over some batches with one objective.
 *
 * @param batches what is visited, in order
 * @param objective what is made smaller
 */
public record Pass(Batches batches, Objective objective) {}
