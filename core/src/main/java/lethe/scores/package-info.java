/**
 * Audits for people who have only numbers: losses, logits or other scores of their own models, in a table or in NumPy
 * arrays. Read {@link lethe.scores.ScoreSheet} for what can be given and {@link lethe.scores.ScoresAudit} for what is
 * made of it. Attacks belong to {@code attacks}; this package only decides which of them the data allow, and says why
 * the others are not played.
 */
@NullMarked
package lethe.scores;

import org.jspecify.annotations.NullMarked;
