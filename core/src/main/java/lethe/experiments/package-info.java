/**
 * Experiments: a {@link lethe.experiments.Plan} says what to do, a {@link lethe.experiments.RunDirectory} holds what
 * was done, {@link lethe.experiments.Results} what came out. Steps are addressed by the content of everything they
 * depend on, so that resuming is skipping. Drawing results belongs to {@code report}.
 */
@NullMarked
package lethe.experiments;

import org.jspecify.annotations.NullMarked;
