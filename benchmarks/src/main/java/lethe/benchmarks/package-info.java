/**
 * Programs that measure. Each has a {@code main} and compares its variants within one run, interleaved, so that a
 * disturbed machine disturbs all of them. Read {@link lethe.benchmarks.Bench} first.
 */
@NullMarked
package lethe.benchmarks;

import org.jspecify.annotations.NullMarked;
