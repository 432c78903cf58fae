package lethe.attacks;

import lethe.metrics.Estimate;

/**
 * The gain of a per-example attack over a population attack on exactly the same scored pairs, with paired resamples.
 *
 * @param game the game played
 * @param perExample catalogue name of the per-example attack
 * @param population catalogue name of the population attack that was best on one half of the worlds
 * @param deltaAuc difference of areas, on the other half of the worlds, over both choices of the half
 * @param deltaTpr difference of true-positive rates at false-positive rate {@code fpr}
 * @param fpr the admissible false-positive rate of {@code deltaTpr}
 */
public record Comparison(
        Game game, String perExample, String population, Estimate deltaAuc, Estimate deltaTpr, double fpr) {}
