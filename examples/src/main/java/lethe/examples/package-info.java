/**
 * Programs of one file for newcomers, to be read and changed: {@link lethe.examples.QuickStart} first, then
 * {@link lethe.examples.FirstAudit}. {@link lethe.examples.ShrinkPerturb} is a whole unlearning method. What others are
 * to build on belongs to the library.
 */
@NullMarked
package lethe.examples;

import org.jspecify.annotations.NullMarked;
