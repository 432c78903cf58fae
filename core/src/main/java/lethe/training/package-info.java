/**
 * How models learn: recipes, the one loop every training and every gradient-based unlearning runs, checkpoints and
 * evaluation. Read {@link lethe.training.Trainer} and {@link lethe.training.Descent} first. What is minimised in order
 * to forget belongs to {@code unlearning}.
 */
@NullMarked
package lethe.training;

import org.jspecify.annotations.NullMarked;
