/**
 * Methods that make a model forget. Read {@link lethe.unlearning.UnlearningMethod} first, then any method: each is one
 * record that reads like its paper, its components the hyper-parameters. How forgetting is graded belongs to
 * {@code attacks}, which nothing here may see.
 *
 * <p>Symbols: θ_o the original weights, θ the ones being changed, D_F the forget set, D_R the retain set, CE the mean
 * cross-entropy of a batch.
 */
@NullMarked
package lethe.unlearning;

import org.jspecify.annotations.NullMarked;
