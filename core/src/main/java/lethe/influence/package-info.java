/**
 * Which training examples resemble others, or drive what a model says of them. Read
 * {@link lethe.influence.SimilarityDetector} first: each way of finding look-alikes is one record in one file; then
 * {@link lethe.influence.Closure}, which gathers what they found around a forget set. What is done about look-alikes belongs
 * to {@code unlearning}, what it costs to measure them to {@code experiments}.
 */
@NullMarked
package lethe.influence;

import org.jspecify.annotations.NullMarked;
