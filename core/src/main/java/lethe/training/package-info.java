/**
 * Training: recipes, schedules, checkpoints and the trainer that runs them, and how work reports its progress.
 */
@NullMarked
package lethe.training;

import org.jspecify.annotations.NullMarked;
