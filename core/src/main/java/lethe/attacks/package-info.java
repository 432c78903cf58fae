/**
 * Membership attacks on unlearned models, and the shared shadow design that feeds them. Read
 * {@link lethe.attacks.ShadowDesign} first, then {@link lethe.attacks.Game}, the only place that knows which scores are
 * positives, then {@link lethe.attacks.LikelihoodRatio}. Attacks read arrays of signals, never models: how a world was
 * trained and unlearned belongs to {@code experiments}.
 */
@NullMarked
package lethe.attacks;

import org.jspecify.annotations.NullMarked;
