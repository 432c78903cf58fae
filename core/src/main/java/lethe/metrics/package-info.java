/**
 * Plain arithmetic of evaluation: numbers in, numbers out. A statistician can read it without knowing Lethe; read
 * {@link lethe.metrics.Roc} and {@link lethe.metrics.CrossedBootstrap} first. No tensors, files or models belong here,
 * and randomness is a parameter.
 */
@NullMarked
package lethe.metrics;

import org.jspecify.annotations.NullMarked;
